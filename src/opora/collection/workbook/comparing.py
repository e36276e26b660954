"""What a workbook brings against what was entered meanwhile: nothing is overwritten silently."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from opora.collection import rows as naming
from opora.collection import values
from opora.collection.definition import Definition, Field
from opora.collection.rows import NAME, Row
from opora.collection.values import Stored
from opora.collection.workbook.reading import Filled

Rows = dict[str, Row]  # by their names, in order


class What(StrEnum):
    ANSWER = "answer"  # of a question that is no table
    CELL = "cell"
    ADDED = "added"  # a row; in a conflict: the same new row was filled in on both sides
    REMOVED = "removed"  # a row that the file has no more; in a conflict: it was changed here meanwhile
    CHANGED = "changed"  # a row that the file changed and that is removed here: always a conflict
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which the workbook differs from what stands now; a conflict where both changed since it left.

    `row` is the name of a row of a table, `column` is of a cell. Of a row, `was`, `now` and `brought` are its cells;
    of the order of rows, their names.
    """

    key: str
    cell: str
    was: Stored  # when the workbook left
    now: Stored
    brought: Stored
    conflict: bool
    row: str = ""
    column: str = ""
    what: What = What.ANSWER

    @property
    def place(self) -> str:
        """The same as in the names of inputs."""
        last = "order" if self.what == What.ORDER else self.column
        return "-".join(filter(None, [self.key, self.row, last]))

    @property
    def can_be_both(self) -> bool:
        """Whether what stands now and what the file brings can stand beside each other."""
        return self.conflict and self.what == What.ADDED


def base(answers: Mapping[str, Stored], changes: Iterable[tuple[int, str, Stored]], revision: int) -> dict[str, Stored]:
    """The answers as they were at `revision`: `changes` are (revision, key, old), newest first."""
    found = dict(answers)
    for made, key, old in changes:
        if made > revision:
            found[key] = old
    return found


def differences(
    filled: Filled, definition: Definition, was: Mapping[str, Stored], now: Mapping[str, Stored]
) -> list[Difference]:
    """What the workbook changed, in its order; what it left as it was changes nothing, whatever was entered since.

    An answer with a mistake in its cell is no answer: it is told as a problem and changes nothing here. A table is
    compared row by row, by their names.
    """
    found: list[Difference] = []
    for key, given in filled.answers.items():
        field = definition.fields[key]
        before, current, brought = (values.said(field, one) for one in (was.get(key), now.get(key), given))
        if key in filled.wrong or brought in (before, current):
            continue
        if field.is_table:
            found += _of_rows(filled, field, *(_by_name(one) for one in (before, current, brought)))
        else:
            found.append(Difference(key, filled.cells[key], before, current, brought, conflict=current != before))
    return found


def _by_name(stored: Stored) -> Rows:
    return {row[NAME]: row for row in stored or []}


def _of_rows(filled: Filled, table: Field, before: Rows, current: Rows, brought: Rows) -> Iterator[Difference]:
    sheet = filled.cells[table.key]

    def difference(name: str, what: What, conflict: bool) -> Difference:
        cell = filled.cells.get(f"{table.key}-{name}", sheet)
        was, now, said = (one.get(name) for one in (before, current, brought))
        return Difference(table.key, cell, was, now, said, conflict, name, what=what)

    for name, row in brought.items():
        if name in before and name in current:
            yield from _cells(filled, table, before[name], current[name], row)
        elif name in before:
            if row != before[name]:
                yield difference(name, What.CHANGED, True)
        elif current.get(name) != row:
            yield difference(name, What.ADDED, name in current)
    for name, row in before.items():
        if name not in brought and name in current:
            yield difference(name, What.REMOVED, current[name] != row)
    yield from _order(table, sheet, before, current, brought)


def _cells(filled: Filled, table: Field, before: Row, current: Row, brought: Row) -> Iterator[Difference]:
    name = brought[NAME]
    for column in table.columns:
        was, now, said = (one.get(column.key) for one in (before, current, brought))
        if not column.formula and said not in (was, now):
            cell = filled.cells.get(f"{table.key}-{name}-{column.key}", filled.cells[table.key])
            yield Difference(table.key, cell, was, now, said, now != was, name, column.key, What.CELL)


def _order(table: Field, sheet: str, *sides: Rows) -> Iterator[Difference]:
    """Of the rows that stand on all sides."""
    there = set.intersection(*map(set, sides))
    was, now, brought = ([name for name in one if name in there] for one in sides)
    if brought not in (was, now):
        yield Difference(table.key, sheet, was, now, brought, now != was, what=What.ORDER)


def merged(
    taken: Iterable[Difference],
    definition: Definition,
    now: Mapping[str, Stored],
    filled: Filled,
    both: Iterable[str] = (),
) -> dict[str, Stored]:
    """The answers that change, by key, where of the workbook `taken` alone is taken.

    `both` are the places of conflicts of which the file's row is added beside the one that stands.
    """
    found: dict[str, Stored] = {}
    tables: dict[str, list[Difference]] = {}
    beside = set(both)
    for one in taken:
        if one.what == What.ANSWER:
            found[one.key] = one.brought
        else:
            tables.setdefault(one.key, []).append(one)
    for key, changes in tables.items():
        field = definition.fields[key]
        order = [row[NAME] for row in values.said(field, filled.answers[key]) or []]
        rows = _by_name(values.said(field, now.get(key)))
        found[key] = values.said(field, list(_taken(changes, rows, order, beside).values()))
    return found


def _taken(changes: list[Difference], rows: Rows, order: list[str], beside: set[str]) -> Rows:
    """The rows with the changes: `order` is that of the file, in which its new rows find their places."""
    for one in changes:
        if one.what == What.CELL:
            rows[one.row] = {**rows[one.row], one.column: one.brought}
        elif one.what == What.REMOVED:
            del rows[one.row]
        elif one.what == What.ORDER:
            rows = _ordered(rows, one.brought)
    for one in changes:
        if one.what not in (What.ADDED, What.CHANGED):
            continue
        if one.row not in rows:
            rows = _inserted(rows, one.brought, _before(one.row, order, rows))
        elif one.place in beside:
            row = {**one.brought, NAME: naming.unused(one.row, [*rows, *order])}
            rows = _inserted(rows, row, one.row)
        else:
            rows[one.row] = one.brought
    return rows


def _ordered(rows: Rows, order: list[str]) -> Rows:
    """The rows of `order` in it, the others where they stood."""
    moved = iter(order)
    known = set(order)
    names = [next(moved) if name in known else name for name in rows]
    return {name: rows[name] for name in names}


def _before(name: str, order: list[str], rows: Rows) -> str:
    """After which of the rows the new one comes: the nearest above it in the file; none is the top."""
    above = order[: order.index(name)]
    return next((one for one in reversed(above) if one in rows), "")


def _inserted(rows: Rows, row: Row, after: str) -> Rows:
    names = list(rows)
    at = names.index(after) + 1 if after else 0
    full = {**rows, row[NAME]: row}
    return {name: full[name] for name in [*names[:at], row[NAME], *names[at:]]}
