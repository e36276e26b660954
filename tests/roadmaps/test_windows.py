"""Deadlines become windows in which each executor reports once."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora import deadlines
from opora.roadmaps.windows import windows_for

ISSUED = dt.date(2026, 9, 7)
UNTIL = dt.date(2027, 9, 7)


def due(text: str, period: tuple[dt.date | None, dt.date | None] = (None, None)) -> list[tuple[str | None, str]]:
    found = windows_for(deadlines.read(text, ISSUED), ISSUED, UNTIL, period)
    return [(one.due.isoformat() if one.due else None, str(one.origin)) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("до 1 октября 2026", [("2026-10-01", "document")]),
        ("октябрь – ноябрь 2026", [("2026-11-30", "document")]),
        ("сентябрь 2026 – май 2027", [("2026-12-31", "interim"), ("2027-05-31", "document")]),
        ("по отдельному графику", [(None, "undated")]),
        ("в течение 10 дней со дня получения", [(None, "undated")]),
        ("ежегодно до 1 октября", [("2026-10-01", "recurrence")]),
        (
            "1 раз в полугодие",
            [("2026-12-31", "recurrence"), ("2027-06-30", "recurrence"), ("2027-12-31", "recurrence")],
        ),
    ],
)
def test_windows_of_an_expression(text: str, expected: list[tuple[str | None, str]]) -> None:
    assert due(text) == expected


def test_a_plan_for_years_is_reported_on_once_a_year() -> None:
    assert [day for day, _ in due("2026 – 2030 годы")] == [
        "2026-12-31",
        "2027-12-31",
        "2028-12-31",
        "2029-12-31",
        "2030-12-31",
    ]


def test_standing_work_is_reported_on_within_the_road_map() -> None:
    period = (dt.date(2026, 9, 1), dt.date(2027, 5, 31))
    assert due("постоянно", period) == [("2026-12-31", "interim"), ("2027-05-31", "interim")]


def test_no_deadline_is_one_undated_window() -> None:
    assert [(one.due, one.origin) for one in windows_for(None, ISSUED, UNTIL)] == [(None, "undated")]


@given(st.dates(dt.date(2024, 1, 1), dt.date(2028, 1, 1)), st.integers(0, 2500))
def test_interim_reports_lie_inside_and_in_order(first: dt.date, length: int) -> None:
    last = first + dt.timedelta(days=length)
    deadline = deadlines.read(f"{first:%d.%m.%Y} – {last:%d.%m.%Y}", ISSUED)
    found = windows_for(deadline, first, UNTIL)
    days = [one.due for one in found if one.due]
    assert days == sorted(set(days))
    assert days[-1] == last
    assert all(first <= day <= last for day in days)
