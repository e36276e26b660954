"""Counts of failing by school, work and year as dense arrays, and how works are related: same year, same pupils."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
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
    year: Integers,
    procedure: Integers,
    subject: Integers,
    grade: Integers,
    participants: Integers,
    failed: Integers,
    *,
    schools: int,
    procedures: Sequence[str],
    subjects: Sequence[str],
) -> Cells:
    """Dense arrays of rows of COUNTS; `school`, `procedure` and `subject` are places in sorted lists."""
    first = int(year.min()) if len(year) else 0
    sizes = (len(procedures), len(subjects), int(grade.max(initial=0)) + 1)
    code = year - first
    for column, size in zip((procedure, subject, grade), sizes, strict=True):
        code = code * size + column
    present = np.flatnonzero(np.bincount(code))
    kind = np.searchsorted(present, np.arange(int(present.max(initial=-1)) + 1))[code]
    kinds = []
    for one in present.tolist():
        left, place = divmod(one, sizes[2])
        left, of = divmod(left, sizes[1])
        left, by = divmod(left, sizes[0])
        kinds.append(Kind(first + left, procedures[by], subjects[of], place))
    at, size = school * len(kinds) + kind, schools * len(kinds)
    shape = (schools, len(kinds))
    n, bad = (
        np.bincount(at, one.astype(np.float64), size).astype(np.float64, copy=False).reshape(shape)
        for one in (participants, failed)
    )
    return Cells(tuple(kinds), n, bad)
