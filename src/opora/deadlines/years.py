"""Missing years are filled in, and marks become days."""

from __future__ import annotations

import calendar
import datetime as dt

from opora.deadlines.spans import Mark, Span

Period = tuple[dt.date | None, dt.date | None]
Days = tuple[dt.date, dt.date]


class NoSuchDay(ValueError):
    """30 February, or a span that ends before it starts."""


def day_of(mark: Mark, year: int | None = None) -> dt.date:
    """The day; `year` fills a missing one. Day 0 is the last of the month, -7 the seventh from its end."""
    found = mark.year if mark.year is not None else (year or 0) + mark.over
    length = calendar.monthrange(found, mark.month)[1]
    if mark.day == -1:  # the day before the first of the month
        return dt.date(found, mark.month, 1) - dt.timedelta(days=1)
    number = length + mark.day + 1 if mark.day < -1 else mark.day or length
    if number > length:
        raise NoSuchDay
    return dt.date(found, mark.month, number)


def resolved(spans: list[Span], issued: dt.date | None, period: Period | None) -> tuple[list[Days], list[str]]:
    """The days of every span, and what was inferred. Raises `NoSuchDay`.

    A year comes from the other spans of the expression, else from the heading's period, else from the date of issue.
    """
    inferred: list[str] = []
    days: list[Days | None] = [_fixed(span, issued, period, inferred) for span in spans]
    known = [index for index, found in enumerate(days) if found is not None]
    for index in range(len(spans) - 1, -1, -1):  # from the right: «октябрь, ноябрь 2020»
        if days[index] is None and any(k > index for k in known):
            after = days[index + 1]
            if after is None:
                raise NoSuchDay
            days[index] = _last_before(spans[index], after[0])
            inferred.append("year")
    for index, span in enumerate(spans):
        if days[index] is None:
            before = days[index - 1] if index else None
            days[index] = _first_after(span, before[0]) if before else _from_outside(span, issued, period)
            inferred.append("year")
    result = [found for found in days if found is not None]
    if any(first > last for first, last in result):
        raise NoSuchDay
    return result, list(dict.fromkeys(inferred))


def _fixed(span: Span, issued: dt.date | None, period: Period | None, inferred: list[str]) -> Days | None:
    """The span's days where its years are stated, or follow from one end of it; else None."""
    a, b = span.first, span.last
    if a.year is not None and b.year is not None:
        return day_of(a), day_of(b)
    if a.year is not None:
        first = day_of(a)
        last = day_of(b, a.year)
        inferred.append("year")
        return first, last if last >= first else day_of(b, a.year + 1)
    if b.year is not None:
        last = day_of(b)
        first = day_of(a, b.year)
        inferred.append("year")
        return (first if first <= last else day_of(a, b.year - 1)), last
    if span.relative in ("this", "next") and issued is not None:
        inferred.append("year")
        year = issued.year + (span.relative == "next")
        return day_of(a, year), day_of(b, year)
    if span.relative == "next-school" and issued is not None:
        inferred.append("year")
        year = issued.year if issued.month >= 1 and issued.month < 9 else issued.year + 1
        return day_of(a, year), day_of(b, year)
    if span.relative == "period" and period and period[0] and period[1] and not span.edge:
        inferred.append("period")
        return period[0], period[1]
    return None


def _at(span: Span, year: int) -> Days:
    return day_of(span.first, year), day_of(span.last, year)


def _years(around: int) -> range:
    return range(around - 5, around + 6)


def _candidates(span: Span, around: int) -> list[Days]:
    """The span in each year near `around`; a 29 February is there in leap years alone."""
    found = []
    for year in _years(around):
        try:
            found.append(_at(span, year))
        except NoSuchDay:
            continue
    if not found:
        raise NoSuchDay
    return found


def _last_before(span: Span, limit: dt.date) -> Days:
    return max(days for days in _candidates(span, limit.year) if days[0] <= limit)


def _first_after(span: Span, limit: dt.date) -> Days:
    return min(days for days in _candidates(span, limit.year) if days[0] >= limit)


def _from_outside(span: Span, issued: dt.date | None, period: Period | None) -> Days:
    """Inside the heading's period where there is one, else the next such day on or after the date of issue."""
    start, end = period or (None, None)
    if start is not None and end is not None:
        inside = [d for d in _candidates(span, start.year) if d[1] >= start and d[0] <= end]
        coming = [d for d in inside if issued is None or _due(span, d) >= issued]
        if inside:
            return (coming or inside)[0]
    if issued is None:
        raise NoSuchDay
    return min(days for days in _candidates(span, issued.year) if _due(span, days) >= issued)


def _due(span: Span, days: Days) -> dt.date:
    return limit_day(span, days) if span.limit in ("until", "towards") else days[1]


def limit_day(span: Span, days: Days) -> dt.date:
    """The last day that keeps «до …»: a day itself, the day before a period that begins, the end of «до конца …»."""
    if span.single or span.edge == "end" or span.limit in ("through", "term"):
        return days[1]
    return days[0] - dt.timedelta(days=1)
