"""Goals with their measures and indicators, as frozen dataclasses and as the JSON in which a programme keeps them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

from opora.ui import words

RISK_POINTS = "баллов риска"  # the unit of a goal that lowers a risk


@dataclass(frozen=True)
class Measure:
    key: str
    title: str
    owner: str = ""
    due: dt.date | None = None
    resources: str = ""
    proof: str = ""  # that it was done before the programme was agreed; empty: it is still to be done

    @property
    def said(self) -> str:
        """In words, for a comparison of versions."""
        done = f"уже выполнено: {self.proof}" if self.proof else ""
        return "; ".join(filter(None, [self.title, self.owner, _until(self.due), self.resources, done]))


@dataclass(frozen=True)
class Figures:
    """What is to be reached: from `baseline` to `target` in `unit` by `due`."""

    key: str
    title: str
    unit: str = ""
    baseline: float | None = None
    target: float | None = None
    due: dt.date | None = None

    @property
    def numbers(self) -> str:
        """«с 40 до 25 %»"""
        if self.baseline is None and self.target is None:
            return f"значений пока нет, {self.unit}".removesuffix(", ")
        start = "—" if self.baseline is None else words.number(self.baseline)
        end = "—" if self.target is None else words.number(self.target)
        return f"с {start} до {end} {self.unit}".strip()


@dataclass(frozen=True)
class Indicator(Figures):
    source: str = ""
    form: str = ""  # of the library: where the value is found by itself, and by which expression
    value: str = ""

    @property
    def said(self) -> str:
        return "; ".join(filter(None, [self.title, self.numbers, _until(self.due), self.source]))


@dataclass(frozen=True)
class Goal(Figures):
    factor: str = ""  # a code of `ready/factors.yaml`
    measures: tuple[Measure, ...] = ()
    indicators: tuple[Indicator, ...] = ()

    @property
    def said(self) -> str:
        return "; ".join(filter(None, [self.title, self.numbers, _until(self.due)]))


@dataclass(frozen=True)
class Content:
    goals: tuple[Goal, ...] = ()

    @cached_property
    def items(self) -> dict[str, Goal | Measure | Indicator]:
        """Everything by its key, in order."""
        return {one.key: one for one in self._walk()}

    def _walk(self) -> Iterator[Goal | Measure | Indicator]:
        for goal in self.goals:
            yield goal
            yield from goal.measures
            yield from goal.indicators

    def goal_of(self, key: str) -> Goal | None:
        """The goal itself, or that of a measure or an indicator."""
        return next((goal for goal in self.goals if key in _keys(goal)), None)

    def put(self, item: Goal | Measure | Indicator, goal: str = "") -> Content:
        """With the item in its place, or at the end: of the programme, or of the goal with that key."""
        if isinstance(item, Goal):
            kept = [item if one.key == item.key else one for one in self.goals]
            return Content(tuple(kept if item.key in self.items else [*kept, item]))
        name = "measures" if isinstance(item, Measure) else "indicators"
        there = self.goal_of(item.key)
        found = []
        for one in self.goals:
            rows = list(getattr(one, name))
            if there is not None and one.key == there.key:
                rows = [item if row.key == item.key else row for row in rows]
            elif there is None and one.key == goal:
                rows.append(item)
            changed: dict[str, Any] = {name: tuple(rows)}
            found.append(replace(one, **changed))
        return Content(tuple(found))

    def without(self, key: str) -> Content:
        def kept(goal: Goal) -> Goal:
            measures = tuple(one for one in goal.measures if one.key != key)
            return replace(goal, measures=measures, indicators=tuple(x for x in goal.indicators if x.key != key))

        return Content(tuple(kept(goal) for goal in self.goals if goal.key != key))

    def new_key(self, known: Iterable[str] = ()) -> str:
        """«i7»: one that nothing in the programme has, nor had among the keys `known` of before."""
        numbers = [int(key[1:]) for key in (*self.items, *known) if key[1:].isdigit()]
        return f"i{max(numbers, default=0) + 1}"


def _keys(goal: Goal) -> set[str]:
    return {goal.key, *(one.key for one in goal.measures), *(one.key for one in goal.indicators)}


def _until(day: dt.date | None) -> str:
    return f"до {day:%d.%m.%Y}" if day else ""


def read(data: Mapping[str, Any]) -> Content:
    """Of its JSON."""
    return Content(tuple(_goal(one) for one in data.get("goals", ())))


def _goal(data: Mapping[str, Any]) -> Goal:
    plain = _plain(Goal, data)
    measures = tuple(Measure(**_plain(Measure, one)) for one in data.get("measures", ()))
    return Goal(**plain, measures=measures, indicators=tuple(_indicator(one) for one in data.get("indicators", ())))


def _indicator(data: Mapping[str, Any]) -> Indicator:
    return Indicator(**_plain(Indicator, data))


def _plain(kind: type, data: Mapping[str, Any]) -> dict[str, Any]:
    names = [slot.name for slot in fields(kind) if slot.name not in ("measures", "indicators")]
    found = {name: data[name] for name in names if name in data}
    return found | {"due": dt.date.fromisoformat(found["due"]) if found.get("due") else None}


def to_json(content: Content) -> dict[str, Any]:
    return {"goals": [_value(goal) for goal in content.goals]}


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_value(one) for one in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Measure | Figures):
        return {slot.name: _value(getattr(value, slot.name)) for slot in fields(value)}
    return value
