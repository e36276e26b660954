"""The reading as the page shows it: facts in blocks, rows and cells, with their places and doubts. One query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from opora.documents.fields import FIELDS, Field, said, understood
from opora.documents.models import PARENTS, Document, Fact, FactKind
from opora.documents.source import anchor_of, place_of

_ASIDE = {"addressee", "completion", "submit_to"}  # shown below the text, not in a column of their own
_OF_CHANGE = {"kind", "target", "said"}  # the columns of a change; all else about it stands below its words
_TITLES = {
    FactKind.CLAUSE: "Пункты документа",
    FactKind.CHANGE: "Что меняется в изменяемом документе",
    FactKind.PARTNERSHIP: "Школы-наставники и курируемые школы",
    FactKind.FORM: "Формы для заполнения",
    FactKind.APPROVAL: "Лист согласования",
    FactKind.REFERENCE: "Документы, на которые есть ссылки",
    FactKind.ABBREVIATION: "Сокращения",
}
_TONES = {"error": "danger", "warning": "warning", "info": "info"}
_SEVERITIES = {"error": "ошибка", "warning": "проверьте", "info": "к сведению"}
MOVABLE = (FactKind.CLAUSE, FactKind.ACTIVITY, FactKind.ITEM, FactKind.MEMBER)
IN_TABLES = (
    *(FactKind.CLAUSE, FactKind.ACTIVITY, FactKind.ITEM, FactKind.MEMBER, FactKind.PARTNERSHIP),
    *(FactKind.FORM, FactKind.APPROVAL, FactKind.REFERENCE, FactKind.ABBREVIATION, FactKind.CHANGE),
)
PARTED = (FactKind.CLAUSE, FactKind.ACTIVITY, FactKind.ITEM)


@dataclass(frozen=True, slots=True)
class Cell:
    field: Field
    text: str
    more: str = ""  # how a deadline was understood
    unclear: bool = False
    aside: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Row:
    fact: Fact
    cells: list[Cell]
    anchor: str = ""
    place: str = ""
    children: list[Row] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.fact)

    @property
    def words(self) -> str:
        """What the fact says, in short."""
        return self.fact.words

    @property
    def main(self) -> str:
        """The field under which marks stand."""
        required = [cell.field.name for cell in self.cells if cell.field.required and not cell.field.choices]
        return next(iter(required or [cell.field.name for cell in self.cells]), "")

    @property
    def in_table(self) -> bool:
        return self.fact.kind in IN_TABLES

    @property
    def movable(self) -> bool:
        return self.fact.kind in MOVABLE

    @property
    def parted(self) -> bool:
        return self.fact.kind in PARTED

    @property
    def width(self) -> int:
        return len(self.cells) + 1


@dataclass(slots=True)
class Block:
    """Rows of one kind under a heading; `head` is the fact they stand in (a section, a group)."""

    kind: str
    title: str
    columns: list[Field]
    rows: list[Row]
    head: Row | None = None


@dataclass(slots=True)
class RoadMapView:
    head: Row
    sections: list[Block]

    @property
    def count(self) -> int:
        return sum(len(section.rows) for section in self.sections)


@dataclass(frozen=True, slots=True)
class FindingView:
    fact: Fact
    message: str
    tone: str
    label: str
    anchor: str
    place: str
    row_id: str  # of the fact at the same place


@dataclass(slots=True)
class Reading:
    heading: Row | None
    clauses: Block
    roadmaps: list[RoadMapView]
    groups: list[Block]
    blocks: list[Block]
    findings: list[FindingView]
    removed: list[Row]
    doubtful: int

    @property
    def missing(self) -> list[Block]:
        """Kinds of which the document has nothing yet."""
        return [block for block in (self.clauses, *self.blocks) if not block.rows]

    @property
    def warnings(self) -> int:
        return sum(finding.tone != "info" for finding in self.findings)


def reading_of(document: Document) -> Reading:
    """All facts of a document for its page."""
    facts = list(document.facts.order_by("order", "pk"))
    document.fact_kinds = frozenset(fact.kind for fact in facts if not fact.removed)  # the tabs need not ask again
    hidden = _below_removed(facts)
    rows = {fact.pk: row_of(fact, document.suffix) for fact in facts}
    below: dict[tuple[int | None, str], list[Row]] = {}
    for fact in facts:
        if not fact.removed and fact.pk not in hidden:
            below.setdefault((fact.parent_id, fact.kind), []).append(rows[fact.pk])

    def under(fact: Fact | None, kind: FactKind) -> list[Row]:
        return below.get((fact.pk if fact else None, kind), [])

    for row in rows.values():
        row.children = under(row.fact, FactKind.ITEM) if row.fact.kind == FactKind.ACTIVITY else []
    shown = [row.fact for found in below.values() for row in found]
    return Reading(
        heading=next(iter(under(None, FactKind.HEADING)), None),
        clauses=_block(FactKind.CLAUSE, under(None, FactKind.CLAUSE)),
        roadmaps=[
            RoadMapView(
                head,
                [
                    _block(FactKind.ACTIVITY, under(section.fact, FactKind.ACTIVITY), section)
                    for section in under(head.fact, FactKind.SECTION)
                ],
            )
            for head in under(None, FactKind.ROADMAP)
        ],
        groups=[
            _block(FactKind.MEMBER, under(group.fact, FactKind.MEMBER), group) for group in under(None, FactKind.GROUP)
        ],
        blocks=[_block(kind, under(None, kind)) for kind in _TITLES if kind != FactKind.CLAUSE],
        findings=_findings(under(None, FactKind.FINDING), shown),
        removed=[rows[fact.pk] for fact in facts if fact.removed and fact.pk not in hidden],
        doubtful=sum(fact.doubtful for fact in shown),
    )


def _below_removed(facts: Iterable[Fact]) -> set[int]:
    """Facts that stand inside a removed one."""
    parents = {fact.pk: fact for fact in facts}
    found = set()
    for fact in parents.values():
        line = parents.get(fact.parent_id) if fact.parent_id else None
        while line is not None:
            if line.removed:
                found.add(fact.pk)
                break
            line = parents.get(line.parent_id) if line.parent_id else None
    return found


def columns_of(kind: str) -> list[Field]:
    return [field for field in FIELDS[kind] if not _is_aside(kind, field)]


def _is_aside(kind: str, field: Field) -> bool:
    return field.name not in _OF_CHANGE if kind == FactKind.CHANGE else field.name in _ASIDE


def row_of(fact: Fact, suffix: str = "") -> Row:
    """One fact with its values in words."""
    source = {} if fact.kind == FactKind.HEADING else fact.source
    cells = [_cell(fact, field) for field in columns_of(fact.kind)]
    return Row(fact, cells, anchor_of(source), place_of(source, suffix))


def _cell(fact: Fact, field: Field) -> Cell:
    value: Any = fact.data.get(field.name)
    aside: tuple[tuple[str, str], ...] = ()
    if field.name == ("said" if fact.kind == FactKind.CHANGE else "text"):
        others = [one for one in FIELDS[fact.kind] if _is_aside(fact.kind, one) and fact.data.get(one.name)]
        aside = tuple((one.label, said(one, fact.data[one.name])) for one in others)
    if field.shape != "deadline" or not value:
        return Cell(field, said(field, value), aside=aside)
    unclear = value["kind"] == "unclear"
    more = understood(value)
    return Cell(field, value["text"], "" if more.lower() == value["text"].lower() else more, unclear)


def heading_places(fact: Fact, suffix: str) -> dict[str, tuple[str, str]]:
    """Field of the heading -> (anchor, place in words)."""
    return {name: (anchor_of(source), place_of(source, suffix)) for name, source in fact.source.items() if source}


def _block(kind: FactKind, rows: list[Row], head: Row | None = None) -> Block:
    title = _TITLES.get(kind, "") if head is None else head.fact.data.get("title") or ""
    return Block(kind, title, columns_of(kind), rows, head)


def _findings(rows: list[Row], shown: list[Fact]) -> list[FindingView]:
    at = {anchor_of(fact.source): fact.public_id for fact in reversed(shown) if fact.kind in (*MOVABLE, *PARENTS)}
    found = []
    for row in rows:
        severity = str(row.fact.data.get("severity"))
        found.append(
            FindingView(
                row.fact,
                str(row.fact.data.get("message")),
                _TONES.get(severity, "info"),
                _SEVERITIES.get(severity, severity),
                row.anchor,
                row.place,
                at.get(row.anchor, "") if row.anchor else "",
            )
        )
    order = list(_TONES.values())
    return sorted(found, key=lambda finding: order.index(finding.tone))
