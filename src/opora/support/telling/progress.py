"""Reviews of agreed programmes that are due: reminded of by the clock, and among what waits for a person."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from opora.access.queries import who_in
from opora.core.actor import LEVEL, Actor
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.notices.actions import Telling, notify_many
from opora.notices.models import NoticeKind
from opora.support.models import CaseState, Programme, ProgrammeState
from opora.ui import words
from opora.ui.points import Task, TaskHeap

BEFORE = dt.timedelta(days=7)
CHUNK = 200  # programmes of a tick
SHOWN = 10
SAID = {
    NoticeKind.SOON: "Пора готовить разбор хода программы",
    NoticeKind.DUE: "Сегодня разбор хода программы",
    NoticeKind.OVERDUE: "Разбор хода программы просрочен",
}


@transaction.atomic
def remind() -> None:
    """The clock: a week before the day, on it and after it, once each; the school and its municipality."""
    day = today()
    late, now = Q(progress_due__lt=day), Q(progress_due=day)
    soon = Q(progress_due__gt=day, progress_due__lte=day + BEFORE)
    told = (
        late & ~Q(progress_told=NoticeKind.OVERDUE)
        | now & ~Q(progress_told__in=[NoticeKind.DUE, NoticeKind.OVERDUE])
        | soon & Q(progress_told="")
    )
    running = Programme.objects.filter(state=ProgrammeState.AGREED, case__state=CaseState.OPEN)
    rows = running.filter(told).defer("content").order_by("pk").select_for_update(of=("self",), skip_locked=True)
    found = list(rows.select_related("case__school__parent")[:CHUNK])
    if not found:
        return
    heads = who_in(Permission.ASSIGNMENTS_SUBMIT, {one.case.school_id for one in found})
    areas = who_in(Permission.ASSIGNMENTS_DECIDE, {one.case.school.parent_id or 0 for one in found})
    tellings = []
    for one in found:
        kind = _kind(one, day)
        school = one.case.school
        people = {user.pk: user for user in (*heads.get(school.pk, ()), *areas.get(school.parent_id or 0, ()))}
        text = f"{SAID[kind]}: {school.short_name}, {words.until(one.progress_due or day)}."
        key = f"progress-{kind}:{one.public_id}:{one.progress_due:%Y-%m-%d}"
        needs = (Permission.LISTS_VIEW, school.path)
        url = reverse("support:progress", args=[one.case.public_id])
        tellings.append(Telling(people.values(), kind, text, url, one, key, needs))
        one.progress_told = kind
    notify_many(tellings)
    Programme.objects.bulk_update(found, ["progress_told"])


def _kind(programme: Programme, day: dt.date) -> NoticeKind:
    due = programme.progress_due or day
    if due < day:
        return NoticeKind.OVERDUE
    return NoticeKind.DUE if due == day else NoticeKind.SOON


def waiting(user: Actor) -> TaskHeap | None:
    """Reviews of the person's own school, or of the schools of his municipality; one query, none for the region."""
    own = [path for path in user.own.paths if len(path) > LEVEL and user.may(Permission.LISTS_VIEW, path)]
    schools = [path for path in own if user.may(Permission.ASSIGNMENTS_SUBMIT, path)]
    areas = [path for path in own if user.may(Permission.ASSIGNMENTS_DECIDE, path)]
    if not schools and not areas:
        return None
    mine = Q(case__school__path__in=schools) | Q(case__school__parent__path__in=areas)
    rows = Programme.objects.visible(user).filter(mine, state=ProgrammeState.AGREED, case__state=CaseState.OPEN)
    due = rows.filter(progress_due__lte=today() + BEFORE).order_by("progress_due", "pk").defer("content")
    found = list(due.select_related("case__school")[: SHOWN + 1])
    if not found:
        return None
    tasks = [
        Task(
            f"Ход программы: {one.case.school.short_name}",
            reverse("support:review_progress", args=[one.case.public_id]),
            "Как идёт каждая цель и что дальше",
            one.progress_due,
            "Разобрать",
        )
        for one in found[:SHOWN]
    ]
    return TaskHeap("progress", "Разборы хода программ", tasks, len(found), f"{reverse('support:programmes')}?all=1")
