"""Which assignments a step of a run is about (`actions.runs`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db.models import Q, QuerySet

from opora.roadmaps.changing.effects import LIVE
from opora.roadmaps.changing.rows import Json
from opora.roadmaps.models import Assignment, AssignmentState

S = AssignmentState


def reached(step: Json) -> QuerySet[Assignment]:
    return REACH[step["do"]](step)


def day_of(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _move(step: Json) -> QuerySet[Assignment]:
    """What is open in the window; a day agreed on by itself that lies later stays."""
    rows = Assignment.objects.filter(window=step["window"], state__in=LIVE)
    due, was = day_of(step["due"]), day_of(step["was"])
    if due is None:
        return rows.filter(due__isnull=False)
    return rows.filter(Q(due=was) | Q(due__isnull=True) | Q(due__lt=due)).exclude(due=due)


def _cancel(step: Json) -> QuerySet[Assignment]:
    rows = Assignment.objects.filter(activity=step["activity"], state__in=LIVE)
    return rows.filter(window__in=step["windows"]) if "windows" in step else rows


def _take_in(step: Json) -> QuerySet[Assignment]:
    """Those whom an earlier change took out and this one names again have their work back."""
    return Assignment.objects.filter(activity=step["activity"], state=S.CANCELLED, window__skipped=False)


def _word(step: Json) -> QuerySet[Assignment]:
    return Assignment.objects.filter(activity=step["activity"], state__in=LIVE)


def _withdraw(step: Json) -> QuerySet[Assignment]:
    """What was sent since by rows that are being put back."""
    rows = Assignment.objects.filter(activity=step["activity"], state__in=(S.SENT, S.WAITING))
    return rows.filter(pk__gt=step["last"]).exclude(changed__run=step["run"])


def _bare(step: Json) -> QuerySet[Assignment]:
    return Assignment.objects.filter(part__in=step["parts"])


REACH: dict[str, Callable[[Json], QuerySet[Assignment]]] = {
    "move": _move,
    "cancel": _cancel,
    "take_in": _take_in,
    "word": _word,
    "withdraw": _withdraw,
    "bare": _bare,
}
