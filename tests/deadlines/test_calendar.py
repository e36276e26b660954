"""The production calendar against the official ones, and terms that start with an event."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.deadlines import calendar, describe, offset_of, read
from opora.deadlines.command import deadline as command

D = dt.date
DAYS = st.dates(D(2019, 1, 1), D(2030, 12, 31))
COUNTS = st.integers(1, 60)

# Working days of each month by the five-day week, from the production calendars that go with the government's decrees
# on moved days: № 1314 of 10 August 2023, № 1335 of 4 October 2024, № 1466 of 24 September 2025.
OFFICIAL = {
    2024: (17, 20, 20, 21, 20, 19, 23, 22, 21, 23, 21, 21),
    2025: (17, 20, 21, 22, 18, 19, 23, 21, 22, 23, 19, 22),
    2026: (15, 19, 21, 22, 19, 21, 23, 21, 22, 22, 20, 22),
}


def days_of(year: int, month: int) -> list[dt.date]:
    first = D(year, month, 1)
    return [day for n in range(31) if (day := first + dt.timedelta(days=n)).month == month]


@pytest.mark.parametrize("year", OFFICIAL)
def test_working_days_of_each_month_are_those_of_the_official_calendar(year: int) -> None:
    counted = tuple(sum(map(calendar.is_working_day, days_of(year, month))) for month in range(1, 13))
    assert counted == OFFICIAL[year]
    assert calendar.is_published(year)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (D(2024, 4, 27), True),  # a Saturday worked for 29 April
        (D(2024, 4, 29), False),
        (D(2024, 11, 2), True),
        (D(2024, 12, 28), True),
        (D(2025, 5, 2), False),
        (D(2025, 11, 1), True),
        (D(2025, 12, 31), False),
        (D(2026, 1, 9), False),
        (D(2026, 3, 9), False),  # 8 March on a Sunday is observed on Monday
        (D(2026, 5, 4), True),
        (D(2026, 5, 11), False),
    ],
)
def test_moved_days_and_working_saturdays(day: dt.date, working: bool) -> None:
    assert calendar.is_working_day(day) is working


@given(DAYS, COUNTS)
def test_days_added_are_counted_back(day: dt.date, count: int) -> None:
    end = calendar.add_working_days(day, count)
    assert calendar.is_working_day(end)
    assert calendar.working_days_between(day, end) == count
    back = calendar.add_working_days(end, -count)
    assert back <= day or not calendar.is_working_day(day)
    assert calendar.working_days_between(back, end) == count


@given(DAYS)
def test_the_next_working_day_is_the_nearest(day: dt.date) -> None:
    found = calendar.next_working_day(day)
    assert calendar.is_working_day(found)
    assert not any(calendar.is_working_day(day + dt.timedelta(days=n)) for n in range((found - day).days))
    assert bool(calendar.hint(day)) is (found != day)


def test_a_free_day_says_why_and_what_is_next() -> None:
    assert calendar.hint(D(2026, 5, 3)) == "воскресенье; ближайший рабочий день — 04.05.2026"
    assert calendar.hint(D(2026, 5, 9)).startswith("День Победы; ближайший рабочий день — 12.05.2026")
    assert calendar.hint(D(2026, 5, 4)) == ""


def test_a_year_without_a_calendar_warns_until_a_file_gives_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "на 2040 год ещё не известен" in calendar.unpublished(D(2040, 3, 1), D(2026, 3, 1))
    file = tmp_path / "calendar.csv"
    file.write_text("# перенос\n2040-02-18;рабочий\n2040-02-20; выходной # с субботы\n", encoding="utf-8")
    assert not calendar.is_working_day(D(2040, 2, 18))
    monkeypatch.setenv(calendar.FILE, str(file))
    assert calendar.is_working_day(D(2040, 2, 18))
    assert not calendar.is_working_day(D(2040, 2, 20))
    assert calendar.unpublished(D(2040, 3, 1)) == ""
    assert calendar.is_working_day(D(2040, 2, 21)), "other days stay as they are"


@pytest.mark.parametrize("line", ["2040-02-30;рабочий", "2040-02-18;работа", "2040-02-18", "рабочий"])
def test_a_wrong_line_of_the_file_is_named(line: str) -> None:
    with pytest.raises(calendar.BadCalendar, match="строка 2"):
        calendar.read_corrections(f"2040-01-09;выходной\n{line}\n")


@pytest.mark.parametrize(
    ("text", "event", "due"),
    [
        ("в течение 10 рабочих дней со дня получения письма", D(2026, 4, 27), D(2026, 5, 13)),
        ("в течение 5 (пяти) рабочих дней после утверждения списка", D(2024, 4, 25), D(2024, 5, 6)),
        ("не позднее чем за 5 рабочих дней до начала", D(2026, 5, 13), D(2026, 5, 5)),
        ("в течение 10 дней с даты подписания приказа", D(2026, 4, 27), D(2026, 5, 7)),
        ("в течение месяца со дня утверждения", D(2026, 1, 31), D(2026, 2, 28)),
        ("в недельный срок после получения результатов", D(2026, 4, 1), D(2026, 4, 8)),
        ("в трёхдневный срок", D(2026, 4, 1), D(2026, 4, 4)),
        ("в 10-дневный срок со дня издания", D(2026, 4, 1), D(2026, 4, 11)),
        ("за неделю до заседания", D(2026, 4, 15), D(2026, 4, 8)),
        ("в течение пятнадцати дней со дня принятия", D(2026, 4, 1), D(2026, 4, 16)),
        ("незамедлительно", D(2026, 4, 1), D(2026, 4, 1)),
        ("в день получения", D(2026, 4, 1), D(2026, 4, 1)),
        ("на следующий рабочий день после совещания", D(2026, 4, 30), D(2026, 5, 4)),
        ("в течение 24 часов с момента", D(2026, 4, 1), D(2026, 4, 2)),
    ],
)
def test_a_term_counts_from_its_event(text: str, event: dt.date, due: dt.date) -> None:
    assert read(text, event).kind == "upon"
    offset = offset_of(text)
    assert offset
    assert offset.due(event) == due


@pytest.mark.parametrize("text", ["по мере необходимости", "по итогам мониторинга", "по итогам каждого месяца"])
def test_what_names_no_term_has_none(text: str) -> None:
    assert offset_of(text) is None
    assert describe(read(text)) in ("после события", "ежемесячно")


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    offset = offset_of(text)
    assert offset is None or offset.count >= 0


def test_the_command_says_how_working_days_were_understood() -> None:
    out = io.StringIO()
    text = "в течение 10 рабочих дней со дня получения письма"
    assert command(text, "2026-04-27", as_json=False, out=out, err=io.StringIO()) == 0
    assert out.getvalue().splitlines() == [
        "10 рабочих дней после события (по производственному календарю)",
        "если событие наступит 27.04.2026, то до 13.05.2026",
    ]
    out = io.StringIO()
    assert command("до 3 мая 2026 года", None, as_json=False, out=out, err=io.StringIO()) == 0
    assert "03.05.2026 — воскресенье; ближайший рабочий день — 04.05.2026" in out.getvalue()
    out = io.StringIO()
    assert command("до 12 марта 2041 года", None, as_json=False, out=out, err=io.StringIO()) == 0
    assert "Производственный календарь на 2041 год ещё не известен" in out.getvalue()


def test_the_command_names_a_wrong_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(calendar.FILE, str(tmp_path / "missing.csv"))
    err = io.StringIO()
    assert command("до 3 мая 2026 года", None, as_json=False, out=io.StringIO(), err=err) == 2
    assert "missing.csv" in err.getvalue()
