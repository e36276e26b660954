"""The Russian production calendar: which days people work, holidays and moved days included.

Holidays and the days the government moves every year come from the `holidays` package. For a year whose decree it does
not know yet, or knows wrongly, `OPORA_CALENDAR` names a file of corrections: a day a line, «2028-02-19;рабочий» or
«2028-02-21;выходной»; what follows «#» is a remark. A year that stands there counts as published.
"""

from __future__ import annotations

import datetime as dt
import os
from functools import cache
from pathlib import Path

from holidays import HolidayBase, country_holidays

WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
FILE = "OPORA_CALENDAR"
_WORDS = {"рабочий": True, "выходной": False}
_DAY = dt.timedelta(days=1)


class BadCalendar(ValueError):
    """The file of corrections cannot be used; the message (Russian) names the line."""


def is_working_day(day: dt.date) -> bool:
    """Whether people work on that day by the five-day week."""
    stated = _corrections().get(day)
    return _country().is_working_day(day) if stated is None else stated


def next_working_day(day: dt.date) -> dt.date:
    """The day itself where it is a working one, else the next that is."""
    while not is_working_day(day):
        day += _DAY
    return day


def add_working_days(day: dt.date, count: int) -> dt.date:
    """The `count`-th working day after `day`, which itself does not count; before it where `count` is negative."""
    step = _DAY if count > 0 else -_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def working_days_between(first: dt.date, last: dt.date) -> int:
    """Working days after `first` up to and with `last`."""
    return sum(is_working_day(first + n * _DAY) for n in range(1, (last - first).days + 1))


def is_published(year: int) -> bool:
    """Whether the moved days of that year are known; else only the holidays of the law are counted."""
    return year <= max(_country().special_public_holidays) or any(day.year == year for day in _corrections())


def why_free(day: dt.date) -> str:
    """«воскресенье», «День Победы» of a day on which nobody works; empty of a working one."""
    if is_working_day(day):
        return ""
    name = _country().get(day)
    return str(name) if name else "выходной" if day.weekday() < 5 else WEEKDAYS[day.weekday()]


def hint(day: dt.date) -> str:
    """«воскресенье; ближайший рабочий день — 05.05.2026» of a day on which nobody works; empty of a working one."""
    why = why_free(day)
    return f"{why}; ближайший рабочий день — {next_working_day(day):%d.%m.%Y}" if why else ""


def unpublished(*days: dt.date) -> str:
    """A warning where the production calendar of one of the days' years is not known; empty where all are."""
    years = sorted({day.year for day in days if not is_published(day.year)})
    if not years:
        return ""
    said = ", ".join(map(str, years))
    return f"Производственный календарь на {said} год ещё не известен: переносы выходных не учтены."


def check() -> None:
    """Read the file of corrections where one is named. Raises `BadCalendar`."""
    _corrections()


def read_corrections(text: str) -> dict[dt.date, bool]:
    """Day -> whether people work on it. Raises `BadCalendar`."""
    found: dict[dt.date, bool] = {}
    for number, line in enumerate(text.splitlines(), 1):
        stated = line.partition("#")[0].strip()
        if not stated:
            continue
        day, _, word = stated.partition(";")
        try:
            found[dt.date.fromisoformat(day.strip())] = _WORDS[word.strip().lower()]
        except (ValueError, KeyError):
            raise BadCalendar(
                f"Производственный календарь, строка {number}: «{stated}» не разобрано. "
                "Нужны день и слово, например: 2028-02-19;рабочий"
            ) from None
    return found


@cache
def _country() -> HolidayBase:
    return country_holidays("RU", language="ru")


def _corrections() -> dict[dt.date, bool]:
    place = os.environ.get(FILE, "")
    return _read(place) if place else {}


@cache
def _read(place: str) -> dict[dt.date, bool]:
    try:
        return read_corrections(Path(place).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadCalendar(f"Файл производственного календаря «{place}» не прочитан: {error}.") from None
