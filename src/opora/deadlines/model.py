"""A deadline as it was understood: windows, recurrence, and what was inferred."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

Window = tuple["dt.date | None", "dt.date | None"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """`windows` are inclusive; `recurrence` is an RFC 5545 RRULE without its prefix; `text` is kept as it stood."""

    text: str
    kind: str  # by | on | during | standing | scheduled | upon | unclear
    windows: tuple[Window, ...] = ()
    recurrence: str | None = None
    inferred: tuple[str, ...] = ()
    note: str | None = None
