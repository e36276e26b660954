"""`opora deadline TEXT`: what one expression means."""

from __future__ import annotations

import datetime as dt
import json
from typing import TextIO

from opora.deadlines import calendar
from opora.deadlines.form import describe, to_json
from opora.deadlines.model import Deadline
from opora.deadlines.offsets import offset_of
from opora.deadlines.reading import read


def deadline(text: str, issued: str | None, *, as_json: bool, out: TextIO, err: TextIO) -> int:
    """Print the reading; 0 understood, 1 unclear, 2 nothing to read or a wrong date of issue."""
    if not text.strip():
        err.write('Срок не указан: передайте его текст, например: opora deadline "до 30 апреля".\n')
        return 2
    try:
        day = dt.date.fromisoformat(issued) if issued else None
    except ValueError:
        err.write(f"Дата издания «{issued}» не разобрана: нужна дата вида 2026-08-20.\n")
        return 2
    found = read(text, day)
    try:
        said = json.dumps(to_json(found), ensure_ascii=False) if as_json else "\n".join(_lines(found, day))
    except calendar.BadCalendar as bad:
        err.write(f"{bad}\n")
        return 2
    out.write(said + "\n")
    return 1 if found.kind == "unclear" else 0


def _lines(found: Deadline, day: dt.date | None) -> list[str]:
    """What it means; an example where it waits for an event; days on which nobody works."""
    lines = [describe(found)]
    days = [last for _, last in found.windows if last]
    offset = offset_of(found.text) if found.kind == "upon" else None
    if offset and day:
        days = [offset.due(day)]
        lines.append(f"если событие наступит {day:%d.%m.%Y}, то до {days[0]:%d.%m.%Y}")
    lines += [f"{one:%d.%m.%Y} — {calendar.hint(one)}" for one in days if calendar.hint(one)]
    warning = calendar.unpublished(*days)
    return [*lines, warning] if warning else lines
