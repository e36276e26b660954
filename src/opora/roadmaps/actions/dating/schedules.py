"""«По отдельному графику»: whoever sets the schedule names its dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from opora.core.actor import Actor, Denied
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.registry.models import Organisation
from opora.roadmaps.actions.dating.common import UNREPORTED, write_down
from opora.roadmaps.actions.dating.starting import Telling, start, withdraw
from opora.roadmaps.models import Assignment, AssignmentState, DateRequest, RoadMap, RoadMapState, Window, WindowOrigin
from opora.roadmaps.models.dates import DATE_REQUEST_WORKFLOW
from opora.roadmaps.telling.common import clipped
from opora.roadmaps.telling.days import dates_url, tell_asked, tell_sender


@dataclass(frozen=True, slots=True)
class Day:
    """One date of a schedule: a new one (`window` is empty), or another day of one given before."""

    due: dt.date
    organisation: Organisation | None = None  # those in this one's part of the tree alone
    window: Window | None = None


@transaction.atomic
def give_dates(request: DateRequest, *, by: Actor, days: Sequence[Day]) -> int:
    """The dates of a schedule, named or changed; how many windows came or changed.

    Once the road map was sent, its assignments get them at once; else its sender confirms them by sending.
    """
    if not may_answer(request, by):
        raise Denied("Называть даты по этому пункту может тот, кого о них спросили.")
    roadmap = RoadMap.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=request.roadmap_id)
    if roadmap.state == RoadMapState.CLOSED:
        raise Refused("Дорожная карта завершена, даты по ней больше не меняют.")
    moved = [day for day in days if day.window and day.window.due != day.due]
    new = [day for day in days if day.window is None]
    if not moved and not new:
        raise Refused("Укажите хотя бы одну дату.")
    windows = [*map(_move, moved), *(_add(request, day) for day in new)]
    DATE_REQUEST_WORKFLOW.move(request, "answer", answered_at=timezone.now(), answered_by=by.label)
    telling = Telling("Назначен срок по графику", change_of(request))
    request.activity.roadmap = roadmap
    started = start(request.activity, windows, by=by, telling=telling, url=dates_url(request))
    said = ", ".join(f"{day.due:%d.%m.%Y}" for day in [*moved, *new][:10])
    text = f"назвал(а) даты по графику: {said}"
    write_down("dates_given", text, request.activity, by, dated=started.dated, made=started.made)
    if roadmap.state == RoadMapState.PREPARED:
        tell_sender(request, by=by, key=telling.key)
    return len(windows)


@transaction.atomic
def remove_date(request: DateRequest, window: Window, *, by: Actor, reason: str) -> str:
    """A date that was named by mistake goes, while nobody has reported; executors are told why. What changes by it.

    Who has another date keeps that one, who has none waits for one again.
    """
    if not may_answer(request, by):
        raise Denied("Убирать даты по этому пункту может тот, кого о них спросили.")
    if not reason.strip():
        raise Refused("Напишите, почему дата убирается: исполнители увидят причину.")
    roadmap = RoadMap.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=request.roadmap_id)
    if roadmap.state == RoadMapState.CLOSED:
        raise Refused("Дорожная карта завершена, даты по ней больше не меняют.")
    if window.pk in reported([window]):
        raise Refused("По этой дате уже отчитались, убрать её нельзя. Лишнее поручение может отменить координатор.")
    if Window.objects.filter(pk=window.pk, skipped=False).update(skipped=True) != 1:
        raise Refused("Эта дата уже убрана. Обновите страницу и посмотрите.")
    window.skipped = True
    why = f"Дата {window.due:%d.%m.%Y} по графику убрана: {clipped(reason)}"
    change = f"date-removed:{request.public_id}:{window.pk}"
    request.activity.roadmap = roadmap
    window.activity = request.activity
    started = withdraw(window, None, by=by, telling=Telling(why.rstrip("."), change, f"{why}."), url=dates_url(request))
    if not windows_of(request):
        DATE_REQUEST_WORKFLOW.move(request, "ask", answered_at=None, answered_by=None)
        tell_asked([request], by=by, anew=change)
    text = f"убрал(а) дату {window.due:%d.%m.%Y} из графика"
    write_down("date_removed", text, request.activity, by, window, back=started.dated, reason=reason.strip())
    return change


def change_of(request: DateRequest) -> str:
    """The name of the last answer: what it starts, and what executors are told of it, is known by it."""
    return f"dates:{request.public_id}:{request.answered_at:%Y%m%d%H%M%S%f}"


def may_answer(request: DateRequest, by: Actor) -> bool:
    """Those who report for the organisation that is asked, and those who keep the road map."""
    return by.may(Permission.ASSIGNMENTS_REPORT, request.owner.path) or by.may(
        Permission.ROADMAPS_EDIT, request.roadmap.organisation.path
    )


def windows_of(request: DateRequest) -> list[Window]:
    """The dates named so far, in order."""
    rows = Window.objects.filter(activity=request.activity, part=request.part, origin=WindowOrigin.SCHEDULE)
    rows = rows.filter(skipped=False)
    return list(rows.select_related("organisation").order_by("due", "pk"))


def fixed(windows: Sequence[Window]) -> set[int]:
    """Keys of those that stay as they are: their day has come, or somebody has reported."""
    return reported(windows) | {one.pk for one in windows if one.is_past(today())}


def reported(windows: Sequence[Window]) -> set[int]:
    """Keys of those by which somebody has reported."""
    rows = Assignment.objects.filter(window__in=windows).exclude(state__in=(*UNREPORTED, AssignmentState.CANCELLED))
    return set(rows.values_list("window", flat=True))


def _add(request: DateRequest, day: Day) -> Window:
    same = Window.objects.filter(
        activity=request.activity, part=request.part, due=day.due, organisation=day.organisation, skipped=False
    )
    if same.exists():
        raise Refused(f"Дата {day.due:%d.%m.%Y} уже названа.")
    if day.due < today():
        raise Refused(f"День {day.due:%d.%m.%Y} уже прошёл. Выберите другой.")
    return Window.objects.create(
        activity=request.activity,
        part=request.part,
        organisation=day.organisation,
        due=day.due,
        origin=WindowOrigin.SCHEDULE,
        first_due=day.due,
    )


def _move(day: Day) -> Window:
    """Another day for a window, while neither its day has come nor anybody reported; what was sent by it follows."""
    window = day.window
    if window is None or fixed([window]):
        raise Refused("По одной из дат уже отчитались, или её день наступил: её больше не меняют.")
    if day.due < today():
        raise Refused(f"День {day.due:%d.%m.%Y} уже прошёл. Выберите другой.")
    window.due = day.due
    window.save(update_fields=["due"])
    return window
