"""What a workbook brings against what was entered meanwhile: nothing is overwritten silently."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from opora.collection import values
from opora.collection.definition import Definition, Field
from opora.collection.values import Stored
from opora.collection.workbook.reading import Filled

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer of the workbook that differs from what stands now; a conflict where both changed since it left.

    `row` (from 0) and `column` where it is one cell of a table.
    """

    key: str
    cell: str
    was: Stored  # when the workbook left
    now: Stored
    brought: Stored
    conflict: bool
    row: int | None = None
    column: str = ""

    @property
    def place(self) -> str:
        """The same as in the names of inputs."""
        return self.key if self.row is None else f"{self.key}-{self.row}-{self.column}"


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

    An answer with a mistake in its cell is no answer: it is told as a problem and changes nothing here. A table that
    both changed is compared cell by cell as long as its rows can be told from each other.
    """
    found: list[Difference] = []
    for key, given in filled.answers.items():
        field = definition.fields[key]
        before, current, brought = (values.said(field, one) for one in (was.get(key), now.get(key), given))
        if key in filled.wrong or brought in (before, current):
            continue
        if field.is_table and current != before and _same_rows(before, current, brought):
            found += _cells(filled, field, before or [], current or [], brought or [])
        else:
            found.append(Difference(key, filled.cells[key], before, current, brought, conflict=current != before))
    return found


def _same_rows(before: Rows | None, current: Rows | None, brought: Rows | None) -> bool:
    """Whether the rows that were there are there still, and one side alone added some: rows have no names."""
    there, here, file = (len(one or []) for one in (before, current, brought))
    return min(here, file) == there


def _cells(filled: Filled, table: Field, before: Rows, current: Rows, brought: Rows) -> Iterator[Difference]:
    for number, row in enumerate(brought):
        old = before[number] if number < len(before) else {}
        new = current[number] if number < len(before) else {}
        for column in table.columns:
            was, now, said = (one.get(column.key) for one in (old, new, row))
            if said not in (was, now):
                cell = filled.cells.get(f"{table.key}-{number}-{column.key}", filled.cells[table.key])
                yield Difference(table.key, cell, was, now, said, now != was, number, column.key)


def merged(taken: Iterable[Difference], definition: Definition, now: Mapping[str, Stored]) -> dict[str, Stored]:
    """The answers that change, by key, where of the workbook `taken` alone is taken."""
    found: dict[str, Stored] = {}
    for one in taken:
        if one.row is None:
            found[one.key] = one.brought
            continue
        rows = found.setdefault(one.key, [dict(row) for row in values.said(definition.fields[one.key], now[one.key])])
        rows.extend({} for _ in range(len(rows), one.row + 1))
        rows[one.row][one.column] = one.brought
    return {key: values.said(definition.fields[key], said) for key, said in found.items()}
