"""Shares with their intervals, as pages and documents say them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


class Counted(Protocol):
    """A row of counts: of a school or of an area."""

    @property
    def year(self) -> int: ...
    @property
    def procedure(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def grade(self) -> int: ...
    @property
    def participants(self) -> int: ...
    @property
    def failed(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole with its 95 % interval (Jeffreys), fractions of 1; of nobody nothing is said."""

    part: int
    whole: int
    value: float
    low: float
    high: float

    @classmethod
    def of(cls, part: int, whole: int) -> Share | None:
        if not whole:
            return None
        from opora.identification.statistics.intervals import jeffreys

        low, high = jeffreys(part, whole)
        return cls(part, whole, part / whole, float(low), float(high))

    @property
    def words(self) -> str:
        """«35 %»"""
        return percent(self.value)

    @property
    def interval(self) -> str:
        """«24–48 %»"""
        return f"{round(100 * self.low)}–{round(100 * self.high)}\u00a0%"


def percent(value: float) -> str:
    """«35 %»; under one percent with a digit behind the comma, so that a few are not none."""
    if 0 < value < 0.01:
        return f"{100 * value:.1f}\u00a0%".replace(".", ",")
    return f"{round(100 * value)}\u00a0%"


def said(value: Any, kind: str, unit: str) -> str:
    """A figure of a rule in words: `kind` and `unit` are those of its parameter or evidence."""
    if value is None or value == "":
        return "—"
    if kind == "share":
        return percent(float(value))
    if isinstance(value, bool):
        return "да" if value else "нет"
    text = f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",") if isinstance(value, float) else str(value)
    return f"{text} {unit}".strip() if isinstance(value, float) else text  # what is counted stands in the title
