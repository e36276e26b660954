"""Repaired rows -> sections of activities: items, deadlines, responsible, addresses to report to."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass

from opora import deadlines
from opora.decrees.model import Activity, Finding, Item, Section
from opora.decrees.reading.columns import Columns
from opora.decrees.reading.nodes import Grid
from opora.decrees.reading.responsible import grouped, made
from opora.decrees.reading.rows import BULLET, RowData, rows_of

EMAIL = re.compile(r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+")
_INLINE_BULLET = re.compile(r"(?:(?<=[:;,.)»])\s*|^)[-–—•▪]\s+(?=\D)|(?<=\s)[•▪]\s*")
_ENUMERATED = re.compile(r"(?:(?<=[:;.])\s+|^)(?:\d{1,2}|[а-к])\)\s+")


@dataclass(frozen=True, slots=True)
class Context:
    """What a table's cells are read with."""

    issued: dt.date | None
    period: tuple[dt.date | None, dt.date | None] | None
    abbreviations: Collection[str]


def sections_of(grid: Grid, columns: Columns, context: Context) -> tuple[list[Section], list[Finding]]:
    """The sections of a road map's table."""
    data, findings = rows_of(grid, columns)
    sections = [Section(title_of(part.title), [activity_of(row, context) for row in part.rows]) for part in data]
    return sections, findings


def title_of(lines: list[str]) -> str | None:
    text = " ".join(lines).strip()
    text = re.sub(r"^(?:раздел\s+)?(?:\d+(?:\.\d+)*|[IVX]+)[.)]\s*", "", text, flags=re.IGNORECASE).strip()
    return text or None


def activity_of(row: RowData, context: Context) -> Activity:
    text = joined(row.text)
    deadline_text = " ".join(row.deadline)
    deadline = deadlines.read(deadline_text, context.issued, context.period) if deadline_text.strip(" -–—") else None
    groups = grouped(row.responsible, context.abbreviations)
    activity = Activity(
        number=row.number,
        text=text,
        deadline=deadline,
        responsible=[made(piece) for group in groups for piece in group],
        source=row.source,
        confidence=_confidence(row, deadline),
        items=_items(row.text),
        completion=" ".join(row.completion) or None,
        submit_to=addresses(text),
    )
    _spread(activity, groups)
    return activity


def joined(lines: list[str]) -> str:
    text = " ".join(" ".join(lines).split())
    return re.sub(r"(?<=[а-яё])- (?!и |или |а |в |на )(?=[а-яё])", "-", text) if len(lines) > 1 else text


def addresses(text: str) -> list[str]:
    """E-mail addresses, each once, spaces that crept in removed."""
    return list(dict.fromkeys(re.sub(r"\s", "", match).rstrip(".") for match in EMAIL.findall(text)))


def _confidence(row: RowData, deadline: deadlines.Deadline | None) -> float:
    value = 0.98
    value -= 0.15 if row.repaired else 0
    value -= 0.2 if not row.responsible else 0
    value -= 0.1 if deadline is None else 0.3 if deadline.kind == "unclear" else 0.05 if deadline.inferred else 0
    return round(max(value, 0.1), 2)


def _items(lines: list[str]) -> list[Item]:
    """The points that a cell enumerates: bulleted lines, or «1)», «а)» inside one line; fewer than two are none."""
    items: list[str] = []
    for line in lines:
        parts = _INLINE_BULLET.split(line)
        if len(parts) == 1 and _ENUMERATED.search(line):
            parts = _ENUMERATED.split(line)
            head, rest = parts[0], parts[1:]
        else:
            head, rest = parts[0], parts[1:]
        if head.strip() and items and not BULLET.match(line):
            items[-1] += " " + head.strip()
        items += [part.strip() for part in rest if part.strip()]
    cleaned = [item.strip(" ;.,") for item in items]
    return [Item(item) for item in cleaned if item] if len(cleaned) > 1 else []


def _spread(activity: Activity, groups: list[list[str]]) -> None:
    """Equal enumerations side by side: the n-th item has the n-th day and the n-th responsible."""
    deadline, items = activity.deadline, activity.items
    if deadline is None or len(items) < 2 or len(deadline.windows) != len(items) or deadline.recurrence:
        return
    for item, window in zip(items, deadline.windows, strict=True):
        first, last = window
        text = f"{last:%d.%m.%Y}" if last and first in (last, None) else deadline.text
        item.deadline = deadlines.Deadline(text, deadline.kind, (window,), None, deadline.inferred, deadline.note)
    if len(groups) == len(items):
        for item, group in zip(items, groups, strict=True):
            item.responsible = [made(piece) for piece in group]
