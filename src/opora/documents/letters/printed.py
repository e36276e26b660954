"""The content of a letter as the house prints it: for the PDF, and, filled with tags, for the shipped template."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from opora.documents.letters.fields import TAG
from opora.documents.models import LetterKind
from opora.documents.printing import render
from opora.documents.printing.model import Heading, Printed, PrintedColumn, PrintedSection, PrintedTable, Signature

Content = dict[str, Any]

TABLES: dict[str, tuple[str, tuple[tuple[str, str, float], ...]]] = {
    LetterKind.REMINDER: (
        "rows",
        (
            ("number", "№ п/п", 0.5),
            ("text", "Поручение", 4.0),
            ("source", "Основание", 2.4),
            ("due", "Срок", 1.2),
            ("state", "Состояние", 1.6),
        ),
    ),
    LetterKind.SUMMARY: (
        "rows",
        (
            ("name", "Организация", 4.0),
            ("total", "Поручений", 1.2),
            ("accepted", "Исполнено", 1.2),
            ("reported", "На проверке", 1.2),
            ("overdue", "Просрочено", 1.2),
            ("share", "Исполнено, %", 1.2),
        ),
    ),
    LetterKind.EXTRACT: (
        "rows",
        (
            ("number", "№ п/п", 0.6),
            ("text", "Мероприятие", 4.6),
            ("due", "Срок", 1.6),
            ("state", "Состояние", 1.6),
        ),
    ),
    LetterKind.PROTOCOL: (
        "decisions",
        (
            ("number", "№ п/п", 0.6),
            ("text", "Решение", 4.2),
            ("due", "Срок", 1.6),
            ("executor", "Ответственный исполнитель", 2.6),
        ),
    ),
}
_CENTRED = {"number", "total", "accepted", "reported", "overdue", "share"}


def printed(kind: str, content: Content) -> Printed:
    """The letter on paper; `content` is complete."""
    protocol = kind == LetterKind.PROTOCOL
    organisation, signatory, executor = content["organisation"], content["signatory"], content["executor"]
    heading = Heading(
        organisation=organisation["name"]
        if protocol
        else "\n".join([organisation["name"], organisation["contacts"]]).strip(),
        kind="Протокол" if protocol else "",
        number=content["number"],
        date=content["date"],
        place=content["place"] if protocol else "",
        title=content["title"],
        stamp=[content["addressee"]] if content["addressee"] and not protocol else [],
    )
    return Printed(
        heading=heading,
        lead=_lead(kind, content),
        tables=[_table(kind, content)],
        closing=_closing(kind),
        signature=Signature(signatory["position"], signatory["name"]) if signatory["name"] else None,
        made_by=" ".join(["Исполнитель:", executor["name"], executor["phone"]]).strip() if executor["name"] else "",
    )


def _lead(kind: str, content: Content) -> list[str]:
    lines = []
    if kind == LetterKind.SUMMARY:
        lines = [f"Исполнение поручений {content['period']}."]
    elif kind == LetterKind.EXTRACT:
        lines = [f"Выписка из дорожной карты «{content['roadmap']}» ({content['source']})."]
    elif kind == LetterKind.PROTOCOL:
        return _meeting(content)
    return [*lines, *_paragraph("text", content["text"])]


def _meeting(content: Content) -> list[str]:
    """What stands in a protocol before «РЕШИЛИ»; who was there is one paragraph, for the reader takes lines apart."""
    present = "".join(_in_line(content["present"]))
    return [
        f"Председательствовал: {content['chair']}.",
        *_paragraph("secretary", content["secretary"], "Секретарь: {}."),
        f"Присутствовали: {present}.",
        *_paragraph("invited", content["invited"], "Приглашены: {}."),
        "Повестка дня:",
        *_lines(content["agenda"], lambda row: f"{row['number']}. {row['text']}"),
        *_paragraph("text", content["text"], "Слушали: {}"),
        "РЕШИЛИ:",
    ]


def _lines(rows: list[dict[str, str]], said: Callable[[dict[str, str]], str]) -> list[str]:
    """A paragraph for each; a tag takes a paragraph of its own."""
    return [f"{{%p {row[TAG]} %}}" if TAG in row else said(row) for row in rows]


def _in_line(rows: list[dict[str, str]]) -> Iterator[str]:
    """«Ковалёва Н.П. (ректор института); Орлов Д.С.», or the same with tags."""
    if any(TAG in row for row in rows):
        yield "{% for row in present %}{{ row.name }}{% if row.position %} ({{ row.position }}){% endif %}"
        yield "{% if not loop.last %}; {% endif %}{% endfor %}"
        return
    yield "; ".join(f"{row['name']} ({row['position']})" if row["position"] else row["name"] for row in rows)


def _paragraph(name: str, value: str, said: str = "{}") -> list[str]:
    """A paragraph that is left out where there is nothing to say, in a template by its condition."""
    if value == f"{{{{ {name} }}}}":
        return [f"{{%p if {name} %}}", said.format(value), "{%p endif %}"]
    return [said.format(value)] if value else []


def _table(kind: str, content: Content) -> PrintedTable:
    name, columns = TABLES[kind]
    keys = [key for key, _, _ in columns]
    rows = [
        [f"{{%tr {row[TAG]} %}}"] + [""] * (len(keys) - 1) if TAG in row else [row[key] for key in keys]
        for row in content[name]
    ]
    heads = [PrintedColumn(title, width, "center" if key in _CENTRED else "left") for key, title, width in columns]
    if kind == LetterKind.SUMMARY:
        rows.append(["Всего", *(content["total"][key] for key in keys[1:])])
    return PrintedTable(None, heads, [PrintedSection(None, rows)])


def _closing(kind: str) -> list[str]:
    if kind == LetterKind.REMINDER:
        return ["Отчёты об исполнении просим представить в системе «Опора»."]
    return []


def pdf(kind: str, content: Content) -> bytes:
    """The letter as PDF, set by Typst."""
    return render(printed(kind, content), "pdf")
