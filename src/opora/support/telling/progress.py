"""Reviews of agreed programmes that are due: reminded of by the clock."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from opora.access.queries import who_in
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.notices.actions import Telling, notify_many
from opora.notices.models import NoticeKind
from opora.support.models import CaseState, Programme
from opora.ui import words

BEFORE = dt.timedelta(days=7)
CHUNK = 200  # programmes of a tick
SAID = {  # with the day itself: what is told today is read tomorrow too
    NoticeKind.SOON: "Пора готовить разбор хода программы",
    NoticeKind.DUE: "День разбора хода программы",
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
    running = Programme.objects.in_force().filter(case__state=CaseState.OPEN)
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
        text = f"{SAID[kind]}: {school.short_name}, срок — {words.day(one.progress_due or day)}."
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
