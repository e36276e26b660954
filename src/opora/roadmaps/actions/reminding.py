"""The clock reminds of deadlines: some days before, on the day, and 1, 7 and 14 days after it.

Each step is one piece of an index by day, told in chunks of organisations whose progress is stored: two workers at
once, or one that died in between, tell nobody twice (a notice's key names the deadline) and leave nobody out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from django.db import transaction
from django.db.models import Count, Min, Q, Value

from opora.core.clock import today
from opora.notices.actions import notify_many
from opora.notices.choices import DAYS_BEFORE, usual_days
from opora.notices.models import Choice, NoticeKind
from opora.roadmaps.models import Assignment, Round
from opora.roadmaps.models.assignments import OPEN
from opora.roadmaps.telling.deadlines import Step, inner_tellings, tellings

AFTER = (1, 7, 14)  # days after a deadline
CHUNK = 500  # organisations of a transaction
CHUNKS = 20  # of a tick: the clock has other things to do
KEPT = 60  # days
MISSED = 7  # days that are made up for where no worker ran


_OUTER = (
    *(Step(NoticeKind.SOON, days) for days in DAYS_BEFORE),
    Step(NoticeKind.DUE, 0),
    *(Step(NoticeKind.OVERDUE, -days) for days in AFTER),
)
STEPS = (*_OUTER, *(replace(step, inner=True) for step in _OUTER))


def remind() -> None:
    """The clock: go on with the reminders of today, and of days on which nobody ran; one query where all is told."""
    left = CHUNKS
    for day, step in _open_steps():
        while left and not _tell_some(day, step):
            left -= 1
        if not left:
            return


def _open_steps() -> Iterator[tuple[dt.date, Step]]:
    """The days since the last one that was begun, and their steps that are not done."""
    day = today()
    known = list(Round.objects.filter(day__gte=day - dt.timedelta(days=MISSED)).values_list("day", "code", "done"))
    done = {(on, code) for on, code, finished in known if finished}
    first = min((on for on, _, _ in known), default=day)
    for number in range((day - first).days + 1):
        on = first + dt.timedelta(days=number)
        yield from ((on, step) for step in STEPS if (on, step.code) not in done)


@transaction.atomic
def _tell_some(day: dt.date, step: Step) -> bool:
    """Tell the next organisations of one step; whether it is done."""
    Round.objects.get_or_create(day=day, code=step.code)
    now = Round.objects.select_for_update().get(day=day, code=step.code)
    if now.done:
        return True
    due = day + dt.timedelta(days=step.offset)
    now.after, now.done = (now.after, True) if _idle(step, due) else _tell_next(step, due, now.after)
    now.save()
    return now.done


def _tell_next(step: Step, due: dt.date, after: int) -> tuple[int, bool]:
    """Tell the next chunk behind the key `after`; the last key of it, and whether it was the last chunk."""
    if step.inner:
        works = _given(due, after)
        notify_many([*inner_tellings(works, step, due)])
        return (works[-1].pk if works else after), len(works) < CHUNK
    rows = _organisations(due, after)
    if rows:
        notify_many([*tellings(rows, step, due)])
    return (rows[-1]["executor"] if rows else after), len(rows) < CHUNK


def _idle(step: Step, due: dt.date) -> bool:
    """Nobody wants to know so early; or a missed day's «soon» is over by now."""
    if step.kind != NoticeKind.SOON:
        return step.kind == NoticeKind.DUE and due < today()
    wanted = step.offset in usual_days() or Choice.objects.filter(days_before=step.offset).exists()
    return not wanted or due <= today()


_CLOSED = Q(via_list=True) | Q(roadmap__confidential=True)


def _organisations(due: dt.date, after: int) -> list[dict[str, int]]:
    """How many open assignments of the day each organisation has, those that tell of a list apart."""
    rows = Assignment.objects.filter(state__in=OPEN, due=due, executor__gt=after).order_by("executor")
    counts = {
        "plain": Count("pk", filter=~_CLOSED),
        "plain_first": Min("pk", filter=~_CLOSED, default=Value(0)),
        "closed": Count("pk", filter=_CLOSED),
        "closed_first": Min("pk", filter=_CLOSED, default=Value(0)),
    }
    return list(rows.values("executor").annotate(**counts)[:CHUNK])


def _given(due: dt.date, after: int) -> list[Assignment]:
    """Open work with that inner deadline; where it is the deadline too, the organisation is reminded anyway."""
    rows = Assignment.objects.filter(inner_due=due, assignee__isnull=False, state__in=OPEN, pk__gt=after)
    related = rows.exclude(due=due).select_related("activity", "executor", "roadmap", "assignee")
    return list(related.order_by("pk")[:CHUNK])


def forget_rounds() -> None:
    """The clock: how far the reminders of long ago were, nobody asks."""
    Round.objects.filter(day__lt=today() - dt.timedelta(days=KEPT)).delete()
