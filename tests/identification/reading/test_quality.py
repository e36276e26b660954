"""Figures of a reading against the list of schools and last year's counts, recomputed here by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from opora.identification.columns import COUNTS as LAST
from opora.identification.columns import arrow_schema
from opora.identification.reading import Reading, quality, read
from opora.identification.samples import write_rows

HEADER = ("year", "procedure", "subject", "grade", "school_id", "pupil_id", "mark")
SCHOOLS = pa.table(
    {"school_id": ["s1", "s2", "s3"], "name": ["А", "Б", "В"], "pupils": [300, 2, 50], "pupils_5": [4, None, 9]}
)


def reading_of(tmp_path: Path, *rows: tuple[Any, ...]) -> Reading:
    write_rows(tmp_path / "a.csv", [HEADER, *rows])
    return read(tmp_path / "a.csv", schools=SCHOOLS, latest=2026)


def work(
    school: str, pupil: int, mark: object, *, year: int = 2022, subject: str = "mat", grade: int = 5
) -> tuple[Any, ...]:
    return (year, "vpr", subject, grade, school, f"p{pupil}", mark)


def test_figures(tmp_path: Path) -> None:
    rows = [work("s1", number, mark) for number, mark in enumerate([2, 3, "", ""])]
    rows += [work("s2", number, 4) for number in range(3)]
    rows += [work("s1", 0, 2), work("s9", 1, 5), work("s1", 7, 6), work("s1", 8, 4, year=2030)]
    last = pa.Table.from_pylist(
        [
            {**dict.fromkeys(arrow_schema(LAST).names, 0), **one}
            for one in (
                {"year": 2021, "procedure": "vpr", "subject": "mat", "grade": 5, "school_id": "s3", "participants": 8},
                {"year": 2021, "procedure": "vpr", "subject": "mat", "grade": 5, "school_id": "s1", "participants": 4},
                {"year": 2021, "procedure": "vpr", "subject": "rus", "grade": 5, "school_id": "s1", "participants": 4},
                {"year": 2021, "procedure": "vpr", "subject": "rus", "grade": 5, "school_id": "s2", "participants": 3},
            )
        ],
        arrow_schema(LAST),
    )
    found = quality(reading_of(tmp_path, *rows), SCHOOLS, last)
    assert (found.files, found.rows, found.taken, found.set_aside) == (1, 11, 7, 4)
    assert (found.participants, found.absent) == (5, 2)
    assert found.absent_share == 2 / 7
    assert (found.duplicates, found.impossible) == (1, 2)
    assert (found.schools, found.matched_words) == (2, {"по коду": 2})
    assert [one.said for one in found.unknown] == ["s9"]
    assert found.silent == ("s3",)
    assert [(one.procedure[1], one.school_id, one.before) for one in found.missing] == [
        ("mat", "s3", 8),
        ("rus", "", 7),
    ]
    assert [one.text for one in found.attendance] == [
        "ВПР, математика, 5 класс, 2022: писали 2 из 4.",
        "ВПР, математика, 5 класс, 2022: участников и отсутствовавших 3, а обучающихся в школе 2.",
    ]
    assert not found.is_clean


def test_a_clean_reading(tmp_path: Path) -> None:
    found = quality(
        reading_of(tmp_path, *(work(school, number, 4) for school in ("s1", "s3") for number in range(8))), None
    )
    assert found.is_clean
    assert found.reasons == {}


def test_nothing_was_read(tmp_path: Path) -> None:
    found = quality(read(tmp_path / "нет.csv"), SCHOOLS)
    assert (found.taken, found.set_aside, found.absent_share) == (0, 1, None)
