"""Points for an answer: all of them for a right one; where a task asks for several things, a mistake costs a point."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from opora.core.text import fold
from opora.development.content import Content, Kind, Scale, Task

Given = Any  # an option's number; several; a text; for a matching the number of a right side or None for each left one
LONGEST_ANSWER = 300
SURE = 1.96  # standard errors from which a change is more than chance, at 95 %
LUCK = 0.025  # more probable than this, a rise may be luck: one side of 95 %
_GRAIN = 1e-9  # that a share of whole tasks does not miss its number


def decimal(text: str) -> Decimal | None:
    """«12,5» as a number; None where it is none."""
    try:
        found = Decimal(text.strip().replace("\u2212", "-").replace(" ", "").replace("\u00a0", "").replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found.adjusted()) < 40 else None


def fitting(task: Task, given: Given) -> bool:
    """Whether it is an answer to the task at all."""
    if task.kind == Kind.CHOICE:
        return _index(given, len(task.options))
    if task.kind == Kind.SEVERAL:
        return isinstance(given, list) and all(_index(one, len(task.options)) for one in given)
    if task.kind == Kind.MATCHING:
        sides = len(task.rights)
        whole = isinstance(given, list) and len(given) == len(task.pairs)
        return whole and all(one is None or _index(one, sides) for one in given)
    return isinstance(given, str) and len(given) <= LONGEST_ANSWER


def _index(one: object, count: int) -> bool:
    return isinstance(one, int) and not isinstance(one, bool) and 0 <= one < count


def scored(task: Task, given: Given) -> int:
    """From 0 to the points of the task; 0 for whatever is no answer."""
    if given is None or not fitting(task, given):
        return 0
    if task.kind == Kind.CHOICE:
        return task.points if given == task.key[0] else 0
    if task.kind == Kind.SEVERAL:
        chosen, key = set(given), set(task.key)
        return max(0, task.points - len(chosen ^ key)) if chosen & key else 0
    if task.kind == Kind.MATCHING:
        rights = task.rights
        mistakes = sum(one is None or rights[one] != right for one, (_, right) in zip(given, task.pairs, strict=True))
        return max(0, task.points - mistakes) if mistakes < len(task.pairs) else 0
    if task.kind == Kind.NUMBER:
        said = decimal(given)
        return task.points if said is not None and said in [decimal(str(one)) for one in task.key] else 0
    return task.points if fold(given) in {fold(str(one)) for one in task.key} else 0


@dataclass(frozen=True, slots=True)
class Measured:
    """What a person has on a scale."""

    scale: Scale
    points: int
    most: int
    tasks: int

    @property
    def deficit(self) -> bool:
        return 100 * self.points < self.scale.threshold * self.most


def measured(content: Content, answers: Mapping[str, Given]) -> list[Measured]:
    """Of every scale that has tasks; a task without an answer has no points."""
    return [
        Measured(scale, sum(scored(task, answers.get(task.code)) for task in tasks), most, len(tasks))
        for scale, tasks, most in content.parts()
        if tasks
    ]


def error(share: float, tasks: int) -> float:
    """The standard error of a share of points that `tasks` tasks measured.

    Each task is a trial; two trials, one of them failed, are added (Agresti and Coull), so that all or nothing right
    is not taken for certainty.
    """
    trials = tasks + 2
    held = (share * tasks + 1) / trials
    return math.sqrt(held * (1 - held) / trials)


@dataclass(frozen=True, slots=True)
class Change:
    """From one measurement of a scale to the next, in fractions of 1."""

    by: float
    error: float

    @property
    def is_sure(self) -> bool:
        return abs(self.by) > SURE * self.error


def change(before: tuple[float, int], after: tuple[float, int]) -> Change:
    """Of two (share, tasks)."""
    return Change(after[0] - before[0], math.hypot(error(*before), error(*after)))


def luck(before: tuple[float, int], after: tuple[float, int], threshold: int) -> float:
    """How probable a rise as large or larger is with nothing changed, for a scale taken up because it was low.

    Who is measured again because the first measurement was low goes up by luck alone. Fisher's exact test, among the
    first measurements that are below the threshold (percent): right answers of both times are one heap, from which the
    first time has drawn. Points in part count against a rise: rounded up before, down after.
    """
    (was, first), (now, second) = before, after
    had, has = math.ceil(was * first - _GRAIN), math.floor(now * second + _GRAIN)
    right = had + has
    ways = {
        drawn: math.comb(first, drawn) * math.comb(second, right - drawn)
        for drawn in range(max(0, right - second), min(first, right) + 1)
        if 100 * drawn < threshold * first
    }
    every = sum(ways.values())
    return sum(count for drawn, count in ways.items() if drawn <= had) / every if every else 1.0
