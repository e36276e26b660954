"""What holds for every expression, and how recurrences unroll."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.deadlines import read, unroll
from opora.deadlines.command import deadline as command

DAYS = st.dates(dt.date(2019, 1, 1), dt.date(2030, 12, 31))
MONTHS = "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split()
WORDS = st.sampled_from(
    [*MONTHS, *"до с по и , - I II III 1 5 30 2024 2024-2025 г. года учебного ежегодно квартал числа раз в".split()]
)
D = dt.date


@given(st.text(max_size=60), DAYS)
def test_no_text_breaks_the_reader_and_none_is_lost(text: str, issued: dt.date) -> None:
    assert read(text, issued).text == text


@given(st.lists(WORDS, max_size=8).map(" ".join), DAYS)
def test_words_of_deadlines_in_any_order_give_sound_windows(text: str, issued: dt.date) -> None:
    found = read(text, issued)
    assert all(first is None or last is None or first <= last for first, last in found.windows)
    assert all(window != (None, None) for window in found.windows)
    assert not found.windows or found.kind in ("by", "on", "during")


@given(DAYS, DAYS)
def test_a_stated_day_is_read_whatever_the_date_of_issue(day: dt.date, issued: dt.date) -> None:
    assert read(f"{day:%d.%m.%Y}", issued).windows == ((day, day),)
    assert read(f"до {day:%d.%m.%Y}", issued).windows == ((None, day),)


@given(DAYS, DAYS)
def test_a_missing_year_is_the_next_such_day(day: dt.date, issued: dt.date) -> None:
    found = read(f"до {day:%d.%m}.", issued)
    end = found.windows[0][1]
    assert end is not None
    assert end >= issued
    assert (end.day, end.month) == (day.day, day.month)
    assert found.inferred == ("year",)
    assert (end.month, end.day) == (2, 29) or end < issued.replace(year=issued.year + 1, day=min(issued.day, 28)) + (
        dt.timedelta(days=4)
    )


@pytest.mark.parametrize(
    ("text", "start", "until", "due"),
    [
        ("ежеквартально", D(2024, 2, 1), D(2024, 12, 31),
         [D(2024, 3, 31), D(2024, 6, 30), D(2024, 9, 30), D(2024, 12, 31)]),
        ("ежемесячно до 5 числа", D(2024, 1, 1), D(2024, 3, 10), [D(2024, 1, 5), D(2024, 2, 5), D(2024, 3, 5)]),
        ("ежеквартально до 5 числа", D(2024, 1, 1), D(2024, 6, 30), [D(2024, 3, 5), D(2024, 6, 5)]),
        ("1 раз в полугодие", D(2024, 1, 1), D(2024, 12, 31), [D(2024, 6, 30), D(2024, 12, 31)]),
        ("ежегодно", D(2024, 1, 1), D(2025, 12, 31), [D(2024, 12, 31), D(2025, 12, 31)]),
        ("ежегодно до 1 октября", D(2024, 1, 1), D(2026, 12, 31), [D(2024, 10, 1), D(2025, 10, 1), D(2026, 10, 1)]),
        ("каждую пятницу", D(2024, 1, 1), D(2024, 1, 20), [D(2024, 1, 5), D(2024, 1, 12), D(2024, 1, 19)]),
        ("май - август 2024, далее ежегодно", D(2024, 1, 1), D(2025, 12, 31), [D(2024, 8, 31), D(2025, 8, 31)]),
        ("октябрь 2024 – январь 2025, ежемесячно", D(2024, 1, 1), D(2025, 12, 31),
         [D(2024, 10, 31), D(2024, 11, 30), D(2024, 12, 31), D(2025, 1, 31)]),
        ("до 30 апреля 2024", D(2024, 1, 1), D(2024, 12, 31), [D(2024, 4, 30)]),
        ("постоянно", D(2024, 1, 1), D(2024, 12, 31), []),
    ],
)  # fmt: skip
def test_unrolled_windows(text: str, start: dt.date, until: dt.date, due: list[dt.date]) -> None:
    assert [end for _, end in unroll(read(text, D(2024, 1, 10)), start, until)] == due


@given(st.sampled_from("DAILY WEEKLY MONTHLY YEARLY".split()), st.integers(1, 6), DAYS)
def test_unrolled_periods_follow_each_other_without_gap(frequency: str, interval: int, start: dt.date) -> None:
    bare = read("ежемесячно", start)
    deadline = type(bare)(bare.text, "standing", (), f"FREQ={frequency};INTERVAL={interval}")
    windows = unroll(deadline, start, start + dt.timedelta(days=800))
    assert windows
    for (_, last), (first, _) in itertools.pairwise(windows):
        assert first is not None
        assert last is not None
        assert first == last + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "issued", "status"),
    [("до 30 апреля", "2020-04-13", 0), ("см. ниже", None, 1), ("  ", None, 2), ("до мая", "вчера", 2)],
)
def test_the_command(text: str, issued: str | None, status: int) -> None:
    out, err = io.StringIO(), io.StringIO()
    assert command(text, issued, as_json=True, out=out, err=err) == status
    if status == 2:
        assert err.getvalue()
    else:
        assert json.loads(out.getvalue())["text"] == text
