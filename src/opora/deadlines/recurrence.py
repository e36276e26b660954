"""Recurrences: read from words, and unrolled into windows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr

from opora.deadlines.model import Deadline, Window
from opora.deadlines.words import WEEKDAYS

_COUNTS = {
    "один": 1,
    "одного": 1,
    "одно": 1,
    "два": 2,
    "двух": 2,
    "дважды": 2,
    "три": 3,
    "трех": 3,
    "четыре": 4,
    "четырех": 4,
}
_COUNT = r"(?P<count>\d{1,2}|одного|один|двух|два|трех|три|четырех|четыре)"
_TIMES = re.compile(
    rf"(?:не\s+(?:реже|менее|чаще|более)(?:\s+чем)?\s+)?(?:{_COUNT}(?:\s*-\s*\d{{1,2}})?(?:-?го)?\s*(?:\(\w+\)\s*)?)?"
    r"раз[а]?\s+в\s+(?P<every>\d{1,2}\s+|две\s+|два\s+|три\s+|четыре\s+|полтора\s+)?"
    r"(?P<unit>недел\w+|месяц\w*|квартал\w*|четверт\w*|триместр\w*|полугоди\w*|полгода|год\w*|лет|учебн\w+\s+год\w*|день|дн\w+)"
)
_IN_YEAR = re.compile(rf"{_COUNT}\s+раза?\s+в\s+(?P<year>20\d\d)\s+год\w*")
_TWICE = re.compile(r"\bдважды\s+в\s+(?P<unit>год\w*|месяц\w*|квартал\w*|полугоди\w*|недел\w+)")
_EVERY = re.compile(
    r"(?:кажд\w+|раз\s+в)\s+(?:учебн\w+\s+|календарн\w+\s+)?(?:(?P<every>\d{1,2}|втор\w+|две|два|три)\s+)?"
    r"(?P<unit>недел\w+|месяц\w*|квартал\w*|четверт\w*|триместр\w*|полугоди\w*|год\w*|день|дня)"
)
_WEEKDAY = re.compile(
    r"(?:кажд\w+\s+|по\s+)(?P<day>понедельник\w*|вторник\w*|сред[уыа]м?|четверг\w*|пятниц\w+|суббот\w+|воскресень\w+)"
)
_WORDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bежегодн\w*|\bкажд\w+\s+(?:учебн\w+\s+|календарн\w+\s+)?год\w*|\bпо\s+годам\b"), "FREQ=YEARLY"),
    (
        re.compile(r"\bежеквартальн\w*|\bпоквартальн\w*|\bпо\s+четвертям\b|\bпо\s+триместрам\b"),
        "FREQ=MONTHLY;INTERVAL=3",
    ),
    (re.compile(r"\bежемесячн\w*|\bпомесячн\w*"), "FREQ=MONTHLY"),
    (re.compile(r"\bеженедельн\w*|\bпонедельн[оы]\w*"), "FREQ=WEEKLY"),
    (re.compile(r"\bежедневн\w*"), "FREQ=DAILY"),
    (re.compile(r"\bпо\s+полугодиям\b|\bполугодов\w+|\bполугодн\w+"), "FREQ=MONTHLY;INTERVAL=6"),
)
_UNITS = {
    "нед": ("WEEKLY", 1),
    "мес": ("MONTHLY", 1),
    "ква": ("MONTHLY", 3),
    "чет": ("MONTHLY", 3),
    "три": ("MONTHLY", 3),
    "пол": ("MONTHLY", 6),
    "год": ("YEARLY", 1),
    "уче": ("YEARLY", 1),
    "лет": ("YEARLY", 1),
    "ден": ("DAILY", 1),
    "дн": ("DAILY", 1),
}


def rule_of(text: str) -> tuple[str | None, str]:
    """The RRULE that a folded text states, and the text without the words that state it."""
    in_year = _IN_YEAR.search(text)
    if in_year:
        return _rule("год", _number(in_year["count"]), 1), _without(text, in_year, f"{in_year['year']} год")
    for pattern in (_TIMES, _TWICE):
        match = pattern.search(text)
        if match:
            groups = match.groupdict()
            count = 2 if pattern is _TWICE else _number(groups.get("count") or "1")
            every = _number(groups.get("every") or "1")
            return _rule(match["unit"], count, every), _without(text, match)
    weekday = _WEEKDAY.search(text)
    if weekday:
        day = WEEKDAYS[weekday["day"][:2] if not weekday["day"].startswith("че") else "че"]
        cleared = re.sub(r"\bеженедельн\w*", " ", _without(text, weekday))
        return f"FREQ=WEEKLY;BYDAY={day}", cleared
    for words, rule in _WORDS:
        match = words.search(text)
        if match:
            return rule, _without(text, match)
    match = _EVERY.search(text)
    if match:
        return _rule(match["unit"], 1, _number(match["every"] or "1")), _without(text, match)
    return None, text


def _without(text: str, match: re.Match[str], instead: str = "") -> str:
    return f"{text[: match.start()]} {instead} {text[match.end() :]}"


def _number(text: str) -> int:
    text = text.strip()
    if text.isdigit():
        return max(1, int(text))
    if text.startswith(("вт", "дв")):
        return 2
    return _COUNTS.get(text, 3 if text.startswith("тр") else 1)


def _rule(unit: str, count: int, every: int) -> str:
    """«2 раза в год» is every six months; what divides into no whole number of months is nearest below."""
    frequency, interval = _UNITS.get(unit[:3]) or _UNITS[unit[:2]]
    interval *= every
    if count > 1 and frequency == "YEARLY":
        frequency, interval = "MONTHLY", max(1, 12 * interval // count)
    elif count > 1 and frequency == "MONTHLY":
        if interval >= count:
            interval //= count
        else:
            frequency, interval = "WEEKLY", max(1, 4 * interval // count)
    elif count > 1 and frequency == "WEEKLY":
        interval = 1
    return f"FREQ={frequency}" + (f";INTERVAL={interval}" if interval > 1 else "")


def unroll(deadline: Deadline, start: dt.date, until: dt.date) -> list[Window]:
    """The windows of a deadline that touch `start` to `until`, in order.

    Recurring ones follow calendar weeks, months, quarters and half-years, due on the last day or on BYMONTHDAY. A
    window longer than the period of its recurrence is filled with periods; a shorter one comes again after each.
    """
    if deadline.recurrence is None:
        return [w for w in deadline.windows if _touches(w, start, until)]
    parts = dict(part.split("=") for part in deadline.recurrence.split(";"))
    found: list[Window] = []
    if not deadline.windows:
        found += _periods(parts, start, until, due_only=deadline.kind in ("by", "on"), on=deadline.kind == "on")
    for first, last in deadline.windows:
        if first is not None and (last is None or last - first > _length(parts)):
            end = min(last or until, until)
            found += _periods(parts, max(first, start), end, floor=first)
        else:
            found += _repeated((first, last), parts, until)
    return sorted({w for w in found if _touches(w, start, until)}, key=lambda w: w[1] or w[0] or until)


def _touches(window: Window, start: dt.date, until: dt.date) -> bool:
    first, last = window
    return (last is None or last >= start) and (first or last or start) <= until


def _length(parts: dict[str, str]) -> dt.timedelta:
    days = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}[parts["FREQ"]]
    return dt.timedelta(days=days * int(parts.get("INTERVAL", "1")))


def _repeated(window: Window, parts: dict[str, str], until: dt.date) -> Iterator[Window]:
    """The window itself, and again after each period of the recurrence."""
    first, last = window
    interval = int(parts.get("INTERVAL", "1"))
    step = {
        "DAILY": relativedelta(days=interval),
        "WEEKLY": relativedelta(weeks=interval),
        "MONTHLY": relativedelta(months=interval),
        "YEARLY": relativedelta(years=interval),
    }[parts["FREQ"]]
    whole_months = last is not None and (last + dt.timedelta(days=1)).day == 1
    for count in range(1000):
        begin = first + step * count if first else None
        end = _month_end(last.replace(day=1) + step * count) if last and whole_months else last and last + step * count
        if (begin or end or until) > until:
            return
        yield begin, end


def _month_end(day: dt.date) -> dt.date:
    return day.replace(day=1) + relativedelta(months=1, days=-1)


def _periods(
    parts: dict[str, str],
    start: dt.date,
    until: dt.date,
    *,
    due_only: bool = False,
    on: bool = False,
    floor: dt.date | None = None,
) -> Iterator[Window]:
    """Calendar periods from the one that holds `start`; each due on its last day, or on the day the rule names."""
    frequency, interval = parts["FREQ"], int(parts.get("INTERVAL", "1"))
    if "BYDAY" in parts:
        rule = rrulestr(f"FREQ=WEEKLY;INTERVAL={interval};BYDAY={parts['BYDAY']}", dtstart=_midnight(start))
        yield from (
            (moment.date(), moment.date()) for moment in rule.between(_midnight(start), _midnight(until), inc=True)
        )
        return
    begin = _begin(frequency, interval, start)
    step = {"DAILY": f"DAILY;INTERVAL={interval}", "WEEKLY": f"WEEKLY;INTERVAL={interval}"}.get(
        frequency, f"MONTHLY;INTERVAL={interval * (12 if frequency == 'YEARLY' else 1)}"
    )
    for moment in rrulestr(f"FREQ={step}", dtstart=_midnight(begin)).xafter(_midnight(begin), inc=True):
        first = moment.date()
        if first > until:
            return
        last = _last(frequency, interval, first)
        if "BYMONTHDAY" in parts:
            last = _monthday(last if frequency != "YEARLY" else first, int(parts["BYMONTHDAY"]))
        if on:
            yield last, last
        elif due_only:
            yield None, last
        else:
            yield max(first, floor or first), last


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


def _begin(frequency: str, interval: int, day: dt.date) -> dt.date:
    if frequency == "DAILY":
        return day
    if frequency == "WEEKLY":
        return day - dt.timedelta(days=day.weekday())
    if frequency == "YEARLY":
        return day.replace(month=1, day=1)
    months = interval if 12 % interval == 0 else 1
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def _last(frequency: str, interval: int, first: dt.date) -> dt.date:
    if frequency == "DAILY":
        return first + dt.timedelta(days=interval - 1)
    if frequency == "WEEKLY":
        return first + dt.timedelta(days=7 * interval - 1)
    return first + relativedelta(months=interval * (12 if frequency == "YEARLY" else 1), days=-1)


def _monthday(day: dt.date, number: int) -> dt.date:
    end = _month_end(day)
    return end if number < 0 else end.replace(day=min(number, end.day))
