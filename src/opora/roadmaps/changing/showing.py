"""Changes of rows as the pages show them: old beside new with the words that differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from opora.core.actor import Actor
from opora.roadmaps.changing.effects import Reckoning, Toll
from opora.roadmaps.changing.marking import Piece, marked
from opora.roadmaps.changing.reading import RowChange
from opora.roadmaps.changing.rows import Row

LABELS = {"changed": "изменён", "added": "добавлен", "removed": "исключён", "unclear": "не понято"}
TONES = {"changed": "info", "added": "success", "removed": "danger", "unclear": "warning"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a row on both sides."""

    title: str
    old: list[Piece]
    new: list[Piece]


@dataclass(slots=True)
class Shown:
    """One changed row; `toll` says what becomes of assignments, None where nobody asked."""

    key: str
    kind: str
    number: str
    cells: list[Cell]
    said: list[str] = field(default_factory=list)
    doubt: str = ""
    toll: Toll | None = None
    unknown: list[str] = field(default_factory=list)  # responsible ones nobody in the registry matches
    chosen: str = ""  # public id of the row that is meant, or «new», «skip»

    @property
    def label(self) -> str:
        return LABELS[self.kind]

    @property
    def tone(self) -> str:
        return TONES[self.kind]


def shown(change: RowChange, chosen: str = "") -> Shown:
    cells = cells_of(change.old, None if change.kind == "removed" else change.new)
    meant = chosen or (change.activity.public_id if change.activity else "")
    return Shown(change.key, change.kind, change.number, cells, change.said, change.doubt, chosen=meant)


def cells_of(old: Row | None, new: Row | None) -> list[Cell]:
    """The columns of which either side says something."""
    columns = (
        ("Номер", old.number if old else "", new.number if new else ""),
        ("Мероприятие", old.text if old else "", new.text if new else ""),
        ("Срок", old.deadline_text if old else "", new.deadline_text if new else ""),
        ("Ответственные", "; ".join(old.people) if old else "", "; ".join(new.people) if new else ""),
    )
    found = []
    for title, before, after in columns:
        if title == "Номер" and (before == after or not (before and after)):
            continue
        if before or after:
            found.append(Cell(title, *marked(before, after)))
    return found


def with_tolls(changes: Iterable[RowChange], rows: list[Shown], reckoning: Reckoning, user: Actor) -> Toll:
    """What becomes of assignments, row by row; the sum."""
    listed = list(changes)
    tolls = reckoning.tolls(user, listed)
    total = Toll()
    for change, row in zip(listed, rows, strict=True):
        row.toll = tolls.get(change.key)
        row.unknown = reckoning.unknown(change.new.responsible) if change.new and change.kind != "removed" else []
        total.add(row.toll or Toll())
    return total


def difference(old: Iterable[Row], new: Iterable[Row]) -> list[Shown]:
    """Two versions of one road map: what is new, gone, or reads otherwise."""
    before = {row.activity: row for row in old}
    after = {row.activity: row for row in new}
    found = []
    for key in dict.fromkeys([*before, *after]):
        was, now = before.get(key), after.get(key)
        if was is None or now is None:
            kind = "added" if was is None else "removed"
        elif was.said != now.said:
            kind = "changed"
        else:
            continue
        row = now or was
        found.append(Shown(key, kind, row.number if row else "", cells_of(was, now)))
    return found
