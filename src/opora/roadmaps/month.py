"""A month of a calendar: weeks of days with what is due on each."""

from __future__ import annotations

import calendar as weeks
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from dateutil.relativedelta import relativedelta

from opora.core.clock import today
from opora.deadlines import calendar
from opora.ui.words import MONTH_NAMES

SHOWN = 4  # things of a day before «ещё N»


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is due: `state` is one of `queries.plan.Stretch.state`."""

    day: dt.date
    text: str
    url: str
    state: str
    words: str


@dataclass(slots=True)
class Day:
    day: dt.date
    inside: bool  # of the month shown
    url: str  # the list of what is due on that day
    items: list[Item] = field(default_factory=list)

    @property
    def free(self) -> str:
        """Why nobody works on that day, where it is no common Saturday or Sunday; «выходной» there."""
        why = calendar.why_free(self.day)
        return "выходной" if why in calendar.WEEKDAYS else why

    @property
    def today(self) -> bool:
        return self.day == today()

    @property
    def shown(self) -> list[Item]:
        return self.items if len(self.items) <= SHOWN else self.items[: SHOWN - 1]

    @property
    def more(self) -> int:
        return len(self.items) - len(self.shown)


class Month:
    def __init__(self, first: dt.date) -> None:
        self.first = first
        self.grid = weeks.Calendar().monthdatescalendar(first.year, first.month)
        self.begin, self.end = self.grid[0][0], self.grid[-1][-1]

    @property
    def title(self) -> str:
        return f"{MONTH_NAMES[self.first.month - 1].capitalize()} {self.first.year}"

    @property
    def before(self) -> str:
        return f"{self.first - relativedelta(months=1):%Y-%m}"

    @property
    def behind(self) -> str:
        return f"{self.first + relativedelta(months=1):%Y-%m}"

    def weeks(self, items: Iterable[Item], list_url: str) -> list[list[Day]]:
        """`list_url` ends where «since=…&till=…» follows."""
        days = {
            day: Day(day, day.month == self.first.month, f"{list_url}since={day}&till={day}")
            for week in self.grid
            for day in week
        }
        for item in items:
            if item.day in days:
                days[item.day].items.append(item)
        return [[days[day] for day in week] for week in self.grid]
