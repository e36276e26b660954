"""Visits whose day has come and whose report waits for the people of the team."""

from __future__ import annotations

from django.db.models import Count, Window
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.support.models.mentoring import mentors_side
from opora.support.models.visits import Visit, VisitMember, VisitState
from opora.support.telling.waiting import SHOWN, VISIT
from opora.ui.points import Task, TaskHeap


def waiting(user: Actor) -> TaskHeap | None:
    """One query; none for those who see lists: visits are agreed by them, not reported on."""
    if user.may(Permission.LISTS_VIEW) or not user.may(Permission.ASSIGNMENTS_REPORT):
        return None
    mine = VisitMember.objects.filter(mentors_side(user)).values("visit")
    rows = Visit.objects.visible(user).filter(pk__in=mine, state=VisitState.PLANNED, day__lte=today())
    rows = rows.filter(school_agreed_at__isnull=False, area_agreed_at__isnull=False)
    rows = rows.annotate(in_all=Window(Count("pk"))).select_related("school")
    found = list(rows.order_by("day", "pk")[:SHOWN])
    if not found:
        return None
    tasks = [_task(one) for one in found]
    return TaskHeap("visits", "Визиты в школы", tasks, int(getattr(found[0], "in_all", 0)), reverse("support:visits"))


def _task(visit: Visit) -> Task:
    label, said = f"Визит: {visit.school.short_name}", "День визита наступил, отчёта ещё нет"
    return Task(label, visit.get_absolute_url(), said, visit.day, "Сдать отчёт", VISIT)
