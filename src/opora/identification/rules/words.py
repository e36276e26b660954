"""Counts by school as arrays, and the Russian words in which rules speak of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from opora.identification import arrays
from opora.identification.arrays import Array, integers, whole
from opora.identification.titles import procedure_words

if TYPE_CHECKING:
    import pyarrow as pa

#: How many parts a sentence names.
MOST: Final = 4


def codes(column: pa.ChunkedArray) -> tuple[Array, list[str]]:
    """Each text's number, and the texts in order."""
    numbers, texts = _numbered(column)
    order = sorted(range(len(texts)), key=lambda place: texts[place])
    rank = np.empty(len(texts), np.int64)
    rank[order] = np.arange(len(texts))
    return rank[numbers], [texts[place] for place in order]


def _numbered(column: pa.ChunkedArray) -> tuple[Array, list[str]]:
    """Each text's number, and the texts as they are met."""
    encoded = whole(column).dictionary_encode()
    texts: list[str] = encoded.dictionary.to_pylist()
    return integers(encoded.indices), texts


def places(table: pa.Table, schools: pa.Table) -> Array:
    """The place of each row's school in the list, −1 where it is not there."""
    numbers, texts = _numbered(table.column("school_id"))
    known = {one: place for place, one in enumerate(schools.column("school_id").to_pylist())}
    found = np.array([known.get(one, -1) for one in texts], np.int64)
    return found[numbers] if texts else numbers


@dataclass(frozen=True)
class Works:
    """COUNTS of the schools in the list as arrays; `key` is one number for a procedure in a school."""

    schools: int
    school: Array
    year: Array
    grade: Array
    participants: Array
    failed: Array
    procedure: Array
    subject: Array
    procedures: list[str]
    subjects: list[str]

    @cached_property
    def key(self) -> Array:
        found: Array = ((self.school * len(self.procedures) + self.procedure) * len(self.subjects) + self.subject) * 12
        return found + self.grade

    @cached_property
    def share(self) -> Array:
        """Of the failed; one division of two integers, the same everywhere."""
        found: Array = self.failed / np.maximum(self.participants, 1)
        return found

    def per_school(self, where: Array, weights: Array | None = None) -> Array:
        """How many rows (or the exact sum of `weights`) each school has."""
        total = np.zeros(self.schools, np.int64)
        np.add.at(total, self.school[where], 1 if weights is None else weights[where])
        return total

    def of_pairs(self, pairs: Sequence[tuple[str, str]]) -> Array:
        """Whether a row is of one of these procedures and subjects."""
        wanted = set(pairs)
        table = np.array(
            [[(one, other) in wanted for other in self.subjects] for one in self.procedures], bool
        ).reshape(len(self.procedures), len(self.subjects))
        found: Array = table[self.procedure, self.subject]
        return found

    def of_subjects(self, subjects: Sequence[str]) -> Array:
        """Whether a row is of one of these subjects."""
        return np.isin(self.subject, [place for place, one in enumerate(self.subjects) if one in subjects])

    def row_of(self, where: Array) -> Array:
        """For each row the last of those `where` with the same procedure in the same school, −1 where there is none."""
        rows = np.flatnonzero(where)
        rows = rows[np.argsort(self.key[rows], kind="stable")]
        keys = self.key[rows]
        place = np.searchsorted(keys, self.key, "right") - 1
        found: Array = np.where((place >= 0) & (keys[place] == self.key), rows[place], -1) if len(rows) else place
        return found

    def in_order(self, where: Array) -> Array:
        """Rows by school, then in the order of the titles' codes and grades."""
        rows = np.flatnonzero(where)
        found: Array = rows[np.argsort(self.key[rows], kind="stable")]
        return found

    def said(self, rows: Array) -> pa.Array:
        """«ВПР, математика, 5 класс – 9 из 23 (39,1 %)» of each row."""

        def say(procedure: int, subject: int, grade: int, failed: int, participants: int) -> str:
            title = procedure_words(self.procedures[procedure], self.subjects[subject], grade)
            return f"{title} – {share_said(failed, participants)}"

        columns = (self.procedure, self.subject, self.grade, self.failed, self.participants)
        return arrays.told([one[rows] for one in columns], say)


def works(table: pa.Table, schools: pa.Table) -> Works:
    """Of a measured table of the shape COUNTS; rows of schools that are not in the list are left out."""
    school = places(table, schools)
    keep = school >= 0
    procedure, procedures = codes(table.column("procedure"))
    subject, subjects = codes(table.column("subject"))
    figures = {name: integers(table.column(name))[keep] for name in ("year", "grade", "participants", "failed")}
    return Works(
        schools.num_rows, school[keep], procedure=procedure[keep], subject=subject[keep], procedures=procedures,
        subjects=subjects, **figures,
    )  # fmt: skip


def percent(share: float) -> str:
    """«39,1 %», without needless zeros."""
    return f"{share * 100:.1f}".removesuffix(".0").replace(".", ",") + " %"


def share_said(part: int, whole: int) -> str:
    return f"{part} из {whole} ({percent(part / whole)})" if whole else "нет участников"


def listed(parts: Sequence[str], most: int = MOST) -> str:
    """The first few, and how many more there are."""
    return "; ".join(parts[:most]) + more(len(parts), most)


def more(count: int, most: int = MOST) -> str:
    """What stands behind the first few of `count`."""
    return f"; и ещё {count - most}" if count > most else ""


def plural(count: int, one: str, few: str, many: str) -> str:
    """The form of a noun after a number: 1 школа, 2 школы, 5 школ."""
    tail, tens = count % 10, count % 100
    if tail == 1 and tens != 11:
        return one
    return few if tail in (2, 3, 4) and tens not in (12, 13, 14) else many


def in_procedures(count: int) -> str:
    """After «в»: в 1 процедуре, в 2 процедурах."""
    return plural(count, "процедуре", "процедурах", "процедурах")
