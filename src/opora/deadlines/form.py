"""A deadline as JSON (the published contract) and in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from opora.deadlines.model import Deadline
from opora.deadlines.offsets import offset_of

_KINDS = {
    "standing": "постоянно",
    "scheduled": "по графику или плану, дат нет",
    "upon": "после события",
    "unclear": "срок непонятен",
}
_RULES = {
    "FREQ=YEARLY": "ежегодно",
    "FREQ=MONTHLY;INTERVAL=6": "каждое полугодие",
    "FREQ=MONTHLY;INTERVAL=3": "ежеквартально",
    "FREQ=MONTHLY": "ежемесячно",
    "FREQ=WEEKLY": "еженедельно",
    "FREQ=DAILY": "ежедневно",
}
_WEEKDAYS = {
    "MO": "понедельникам",
    "TU": "вторникам",
    "WE": "средам",
    "TH": "четвергам",
    "FR": "пятницам",
    "SA": "субботам",
    "SU": "воскресеньям",
}
_UNITS = {"YEARLY": "года", "MONTHLY": "месяца", "WEEKLY": "недели", "DAILY": "дня"}


def to_json(deadline: Deadline) -> dict[str, Any]:
    """The shape of `parse.schema.json`, dates as ISO texts."""
    return {
        "text": deadline.text,
        "kind": deadline.kind,
        "windows": [[day and day.isoformat() for day in window] for window in deadline.windows],
        "recurrence": deadline.recurrence,
        "inferred": list(deadline.inferred),
        "note": deadline.note,
    }


def from_json(data: dict[str, Any]) -> Deadline:
    """What `to_json` gave."""
    return Deadline(
        text=data["text"],
        kind=data["kind"],
        windows=tuple((_day(first), _day(last)) for first, last in data["windows"]),
        recurrence=data["recurrence"],
        inferred=tuple(data.get("inferred") or ()),
        note=data.get("note"),
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def describe(deadline: Deadline) -> str:
    """«до 30.04.2020», «01.09.2020–31.05.2021», «ежеквартально, до 5 числа»."""
    parts = [_window(first, last) for first, last in deadline.windows]
    if deadline.recurrence:
        parts.append(_rule(deadline.recurrence, until=deadline.kind == "by"))
    offset = offset_of(deadline.text) if deadline.kind == "upon" and not parts else None
    if offset:
        parts.append(offset.words)
    if not parts:
        parts.append(_KINDS.get(deadline.kind, deadline.text))
    return ", ".join(parts)


def _window(first: dt.date | None, last: dt.date | None) -> str:
    if first is None and last is not None:
        return f"до {last:%d.%m.%Y}"
    if first is not None and last is None:
        return f"с {first:%d.%m.%Y}"
    return f"{first:%d.%m.%Y}" if first == last else f"{first:%d.%m.%Y}–{last:%d.%m.%Y}"


def _rule(recurrence: str, *, until: bool) -> str:
    parts = dict(part.split("=") for part in recurrence.split(";"))
    base = ";".join(f"{key}={parts[key]}" for key in ("FREQ", "INTERVAL") if key in parts)
    words = _RULES.get(base) or f"раз в {parts.get('INTERVAL', '1')} {_UNITS[parts['FREQ']]}"
    if "BYDAY" in parts:
        words += f" по {_WEEKDAYS[parts['BYDAY']]}"
    if "BYMONTHDAY" in parts:
        day = parts["BYMONTHDAY"]
        named = "последнего дня месяца" if day == "-1" else f"{day} числа"
        words += f", до {named}" if until else f", {named}"
    return words
