"""Rows in our own columns, and readings of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from opora.identification.reading import Reading, read
from opora.identification.samples import write_rows

PUPILS = (
    "year",
    "procedure",
    "subject",
    "grade",
    "school_id",
    "pupil_id",
    "mark",
    "score",
    "max_score",
    "journal_mark",
)
GOOD = (2022, "vpr", "mat", 5, "sch220001", "a1", 4, 12, 20, 4)
COUNTS = (
    "year",
    "procedure",
    "subject",
    "grade",
    "school_id",
    "participants",
    "marks_2",
    "marks_3",
    "marks_4",
    "marks_5",
)
KEY = (2022, "vpr", "mat", 5)


def pupils(path: Path, *rows: Sequence[Any], **options: Any) -> Reading:
    """A reading of our own columns in which only the first row is good for certain."""
    write_rows(path, [PUPILS, GOOD, *rows], encoding="utf-8")
    return read(path, latest=2026, **options)


def changed(**values: Any) -> tuple[Any, ...]:
    return tuple({**dict(zip(PUPILS, GOOD, strict=True)), "pupil_id": "b2", **values}.values())


def aggregated(path: Path, *rows: Sequence[Any], header: Sequence[str] = COUNTS, **options: Any) -> Reading:
    write_rows(path, [header, *rows], encoding="utf-8")
    return read(path, latest=2026, **options)
