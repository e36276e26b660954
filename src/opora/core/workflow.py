"""A workflow is a table of transitions beside a stored state; a transition is a compare-and-swap on one row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models


class Refused(Exception):
    """The transition does not apply; the message (Russian) says why and what to do."""


class Stale(Refused):
    """Somebody else changed the row meanwhile."""


@dataclass(frozen=True, slots=True)
class Transition:
    code: str
    label: str  # Russian, as on the button
    sources: frozenset[str]
    target: str
    comment_required: bool = False


class Workflow:
    """The transitions of one model, by code, over the state kept in `field`."""

    def __init__(
        self, states: type[models.TextChoices], transitions: Iterable[Transition], field: str = "state"
    ) -> None:
        self.states = states
        self.field = field
        self.transitions = {t.code: t for t in transitions}
        for t in self.transitions.values():
            unknown = (t.sources | {t.target}) - set(states.values)
            if unknown:
                raise ValueError(f"{t.code}: unknown states {sorted(unknown)}")

    def open_from(self, state: str) -> list[Transition]:
        """The transitions that leave `state`."""
        return [t for t in self.transitions.values() if state in t.sources]

    def check(self, instance: models.Model, code: str, comment: str = "") -> Transition:
        """The transition `code` if it leaves the instance's state and has the comment it needs; else `Refused`."""
        transition = self.transitions[code]
        state = getattr(instance, self.field)
        if state not in transition.sources:
            label = self.states(state).label
            raise Refused(f"Действие «{transition.label}» сейчас невозможно: состояние — «{label}».")
        if transition.comment_required and not comment.strip():
            raise Refused(f"Чтобы выполнить «{transition.label}», напишите комментарий.")
        return transition

    def move(self, instance: models.Model, code: str, *, comment: str = "", **changes: Any) -> Transition:
        """Apply the transition with `changes` to exactly one row in its old state, or raise `Stale`."""
        transition = self.check(instance, code, comment)
        old = getattr(instance, self.field)
        values = {self.field: transition.target, **changes}
        manager = type(instance)._default_manager
        if manager.filter(pk=instance.pk, **{self.field: old}).update(**values) != 1:
            raise Stale("Пока вы работали, это уже изменил кто-то другой. Обновите страницу и посмотрите.")
        for name, value in values.items():
            setattr(instance, name, value)
        return transition
