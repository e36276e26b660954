"""Counts over listed schools for people who may not know which these are.

Nothing published is under `FEWEST`, and no sum or difference of what is published is either. Suppressing single cells
cannot promise that (a row's total minus its shown cells is the hidden ones), so small rows and columns are put together
under «остальные» until every cell of the table holds at least `FEWEST`. Whatever can be worked out from the table is
then made of whole cells. A count of nought is a small one too: it says of schools that they are not listed.

Publish one such table of a number, not two cut in different ways: their difference is not guarded.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

FEWEST = 5
REST = "остальные"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A table that may be shown. `cells` holds every pair of `rows` and `columns`; empty where nothing may be shown."""

    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    cells: Mapping[tuple[str, str], int] | None = None

    @property
    def total(self) -> int | None:
        """None where even the sum of all is too small to be told."""
        return sum(self.cells.values()) if self.cells else None

    def row(self, name: str) -> int:
        return sum(count for (row, _), count in (self.cells or {}).items() if row == name)

    def column(self, name: str) -> int:
        return sum(count for (_, column), count in (self.cells or {}).items() if column == name)


def aggregate(counts: Mapping[tuple[str, str], int], *, known: Collection[str] = ()) -> Aggregate:
    """The counts of schools by (row, column) as they may be published; a pair that is missing counts nought.

    `known` are rows that the reader knows anyway (a municipality its own): he can take them off every total, so the
    others have to be safe without them; the known are left out. Of one dimension, give all pairs the same column.
    """
    rows = {row: row for row, _ in counts if row not in known}
    columns = {column: column for _, column in counts}
    while True:
        merged = _merged(counts, rows, columns)
        small = [pair for pair, count in merged.items() if count < FEWEST]
        if not small:
            return Aggregate(_names(rows), _names(columns), merged) if merged else Aggregate()
        if len(set(rows.values())) == 1 and len(set(columns.values())) == 1:
            return Aggregate()
        _put_together(merged, small, rows, columns)


def _names(groups: Mapping[str, str]) -> tuple[str, ...]:
    """In the order given, the rest last."""
    return tuple(sorted(dict.fromkeys(groups.values()), key=lambda name: name == REST))


def _merged(
    counts: Mapping[tuple[str, str], int], rows: Mapping[str, str], columns: Mapping[str, str]
) -> dict[tuple[str, str], int]:
    found = {(row, column): 0 for row in _names(rows) for column in _names(columns)}
    for (row, column), count in counts.items():
        if row in rows:
            found[rows[row], columns[column]] += count
    return found


def _put_together(
    merged: Mapping[tuple[str, str], int], small: list[tuple[str, str]], rows: dict[str, str], columns: dict[str, str]
) -> None:
    """Move the row or column with the fewest schools of those with a small cell to the rest, never it alone."""
    sums: dict[tuple[int, str], int] = {}
    for axis, groups in enumerate((rows, columns)):
        if len(set(groups.values())) > 1:
            for name in {pair[axis] for pair in small}:
                sums[axis, name] = sum(count for pair, count in merged.items() if pair[axis] == name)
    axis, name = min(sums, key=lambda one: (sums[one], one))
    groups = (rows, columns)[axis]
    if name == REST or REST not in groups.values():  # the rest needs company: the smallest of the others
        others = {n: sum(c for pair, c in merged.items() if pair[axis] == n) for n in set(groups.values()) - {name}}
        _move(groups, min(others, key=lambda one: (others[one], one)))
    _move(groups, name)


def _move(groups: dict[str, str], name: str) -> None:
    groups.update({key: REST for key, group in groups.items() if group == name})
