"""Lines of the joint plans of pairs that fall due, for the side whose work they are."""

from __future__ import annotations

from django.db.models import Count, Window
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.support.models.mentoring import PairState, PlanLine, year_of
from opora.support.telling.waiting import SHOWN, SOON
from opora.ui.points import Task, TaskHeap


def waiting(user: Actor) -> TaskHeap | None:
    """One query; none for those who decide: the table of pairs tells them whose plans are late.

    Of this school year's pairs and later ones: what is not done in a renewed pair has gone over into the next one.
    """
    if not user.may(Permission.ASSIGNMENTS_REPORT) or user.may(Permission.ASSIGNMENTS_DECIDE):
        return None
    now = today()
    rows = PlanLine.objects.visible(user).of_sides(user).filter(done_at__isnull=True, due__lte=now + SOON)
    rows = rows.filter(pair__state=PairState.ACTIVE, pair__school_year__gte=year_of(now))
    rows = rows.select_related("pair__school", "pair__mentor__organisation").annotate(in_all=Window(Count("pk")))
    found = list(rows.order_by("due", "pk")[:SHOWN])
    if not found:
        return None
    tasks = [_task(one, user) for one in found]
    return TaskHeap(
        "plans",
        "Совместные планы",
        tasks,
        int(getattr(found[0], "in_all", 0)),
        f"{reverse('support:pairs')}?state=active",
    )


def _task(line: PlanLine, user: Actor) -> Task:
    pair = line.pair
    other = f"наставник: {pair.mentor}" if pair.school.path in user.own.paths else pair.school.short_name
    return Task(line.text, f"{pair.get_absolute_url()}#plan", f"Совместный план · {other}", line.due, "Открыть план")
