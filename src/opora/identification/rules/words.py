"""Counts by school as arrays, and the Russian words in which rules speak of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from opora.identification.columns import PROCEDURES, SUBJECTS

if TYPE_CHECKING:
    import pyarrow as pa

Array = np.ndarray[Any, Any]


def codes(column: pa.ChunkedArray) -> tuple[Array, list[str]]:
    """Each text's number, and the texts in order."""
    encoded = column.combine_chunks().dictionary_encode()
    if hasattr(encoded, "combine_chunks"):
        encoded = encoded.combine_chunks()
    texts: list[str] = encoded.dictionary.to_pylist()
    order = sorted(range(len(texts)), key=lambda place: texts[place])
    rank = np.empty(len(texts), np.int64)
    rank[order] = np.arange(len(texts))
    return rank[np.asarray(encoded.indices)], [texts[place] for place in order]


def integers(table: pa.Table, name: str) -> Array:
    found: Array = table.column(name).to_numpy().astype(np.int64)
    return found


def places(table: pa.Table, schools: pa.Table) -> Array:
    """The place of each row's school in the list, −1 where it is not there."""
    numbers, texts = codes(table.column("school_id"))
    known = {one: place for place, one in enumerate(schools.column("school_id").to_pylist())}
    found: Array = np.array([known.get(one, -1) for one in texts], np.int64)
    return found[numbers] if len(texts) else numbers


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

    def keys_of(self, where: Array) -> Array:
        return self.key[where]

    def row_of(self, where: Array) -> dict[int, int]:
        """The row of each key."""
        rows = np.flatnonzero(where)
        return dict(zip(self.key[rows].tolist(), rows.tolist(), strict=True))

    def in_order(self, where: Array) -> list[int]:
        """Rows by school, then in the order of the titles' codes and grades."""
        rows = np.flatnonzero(where)
        order = np.argsort(self.key[rows], kind="stable")
        found: list[int] = rows[order].tolist()
        return found

    def title(self, row: int) -> str:
        return procedure_title(
            self.procedures[int(self.procedure[row])], self.subjects[int(self.subject[row])], int(self.grade[row])
        )

    def said(self, row: int) -> str:
        """«9 из 23 (39,1 %)»."""
        return share_said(int(self.failed[row]), int(self.participants[row]))


def works(table: pa.Table, schools: pa.Table) -> Works:
    """Of a measured table of the shape COUNTS; rows of schools that are not in the list are left out."""
    school = places(table, schools)
    keep = school >= 0
    procedure, procedures = codes(table.column("procedure"))
    subject, subjects = codes(table.column("subject"))
    whole = {name: integers(table, name)[keep] for name in ("year", "grade", "participants", "failed")}
    return Works(
        schools.num_rows, school[keep], procedure=procedure[keep], subject=subject[keep], procedures=procedures,
        subjects=subjects, **whole,
    )  # fmt: skip


def procedure_title(procedure: str, subject: str, grade: int) -> str:
    return f"{PROCEDURES.get(procedure, procedure)}, {SUBJECTS.get(subject, subject)}, {grade} класс"


def percent(share: float) -> str:
    """«39,1 %», without needless zeros."""
    return f"{share * 100:.1f}".removesuffix(".0").replace(".", ",") + " %"


def share_said(part: int, whole: int) -> str:
    return f"{part} из {whole} ({percent(part / whole)})" if whole else "нет участников"


def listed(parts: Sequence[str], most: int = 4) -> str:
    """The first few, and how many more there are."""
    more = len(parts) - most
    return "; ".join(parts[:most]) + (f"; и ещё {more}" if more > 0 else "")


def plural(count: int, one: str, few: str, many: str) -> str:
    """The form of a noun after a number: 1 школа, 2 школы, 5 школ."""
    tail, tens = count % 10, count % 100
    if tail == 1 and tens != 11:
        return one
    return few if tail in (2, 3, 4) and tens not in (12, 13, 14) else many


def procedure_words(count: int) -> str:
    """After «в»: в 1 процедуре, в 2 процедурах."""
    return plural(count, "процедуре", "процедурах", "процедурах")
