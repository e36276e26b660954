"""The library of goals, measures and indicators (`ready/library.yaml`), and a draft made out of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from opora.collection.language import evaluate
from opora.support.programmes.content import RISK_POINTS, Content, Goal, Indicator, Measure
from opora.support.scoring import Source

_FILE = Path(__file__).parents[1] / "ready" / "library.yaml"
END = (5, 31)  # month and day by which a year's goals are to be reached
NEW_YEAR = 9  # the month in which a school year begins
LESS = 20  # points of risk that a goal of the draft takes off, but never more than half
NEAREST = dt.timedelta(days=30)  # the least time that a draft leaves for anything


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the library has for one factor; `measures` and `indicators` as in the file."""

    goals: tuple[str, ...]
    measures: tuple[Mapping[str, Any], ...]
    indicators: tuple[Mapping[str, Any], ...]


@cache
def library() -> dict[str, Shelf]:
    data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {
        code: Shelf(tuple(one["goals"]), tuple(one["measures"]), tuple(one["indicators"])) for code, one in data.items()
    }


def shelf(code: str) -> Shelf:
    """Empty for a factor that the library does not know."""
    return library().get(code) or Shelf((), (), ())


def draft(risks: Mapping[str, float | None], sources: Mapping[str, Source], year: int, day: dt.date) -> Content:
    """A goal for every chosen factor (with its score), with the measures and indicators of the library.

    `year` is that in which the school year begins, `day` that of the draft: nothing is due before it. Figures that
    nobody knows yet are left for the school.
    """
    first, end = day + NEAREST, max(dt.date(year + 1, *END), day + NEAREST)
    content = Content()
    for code, score in risks.items():
        goal = _goal(content.new_key(), code, score, end)
        content = content.put(goal)
        for one in shelf(code).measures:
            due = max(_day(one["until"], year), first)
            measure = Measure(content.new_key(), one["title"], one["who"], due, one["resources"])
            content = content.put(measure, goal.key)
        for one in shelf(code).indicators:
            content = content.put(_indicator(content.new_key(), one, sources, end), goal.key)
    return content


def _goal(key: str, code: str, score: float | None, due: dt.date) -> Goal:
    titles: Sequence[str] = shelf(code).goals or ("",)
    target = round(max(score - LESS, score / 2), 1) if score else None
    return Goal(key, titles[0], RISK_POINTS, score, target, due, factor=code)


def _indicator(key: str, one: Mapping[str, Any], sources: Mapping[str, Source], due: dt.date) -> Indicator:
    form, value = one.get("form", ""), one.get("value", "")
    now = found(form, value, sources)
    target = None if now is None or "change" not in one else max(0.0, round(now + one["change"], 1))
    if target is not None and one["unit"] == "%":
        target = min(100.0, target)
    return Indicator(key, one["title"], one["unit"], now, target, due, one["source"], form, value)


def found(form: str, value: str, sources: Mapping[str, Source]) -> float | None:
    """The value of an indicator that is found by itself; None where it is not, or not yet."""
    source = sources.get(form)
    told = evaluate(value, source.values) if source and value else None
    return round(float(told), 1) if isinstance(told, Decimal) else None


def _day(text: str, year: int) -> dt.date:
    """«10-15» of the school year."""
    month, day = map(int, text.split("-"))
    return dt.date(year if month >= NEW_YEAR else year + 1, month, day)
