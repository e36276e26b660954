"""A deadline -> the windows in which each executor reports once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from opora.deadlines import Deadline, unroll
from opora.roadmaps.models import WindowOrigin

LONG = relativedelta(months=6)  # a longer window gets interim reports
MANY_YEARS = relativedelta(years=2)  # a plan for longer is reported on once a year
REPORTS = ((6, 30), (12, 31))  # days of interim reports: the ends of half-years


@dataclass(frozen=True, slots=True)
class Found:
    starts: dt.date | None
    due: dt.date | None
    origin: str


def windows_for(
    deadline: Deadline | None,
    issued: dt.date,
    until: dt.date,
    period: tuple[dt.date | None, dt.date | None] = (None, None),
) -> list[Found]:
    """The windows from the date of issue to `until`; one undated where the deadline names no day.

    A recurrence gives one window for each time up to `until`. A window over six months, and standing work, get
    interim reports at the ends of half-years: standing work within the road map's period, else for a year.
    """
    if deadline is None:
        return [Found(None, None, WindowOrigin.UNDATED)]
    if deadline.recurrence:
        ends = period[1] if period[1] and not deadline.windows else None
        found = unroll(deadline, issued, min(until, ends) if ends else until)
        made = [Found(first, last, WindowOrigin.RECURRENCE) for first, last in found if last is not None]
        return made or [Found(None, None, WindowOrigin.UNDATED)]
    if deadline.kind == "standing":
        begin = max(issued, period[0] or issued)
        return _interim(begin, period[1] or issued + relativedelta(years=1), final=False)
    made = []
    for first, last in deadline.windows:
        if last is None and first is not None:
            made += _interim(first, period[1] or first + relativedelta(years=1), final=False)
        elif first is not None and last is not None and first + LONG < last:
            made += _interim(max(first, issued), last, final=True, starts=first)
        else:
            made.append(Found(first, last, WindowOrigin.DOCUMENT))
    return made or [Found(None, None, WindowOrigin.UNDATED)]


def _interim(begin: dt.date, end: dt.date, *, final: bool, starts: dt.date | None = None) -> list[Found]:
    """Reports at the ends of half-years (of years in a long plan) between two days, and the last at the end itself."""
    reports = REPORTS if begin + MANY_YEARS >= end else REPORTS[-1:]
    days = [dt.date(year, month, day) for year in range(begin.year, end.year + 1) for month, day in reports]
    gap = relativedelta(months=2)  # no interim report right after the beginning or right before the end
    due = [day for day in days if begin + gap <= day and day + gap <= end]
    origin = WindowOrigin.DOCUMENT if final else WindowOrigin.INTERIM
    first = starts or begin
    return [Found(first, day, WindowOrigin.INTERIM) for day in due] + [Found(first, end, origin)]
