"""From files to COUNTS: pupils and totals tell the same, what does not fit is set aside with its place."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from opora.identification import aggregate, identify
from opora.identification.engines import DuckDB
from opora.identification.errors import Unfit
from opora.identification.rules import known, rule

YEAR = 2026
KEY = ("year", "procedure", "subject", "grade", "school_id")


def pupils(seed: int = 1, rows: int = 4000) -> list[dict[str, Any]]:
    """Works of eight schools in three years: marks, passes without marks, absent pupils, points."""
    chance = random.Random(seed)  # noqa: S311
    found = []
    for _ in range(rows):
        procedure, subject, grade = chance.choice(
            [("vpr", "rus", 5), ("vpr", "mat", 5), ("oge", "mat", 9), ("ege", "rus", 11), ("ege", "mat_base", 11)]
        )
        there = chance.random() > 0.08
        exam = procedure == "ege" and subject == "rus"
        weak = 0.2 + 0.05 * (number := chance.randrange(8))
        failed = chance.random() < weak
        mark = None if exam or not there else 2 if failed else chance.choice((3, 4, 5))
        found.append({
            "year": chance.choice((YEAR - 2, YEAR - 1, YEAR)), "procedure": procedure, "subject": subject,
            "grade": grade, "school_id": f"s{number}", "mark": mark,
            "passed": (not failed) if exam and there else None, "score": chance.randrange(40) / 2 if there else None,
            "max_score": 20.0,
        })  # fmt: skip
    return found


def totals(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same works added up in plain Python."""
    counts: dict[tuple[Any, ...], Counter[str]] = {}
    for row in rows:
        one = counts.setdefault(tuple(row[name] for name in KEY), Counter())
        took = row["mark"] is not None or row["passed"] is not None
        one["participants"] += took
        one["absent"] += not took
        one["failed"] += row["mark"] == 2 or row["passed"] is False
        for mark in (2, 3, 4, 5):
            one[f"marks_{mark}"] += row["mark"] == mark
    names = ("participants", "failed", "marks_2", "marks_3", "marks_4", "marks_5", "absent")
    return [
        dict(zip(KEY, key, strict=True)) | {name: one[name] for name in names} for key, one in sorted(counts.items())
    ]


@pytest.fixture
def schools() -> pa.Table:
    return pa.table({"school_id": [f"s{number}" for number in range(8)], "cluster": ["a", "b"] * 4})


def parquet(rows: list[dict[str, Any]], path: Path, names: set[str] | None = None) -> Path:
    pq.write_table(
        pa.Table.from_pylist([{k: v for k, v in row.items() if not names or k in names} for row in rows]), path
    )
    return path


def test_counts_are_those_of_plain_python(tmp_path: Path) -> None:
    rows = pupils()
    counts, tallies, rejected = aggregate(parquet(rows, tmp_path / "r.parquet"))
    assert counts.to_pylist() == totals(rows)
    assert rejected.num_rows == 0
    told = Counter(
        (*(row[name] for name in KEY), row["mark"], row["passed"], round(row["score"] * 100))
        for row in rows if row["mark"] is not None or row["passed"] is not None
    )  # fmt: skip
    names = (*KEY, "mark", "passed", "score")
    assert {tuple(row[name] for name in names): row["pupils"] for row in tallies.to_pylist()} == dict(told)


@pytest.mark.parametrize("name", [one for one in known() if one != "fair"])
def test_pupils_totals_and_threads_give_the_same_to_the_bit(name: str, tmp_path: Path, schools: pa.Table) -> None:
    rows = pupils()
    files = [parquet(rows[:1500], tmp_path / "a.parquet"), parquet(rows[1500:], tmp_path / "b.parquet")]
    expected = None
    for threads in (1, 4):
        engine = DuckDB(threads=threads)
        done = identify(files, schools, rule(name), YEAR, engine=engine)
        engine.close()
        expected = expected or done
        assert done.outcome.table.equals(expected.outcome.table, check_metadata=True)
        assert done.provenance["outcome"] == expected.provenance["outcome"]
    if name != "lowest-quartile":  # totals have no points
        added = parquet(totals(rows), tmp_path / "c.parquet")
        assert identify(added, schools, rule(name), YEAR).outcome.table.equals(expected.outcome.table)


def test_shares_in_percent_become_counts(tmp_path: Path) -> None:
    key = {"year": YEAR, "procedure": "vpr", "subject": "rus", "grade": 5, "school_id": "s1"}
    shares = {"participants": 23, "marks_2": 39.13, "marks_3": 21.74, "marks_4": 21.74, "marks_5": 17.39}
    counts, _, rejected = aggregate(parquet([key | shares], tmp_path / "r.parquet"))
    row = counts.to_pylist()[0]
    assert [row[name] for name in ("participants", "failed", "marks_3", "marks_4", "marks_5")] == [23, 9, 5, 5, 4]
    assert rejected.num_rows == 0


BROKEN = [
    ({"mark": 6}, "mark", "«6» невозможна"),
    ({"mark": 1}, "mark", "«1» невозможна"),
    ({"year": 2091}, "year", "«2091» невозможен"),
    ({"year": None}, "year", "Не указан год"),
    ({"grade": 12}, "grade", "«12» невозможен"),
    ({"procedure": "впр"}, "procedure", "«впр» неизвестна"),
    ({"subject": None}, "subject", "Не указан предмет"),
    ({"school_id": None}, "school_id", "Не указана школа"),
    ({"school_id": "s99"}, "school_id", "«s99» нет в списке школ"),
]


@pytest.mark.parametrize(("change", "column", "words"), BROKEN, ids=[str(one[0]) for one in BROKEN])
def test_a_broken_row_is_set_aside_alone(
    change: dict[str, Any], column: str, words: str, tmp_path: Path, schools: pa.Table
) -> None:
    rows = [row | {"year": YEAR} for row in pupils(rows=300)]
    good = identify(parquet(rows, tmp_path / "good.parquet"), schools, rule("fioko-2025"), YEAR)
    rows.insert(7, rows[0] | {"mark": 2, "procedure": "vpr", "subject": "rus"} | change)
    done = identify(parquet(rows, tmp_path / "bad.parquet"), schools, rule("fioko-2025"), YEAR)
    assert done.outcome.table.equals(good.outcome.table)
    told = done.rejected.to_pylist()
    assert [(one["file"], one["row"], one["column"]) for one in told] == [("bad.parquet", 8, column)]
    assert words in told[0]["reason"]
    assert done.set_aside == 1


def test_totals_that_do_not_add_up_are_set_aside(tmp_path: Path) -> None:
    key = {"year": YEAR, "procedure": "vpr", "subject": "rus", "grade": 5}
    marks = {"marks_2": 3.0, "marks_3": 3.0, "marks_4": 3.0, "marks_5": 1.0}
    rows = [
        key | {"school_id": "s1", "participants": 10} | marks,
        key | {"school_id": "s2", "participants": 11} | marks,
        key | {"school_id": "s3", "participants": -1} | marks,
        key | {"school_id": "s4", "participants": 20} | dict.fromkeys(marks, 24.5),
    ]
    counts, _, rejected = aggregate(parquet(rows, tmp_path / "r.parquet"))
    assert [row["school_id"] for row in counts.to_pylist()] == ["s1"]
    assert [(row["row"], row["value"]) for row in rejected.to_pylist()] == [(2, "10"), (3, "-1"), (4, "98")]


def test_texts_for_numbers_are_read_and_unreadable_ones_set_aside(tmp_path: Path, schools: pa.Table) -> None:
    table = pa.table({
        "Year": ["2026", "2026.0", "2026"], "procedure": ["vpr"] * 3, "subject": ["rus"] * 3, "grade": [5.0, 5.0, 5.0],
        "school_id": ["s1", "s1", "s1"], "mark": ["2", "3", "два"], "passed": ["", None, "да"],
    })  # fmt: skip
    pq.write_table(table, tmp_path / "r.parquet")
    done = identify(tmp_path / "r.parquet", schools, rule("fioko-2025"), YEAR)
    assert done.outcome.table.column("participants").to_pylist()[1] == 2
    assert [(one["row"], one["value"]) for one in done.rejected.to_pylist()] == [(3, "два")]


def test_a_file_given_twice_counts_once(tmp_path: Path, schools: pa.Table) -> None:
    rows = pupils(rows=500)
    one, two = (parquet(rows, tmp_path / name) for name in ("a.parquet", "b.parquet"))
    once, twice = (identify(paths, schools, rule("fioko-2025"), YEAR) for paths in ([one], [one, two]))
    assert twice.outcome.table.equals(once.outcome.table)


def test_what_cannot_be_read_is_told(tmp_path: Path, schools: pa.Table) -> None:
    broken = tmp_path / "r.parquet"
    broken.write_bytes(b"PK not a parquet")
    with pytest.raises(Unfit, match=r"r\.parquet: файл не прочитан"):
        identify(broken, schools, rule("fioko-2025"), YEAR)
    with pytest.raises(Unfit, match="файла нет"):
        identify(tmp_path / "none.parquet", schools, rule("fioko-2025"), YEAR)
    pq.write_table(pa.table({"year": [1]}), broken)
    with pytest.raises(Unfit, match="нет столбцов procedure, subject"):
        identify(broken, schools, rule("fioko-2025"), YEAR)
