"""Working days by the Russian production calendar."""

from __future__ import annotations

import datetime as dt
from functools import cache

import holidays


@cache
def _days_off(year: int) -> frozenset[dt.date]:
    """Weekends and holidays of a year, moved days counted."""
    found = holidays.country_holidays("RU", years=year)
    days = (dt.date(year, 1, 1) + dt.timedelta(days=number) for number in range(366))
    return frozenset(day for day in days if day.year == year and not found.is_working_day(day))


def is_working(day: dt.date) -> bool:
    return day not in _days_off(day.year)
