"""«В течение 10 рабочих дней со дня…»: the event is recorded, and the deadline starts."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.urls import reverse

from opora.core.actor import Actor, Denied, after, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Refused
from opora.deadlines import offset_of
from opora.registry.models import Organisation
from opora.roadmaps.actions.dating.common import UNREPORTED, deadline_of, undated, write_down
from opora.roadmaps.actions.dating.starting import Telling, start, withdraw
from opora.roadmaps.expansion import expand
from opora.roadmaps.models import (
    Activity,
    Assignment,
    AssignmentState,
    Occurrence,
    Part,
    Report,
    ReportState,
    RoadMap,
    RoadMapState,
    Window,
    WindowOrigin,
)

FURTHEST = dt.timedelta(days=365)  # an event is recorded at most so far ahead: the day of a meeting is known before


@transaction.atomic
def record_event(
    activity: Activity,
    *,
    by: Actor,
    happened: dt.date,
    part: Part | None = None,
    organisation: Organisation | None = None,
    due: dt.date | None = None,
) -> Occurrence:
    """The event came on `happened`: for all executors, or for those in the part of the tree of `organisation`.

    `due` is asked for where the document does not say how long after the event the deadline ends. What waits without a
    day gets the day; a further event makes further assignments.
    """
    _may_record(activity, by, organisation)
    roadmap = RoadMap.objects.select_for_update().get(pk=activity.roadmap_id)
    due = _due(activity, part, happened, due)
    waiting = undated(activity, part)
    if roadmap.state == RoadMapState.CLOSED or waiting is None:
        raise Refused("Этот пункт не ждёт события: дорожная карта завершена, или у него есть свои даты.")
    if organisation and knowledge(by).of(organisation.path) and not _executes(activity, part, organisation):
        raise Refused(f"{organisation}: этот пункт здесь никто не исполняет. Выберите другую организацию.")
    same = Occurrence.objects.filter(window__activity=activity, window__part=part, window__organisation=organisation)
    if same.filter(happened=happened).exists():
        raise Refused(f"Событие {happened:%d.%m.%Y} уже отмечено.")
    window = Window.objects.create(
        activity=activity,
        part=part,
        organisation=organisation,
        starts=happened if happened <= due else None,
        due=due,
        origin=WindowOrigin.EVENT,
        first_due=due,
    )
    found = Occurrence.objects.create(window=window, happened=happened, recorded_by=by.label)
    telling = Telling(f"Событие наступило {happened:%d.%m.%Y}", f"event:{found.public_id}")
    started = start(activity, [window], by=by, telling=telling, url=events_url(activity))
    text = f"отметил(а), что событие наступило {happened:%d.%m.%Y}, срок до {due:%d.%m.%Y}"
    write_down("event_recorded", text, activity, by, window, dated=started.dated, made=started.made)
    return found


@transaction.atomic
def undo_event(occurrence: Occurrence, *, by: Actor) -> None:
    """Take a wrongly recorded event back while nobody has reported: what had waited waits again."""
    window = occurrence.window
    activity = window.activity
    _may_record(activity, by, window.organisation)
    RoadMap.objects.select_for_update().get(pk=activity.roadmap_id)
    rows = Assignment.objects.select_for_update(of=("self",)).filter(window=window)
    if rows.exclude(state__in=UNREPORTED).exists() or _reported(window):
        raise Refused("По этому событию уже отчитались, отменить его нельзя.")
    text = f"отменил(а) отметку о событии {occurrence.happened:%d.%m.%Y}"
    telling = Telling("Отметка о событии отменена, срок снова не назначен", f"event-undone:{occurrence.public_id}")
    since = occurrence.created_at
    occurrence.delete()
    window.skipped = True
    window.save(update_fields=["skipped"])
    started = withdraw(window, since, by=by, telling=telling, url=events_url(activity))
    write_down("event_undone", text, activity, by, window, back=started.dated)


@transaction.atomic
def set_recorder(activity: Activity, *, by: Actor, executors: bool) -> None:
    """Whether executors record the event, each for his own organisation; else the coordinator alone."""
    require(by, Permission.ROADMAPS_EDIT, activity.roadmap.organisation.path, to="изменять дорожную карту")
    activity.executors_record = executors
    activity.save(update_fields=["executors_record"])
    text = "разрешил(а) исполнителям отмечать событие" if executors else "оставил(а) отметку о событии за координатором"
    write_down("recorder_set", text, activity, by, executors=executors)


def may_record(activity: Activity, by: Actor, organisation: Organisation | None) -> bool:
    """A coordinator; an executor for his own organisation where the activity is left to him."""
    if by.may(Permission.ROADMAPS_EDIT, activity.roadmap.organisation.path):
        return True
    if not activity.executors_record or organisation is None:
        return False
    mine = Assignment.objects.visible(by).filter(activity=activity, executor=organisation)
    return by.may(Permission.ASSIGNMENTS_REPORT, organisation.path) and mine.exists()


def _may_record(activity: Activity, by: Actor, organisation: Organisation | None) -> None:
    if not may_record(activity, by, organisation):
        raise Denied("Отмечать событие по этому пункту может координатор, который ведёт дорожную карту.")


def _due(activity: Activity, part: Part | None, happened: dt.date, due: dt.date | None) -> dt.date:
    """The last day: counted from the event, or the given one where the document names no term."""
    stated = deadline_of(activity, part)
    if stated is None or stated.kind != "upon":
        raise Refused("Срок этого пункта от события не зависит.")
    offset = offset_of(stated.text)
    if happened > today() + (FURTHEST if offset is None or offset.before else dt.timedelta()):
        raise Refused("Этот день ещё не наступил. Отметьте событие, когда оно произойдёт.")
    found = due or (offset.due(happened) if offset else None)
    if found is None:
        raise Refused("В документе не сказано, сколько времени даётся. Укажите, до какого числа исполнить.")
    if found < happened and not (offset and offset.before):
        raise Refused("Срок раньше самого события. Проверьте обе даты.")
    return found


def _executes(activity: Activity, part: Part | None, organisation: Organisation) -> bool:
    """Whether anybody there has this work, or would get it."""
    path = organisation.path
    rows = Assignment.objects.filter(activity=activity, part=part).exclude(state=AssignmentState.CANCELLED)
    if rows.filter(executor_path__gte=path, executor_path__lt=after(path)).exists():
        return True
    lines = (line for line in expand(activity.roadmap).lines if (line.activity, line.part) == (activity, part))
    return any(target.organisation.path.startswith(path) for line in lines for target in line.targets)


def events_url(activity: Activity) -> str:
    return reverse("roadmaps:events", args=[activity.roadmap.public_id, activity.public_id])


def _reported(window: Window) -> bool:
    return Report.objects.filter(assignment__window=window).exclude(state=ReportState.DRAFT).exists()
