"""Counts of failing by school, work and year as dense arrays, and how works are related: same year, same pupils."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Kind:
    """What one column of the arrays counts."""

    year: int
    procedure: str
    subject: str
    grade: int

    @property
    def cohort(self) -> int:
        """Pupils of grade 4 this year are those of grade 5 next year."""
        return self.year - self.grade


@dataclass(frozen=True)
class Cells:
    """`n[school, kind]` works written and `failed[school, kind]` of them; kinds sorted."""

    kinds: tuple[Kind, ...]
    n: Floats
    failed: Floats

    @cached_property
    def total(self) -> Floats:
        total: Floats = self.n.sum(axis=1)
        return total

    @cached_property
    def total_failed(self) -> Floats:
        total: Floats = self.failed.sum(axis=1)
        return total

    @cached_property
    def same_year(self) -> Floats:
        return self._related(lambda a, b: a.year == b.year)

    @cached_property
    def same_pupils(self) -> Floats:
        """Two works of one cohort in one year."""
        return self._related(lambda a, b: a != b and a.year == b.year and a.grade == b.grade)

    @cached_property
    def same_pupils_later(self) -> Floats:
        """Two works of one cohort in different years."""
        return self._related(lambda a, b: a.year != b.year and a.cohort == b.cohort)

    def _related(self, related: Callable[[Kind, Kind], bool]) -> Floats:
        return np.array([[float(related(a, b)) for b in self.kinds] for a in self.kinds])


def cells_of(
    school: Integers,
    year: pa.ChunkedArray,
    procedure: pa.ChunkedArray,
    subject: pa.ChunkedArray,
    grade: pa.ChunkedArray,
    participants: Integers,
    failed: Integers,
    *,
    schools: int,
) -> Cells:
    """Dense arrays of rows of COUNTS; `school` is an index below `schools`."""
    names = [column.unique().to_pylist() for column in (year, procedure, subject, grade)]
    code = np.zeros(len(school), dtype=np.int64)
    for column, values in zip((year, procedure, subject, grade), names, strict=True):
        values.sort()
        place = pc.index_in(column, value_set=pa.array(values, column.type))
        code = code * len(values) + place.to_numpy().astype(np.int64)
    present, kind = np.unique(code, return_inverse=True)
    kinds = []
    for one in present.tolist():
        parts = []
        for values in reversed(names):
            one, part = divmod(one, len(values))
            parts.append(values[part])
        kinds.append(Kind(*reversed(parts)))
    at, size = school * len(kinds) + kind, schools * len(kinds)
    shape = (schools, len(kinds))
    n = np.bincount(at, participants.astype(np.float64), size)
    bad = np.bincount(at, failed.astype(np.float64), size)
    return Cells(tuple(kinds), n.reshape(shape).astype(np.float64), bad.reshape(shape).astype(np.float64))
