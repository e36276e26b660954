"""The geometry of the timeline: days become places on a line of fixed width."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from opora.core.clock import today
from opora.deadlines import calendar
from opora.roadmaps.queries.plan import Row, Stretch
from opora.ui.words import MONTH_NAMES, day

SCALES = {"month": ("Месяц", 1, 31), "quarter": ("Квартал", 3, 11), "year": ("Год", 12, 2.75)}  # months, px a day
HEIGHT = 56  # px of a row: three lines of its name
NARROW = 7  # px: a shorter bar is drawn that wide, so that it can be pressed


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    width: float
    label: str
    free: bool = False  # nobody works on that day


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch on the line. Without a first day it is a diamond at its last, with a thin line that leads to it."""

    stretch: Stretch
    url: str
    x: float
    width: float
    lead: float  # where the thin line begins
    due_x: float

    @property
    def label(self) -> str:
        return said_of(self.stretch)

    @property
    def done(self) -> float:
        """The width of the part that is done."""
        counts = self.stretch.counts
        return round(self.width * counts.accepted / counts.total, 1) if counts.total else 0

    @property
    def pointed(self) -> bool:
        return self.stretch.starts is None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the timeline; what lies outside of what is shown is said in words."""

    row: Row
    bars: list[Bar]
    note: str
    urls: list[tuple[Stretch, str]]  # every stretch of the row with its list, for the table behind


class Scale:
    """The days from the first of a month on, for a month, a quarter or a year."""

    def __init__(self, code: str, begin: str, begins: dt.date | None) -> None:
        self.code = code if code in SCALES else "year"
        self.label, self.months, self.pixels = SCALES[self.code]
        self.first = month_of(begin) or self._usual(begins)
        self.last = self.first + relativedelta(months=self.months) - dt.timedelta(days=1)
        self.width = round(self.x(self.last + dt.timedelta(days=1)), 1)

    def _usual(self, begins: dt.date | None) -> dt.date:
        """Of a year the one that begins with the road map, where today is in it; else the time around today."""
        now = today().replace(day=1)
        first = begins.replace(day=1) if begins else None
        if self.code == "year":
            if first and first <= now < first + relativedelta(months=12):
                return first
            return now - relativedelta(months=3)
        return now.replace(month=(now.month - 1) // 3 * 3 + 1) if self.code == "quarter" else now

    def x(self, day: dt.date) -> float:
        return round((day - self.first).days * self.pixels, 1)

    @property
    def title(self) -> str:
        """«Сентябрь 2026 — август 2027»"""
        first = f"{MONTH_NAMES[self.first.month - 1].capitalize()} {self.first.year}"
        return first if self.months == 1 else f"{first} — {MONTH_NAMES[self.last.month - 1]} {self.last.year}"

    @property
    def before(self) -> str:
        return f"{self.first - relativedelta(months=self.months):%Y-%m}"

    @property
    def behind(self) -> str:
        return f"{self.first + relativedelta(months=self.months):%Y-%m}"

    @property
    def today_x(self) -> float | None:
        now = today()
        return self.x(now) + self.pixels / 2 if self.first <= now <= self.last else None

    def ticks(self) -> Iterator[Tick]:
        """Days of a month, weeks of a quarter, months of a year."""
        if self.code == "month":
            for number in range((self.last - self.first).days + 1):
                one = self.first + dt.timedelta(days=number)
                yield Tick(self.x(one), self.pixels, str(one.day), not calendar.is_working_day(one))
            return
        if self.code == "quarter":
            one = self.first + dt.timedelta(days=-self.first.weekday() % 7)
            while one <= self.last:
                yield Tick(self.x(one), 7 * self.pixels, f"{one:%d.%m}")
                one += dt.timedelta(days=7)
            return
        for number in range(self.months):
            one = self.first + relativedelta(months=number)
            end = one + relativedelta(months=1)
            yield Tick(self.x(one), self.x(end) - self.x(one), MONTH_NAMES[one.month - 1][:3])

    def line(self, row: Row, url_of: Callable[[Stretch], str]) -> Line:
        bars: list[Bar] = []
        earlier = None
        dated = [one for one in row.stretches if one.due]
        for stretch in dated:
            bar = self._bar(stretch, earlier, url_of(stretch))
            earlier = stretch.due
            bars += [bar] if bar else []
        urls = [(one, url_of(one)) for one in row.stretches]
        return Line(row, bars, "" if bars else self._note(row, dated), urls)

    def _bar(self, stretch: Stretch, earlier: dt.date | None, url: str) -> Bar | None:
        due = stretch.due
        if due is None or due < self.first or (stretch.starts or due) > self.last:
            return None
        end = self.x(min(due, self.last) + dt.timedelta(days=1))
        begin = self.x(max(stretch.starts, self.first)) if stretch.starts else max(end - NARROW, 0)
        width = max(round(end - begin, 1), NARROW)
        lead = self.x(max(earlier or self.first, self.first))
        return Bar(stretch, url, min(begin, self.width - width), width, lead, end)

    def _note(self, row: Row, dated: list[Stretch]) -> str:
        if dated:
            past = all(one.due and one.due < self.first for one in dated)
            return f"раньше: до {day(dated[-1].due)}" if past and dated[-1].due else "позже"
        waits = {"upon": "ждёт события", "scheduled": "ждёт дат графика"}
        return waits.get(row.activity.waits_for, "без срока")


def said_of(stretch: Stretch) -> str:
    """«Пункт 3, с 1 октября 2026 до 31 октября 2026: исполнено 117 из 129, просрочено 9»"""
    number = f"Пункт {stretch.activity.number}, " if stretch.activity.number else ""
    begin = f"с {day(stretch.starts)} " if stretch.starts else ""
    end = f"до {day(stretch.due)}" if stretch.due else "без срока"
    return f"{number}{begin}{end}: {stretch.words}"


def month_of(text: str) -> dt.date | None:
    try:
        found = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None
