"""What an instrument asks: tasks with keys and points on scales. The key of a task never leaves the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import models

MOST_TASKS, MOST_SCALES, MOST_OPTIONS = 200, 20, 12
MOST_POINTS = 20  # of one task
LONGEST = 4000  # characters of a task


class Kind(models.TextChoices):
    CHOICE = "choice", "один ответ"
    SEVERAL = "several", "несколько ответов"
    NUMBER = "number", "число"
    TEXT = "text", "краткий ответ"
    MATCHING = "matching", "соответствие"


@dataclass(frozen=True, slots=True)
class Scale:
    """A part of what is tested; below `threshold` percent of its points there is a deficit by the name of the scale."""

    key: str
    title: str
    threshold: int


@dataclass(frozen=True, slots=True)
class Task:
    """`key` says what is right: numbers of options from 0, or the wordings of a number or text that are accepted.

    The options of a matching are its left and right sides in `pairs`, which are its key at once.
    """

    code: str
    kind: Kind
    text: str
    points: int
    scale: str
    options: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    key: tuple[int | str, ...] = ()

    @property
    def rights(self) -> tuple[str, ...]:
        """The right sides to choose from, in an order that tells nothing."""
        return tuple(sorted({right for _, right in self.pairs}))


@dataclass(frozen=True, slots=True)
class Content:
    minutes: int | None = None  # no limit
    scales: tuple[Scale, ...] = ()
    tasks: tuple[Task, ...] = ()

    def task(self, code: str) -> Task | None:
        return next((one for one in self.tasks if one.code == code), None)

    def scale(self, key: str) -> Scale | None:
        return next((one for one in self.scales if one.key == key), None)

    def of_scale(self, key: str) -> list[Task]:
        return [one for one in self.tasks if one.scale == key]

    def parts(self) -> list[tuple[Scale, list[Task], int]]:
        """Each scale with its tasks and their points together."""
        found = [(one, self.of_scale(one.key)) for one in self.scales]
        return [(scale, tasks, sum(task.points for task in tasks)) for scale, tasks in found]

    @property
    def points(self) -> int:
        return sum(one.points for one in self.tasks)


def free(taken: set[str], letter: str) -> str:
    """The first code of the letter that is not taken."""
    number = 1
    while f"{letter}{number}" in taken:
        number += 1
    return f"{letter}{number}"


def with_scale(content: Content, scale: Scale) -> Content:
    """With the scale in the place of the one of its key, or at the end."""
    if content.scale(scale.key):
        return replace(content, scales=tuple(scale if one.key == scale.key else one for one in content.scales))
    return replace(content, scales=(*content.scales, scale))


def with_task(content: Content, task: Task) -> Content:
    if content.task(task.code):
        return replace(content, tasks=tuple(task if one.code == task.code else one for one in content.tasks))
    return replace(content, tasks=(*content.tasks, task))


def without_task(content: Content, code: str) -> Content:
    return replace(content, tasks=tuple(one for one in content.tasks if one.code != code))


def without_scale(content: Content, key: str) -> Content:
    return replace(content, scales=tuple(one for one in content.scales if one.key != key))


def moved(content: Content, code: str, by: int) -> Content:
    """The task one place further up (-1) or down (1), where there is a place."""
    tasks = list(content.tasks)
    at = next((index for index, one in enumerate(tasks) if one.code == code), None)
    if at is None or not 0 <= at + by < len(tasks):
        return content
    tasks[at], tasks[at + by] = tasks[at + by], tasks[at]
    return replace(content, tasks=tuple(tasks))


def unready(content: Content) -> list[str]:
    """Why it cannot be published yet, in Russian; nothing where it can."""
    found = []
    if not content.tasks:
        found.append("Нет ни одного задания.")
    for scale, tasks, _ in content.parts():
        if not tasks:
            found.append(f"На шкале «{scale.title}» нет заданий: добавьте задание или удалите шкалу.")
    return found


def to_json(content: Content) -> dict[str, Any]:
    return {
        "minutes": content.minutes,
        "scales": [{"key": one.key, "title": one.title, "threshold": one.threshold} for one in content.scales],
        "tasks": [
            {
                "code": one.code,
                "kind": str(one.kind),
                "text": one.text,
                "points": one.points,
                "scale": one.scale,
                "options": list(one.options),
                "pairs": [list(pair) for pair in one.pairs],
                "key": list(one.key),
            }
            for one in content.tasks
        ],
    }


def read(data: Mapping[str, Any]) -> Content:
    """What `to_json` wrote."""
    return Content(
        data.get("minutes"),
        tuple(Scale(one["key"], one["title"], one["threshold"]) for one in data.get("scales", ())),
        tuple(
            Task(
                one["code"],
                Kind(one["kind"]),
                one["text"],
                one["points"],
                one["scale"],
                tuple(one["options"]),
                tuple((left, right) for left, right in one["pairs"]),
                tuple(one["key"]),
            )
            for one in data.get("tasks", ())
        ),
    )
