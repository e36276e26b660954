"""Is everything in order? A point at which each floor says what it finds wrong; `opora doctor` prints it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from opora.core.points import Point


class Level(StrEnum):
    """How much it matters."""

    FINE = "fine"
    WARNING = "warning"  # works, but not as it should
    ERROR = "error"  # does not work, or is no longer safe


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, in Russian: what, how it is, and what to do where it is not fine."""

    level: Level
    subject: str
    text: str
    mend: str = ""


def fine(subject: str, text: str) -> Finding:
    return Finding(Level.FINE, subject, text)


def warning(subject: str, text: str, mend: str) -> Finding:
    return Finding(Level.WARNING, subject, text, mend)


def error(subject: str, text: str, mend: str) -> Finding:
    return Finding(Level.ERROR, subject, text, mend)


checks: Point[[], Iterable[Finding]] = Point()
