"""A document without a file, drawn up by hand, as the paragraphs and tables that its reading makes."""

from __future__ import annotations

from collections.abc import Iterator

from opora.deadlines import Deadline
from opora.decrees.layout import Block, Cell, Layout, Paragraph, Row, Table
from opora.decrees.model import Decree, Responsible, RoadMap, Source
from opora.documents.models import Document
from opora.documents.queries import decree_of

ROADMAP = ["№ п/п", "Мероприятие", "Срок", "Ответственные"]
PAIRS = ["Школа-наставник", "Школы, которым она помогает"]
GROUP = ["Имя", "Должность"]


def layout_of(document: Document) -> Layout:
    """Everything that the reading says, in the order of an order: its words, its annexes, who signs."""
    decree = decree_of(document)
    signed = decree.signatory
    closing = [f"{signed.position or ''} {signed.name}".strip()] if signed else []
    return Layout([*_words(document, decree), *_annexes(decree), *map(_paragraph, closing)])


def _paragraph(text: str) -> Paragraph:
    return Paragraph(text, Source())


def _words(document: Document, decree: Decree) -> Iterator[Block]:
    yield from map(_paragraph, filter(None, [decree.issuer or document.issuer, document.title, *decree.addressees]))
    for clause in decree.clauses:
        words = (
            f"{clause.number}." if clause.number else "",
            clause.text,
            _due(clause.deadline),
            clause.addressee or "",
        )
        yield _paragraph(" ".join(filter(None, words)))
    if decree.control:
        yield _paragraph(f"Контроль: {decree.control}")


def _annexes(decree: Decree) -> Iterator[Block]:
    for roadmap in decree.roadmaps:
        yield from map(_paragraph, filter(None, [roadmap.title, roadmap.goal]))
        yield _table(ROADMAP, list(_rows(roadmap)))
    for group in decree.working_groups:
        yield _paragraph(group.title or "Рабочая группа")
        yield _table(GROUP, [[one.name, one.position] for one in group.members])
    if decree.partnerships:
        yield _table(PAIRS, [[pair.mentor, "\n".join(pair.mentored)] for pair in decree.partnerships])


def _rows(roadmap: RoadMap) -> Iterator[list[str]]:
    for section in roadmap.sections:
        if section.title:
            yield ["", section.title, "", ""]
        for row in section.activities:
            yield [row.number or "", row.text, _due(row.deadline), _who(row.responsible)]
            yield from (["", item.text, _due(item.deadline), _who(item.responsible)] for item in row.items)


def _due(deadline: Deadline | None) -> str:
    return deadline.text if deadline else ""


def _who(responsible: list[Responsible]) -> str:
    return ", ".join(one.text for one in responsible)


def _table(head: list[str], rows: list[list[str]]) -> Table:
    return Table(
        [Row([Cell([text], Source(), n) for n, text in enumerate(row)], Source()) for row in (head, *rows)], Source()
    )
