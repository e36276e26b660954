"""What expressions mean: our own annotated ones, and those of the real documents where they are at hand."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest

from opora.deadlines import describe, from_json, read, to_json
from tests.decrees.corpus import DECREES, needs_decrees

HERE = Path(__file__).parent


def rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def window(text: str) -> tuple[dt.date | None, dt.date | None]:
    first, mark, last = text.partition("..")
    days = [dt.date.fromisoformat(part) if part else None for part in (first, last if mark else first)]
    return days[0], days[1]


@pytest.mark.parametrize("row", rows(HERE / "expressions.tsv"), ids=lambda r: f"{r['issued']} {r['text']}")
def test_annotated_expression(row: dict[str, str]) -> None:
    found = read(row["text"], dt.date.fromisoformat(row["issued"]))
    expected = (row["kind"], tuple(window(w) for w in row["windows"].split()), row["recurrence"] or None)
    assert (found.kind, found.windows, found.recurrence) == expected
    assert found.text == row["text"]
    assert from_json(json.loads(json.dumps(to_json(found)))) == found
    assert describe(found)


@needs_decrees
def test_every_deadline_of_the_real_documents() -> None:
    wrong = []
    for row in rows(DECREES / "deadlines.tsv"):
        found = to_json(read(row["text"], dt.date.fromisoformat(row["issued"])))
        expected = (row["kind"], json.loads(row["windows"]), row["recurrence"] or None)
        if (found["kind"], found["windows"], found["recurrence"]) != expected:
            wrong.append((row["text"], found))
    assert wrong == []


def test_there_are_enough_expressions() -> None:
    assert len({row["text"] for row in rows(HERE / "expressions.tsv")}) >= 150


@pytest.mark.parametrize(
    ("text", "period", "expected"),
    [
        ("октябрь", ("2022-09-01", "2023-05-31"), ("2022-10-01", "2022-10-31")),
        ("март", ("2022-09-01", "2023-05-31"), ("2023-03-01", "2023-03-31")),
        ("в течение года", ("2022-09-01", "2023-05-31"), ("2022-09-01", "2023-05-31")),
        ("май", ("2020-01-01", "2024-12-31"), ("2022-05-01", "2022-05-31")),
    ],
)
def test_the_headings_period_fills_the_year(text: str, period: tuple[str, str], expected: tuple[str, str]) -> None:
    start, end = (dt.date.fromisoformat(day) for day in period)
    found = read(text, dt.date(2021, 6, 10) if "2020" in period[0] else dt.date(2022, 8, 1), (start, end))
    assert [day and day.isoformat() for day in found.windows[0]] == list(expected)
    assert found.inferred


def test_the_time_of_day_is_kept() -> None:
    assert read("до 18.00 часов 20.09.2021", dt.date(2021, 9, 1)).note == "18.00 часов"
