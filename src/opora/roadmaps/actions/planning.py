"""Before work is sent: what names mean, which windows stay, what is divided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from opora.core.actor import LEVEL, Actor, require
from opora.core.permissions import Permission
from opora.core.text import fold
from opora.core.workflow import Refused
from opora.documents.models import Document
from opora.journal.actions import record
from opora.registry.actions.aliases import add_alias
from opora.registry.models import Body, Organisation
from opora.roadmaps.actions import deriving, handing
from opora.roadmaps.groups import BY_CODE
from opora.roadmaps.models import Activity, Assignment, Responsible, RoadMap, Window, WindowOrigin
from opora.roadmaps.models.plans import ROADMAP_WORKFLOW

RIGHT = "изменять дорожную карту"


def _may_edit(roadmap: RoadMap, by: Actor) -> None:
    require(by, Permission.ROADMAPS_EDIT, roadmap.organisation.path, to=RIGHT)


def _record(code: str, text: str, roadmap: RoadMap, by: Actor, **data: object) -> None:
    record(
        f"roadmaps.{code}",
        text,
        by=by,
        on=roadmap,
        path=roadmap.organisation.path,
        confidential=roadmap.confidential,
        data=data,
    )


@transaction.atomic
def name_means(
    roadmap: RoadMap,
    name: str,
    *,
    by: Actor,
    organisation: Organisation | None = None,
    body: Body | None = None,
    group: str = "",
) -> None:
    """Remember what the documents of this territory call by `name`; later documents need not be asked about."""
    _may_edit(roadmap, by)
    if group and group not in BY_CODE:
        raise Refused("Такой группы организаций нет.")
    add_alias(by=by, territory=roadmap.organisation, name=name, organisation=organisation, body=body, group=group)


@transaction.atomic
def skip_name(roadmap: RoadMap, name: str, *, by: Actor, skipped: bool = True) -> int:
    """Leave a responsible one out of the sending of this road map; how many rows name it."""
    _may_edit(roadmap, by)
    rows = [r for r in Responsible.objects.filter(activity__roadmap=roadmap) if fold(r.text) == fold(name)]
    Responsible.objects.filter(pk__in=[r.pk for r in rows]).update(skipped=skipped)
    verb = "исключил(а) из рассылки" if skipped else "вернул(а) в рассылку"
    _record("name_skipped", f"{verb} «{name[:120]}»", roadmap, by, name=name, skipped=skipped)
    return len(rows)


@transaction.atomic
def set_windows(
    roadmap: RoadMap,
    windows: Iterable[Window],
    *,
    by: Actor,
    due: dt.date | None = None,
    skipped: bool | None = None,
) -> int:
    """Move windows to a day, or leave them out; what is sent already stays as it is."""
    _may_edit(roadmap, by)
    changed = 0
    moved: dict[int, Activity] = {}
    sent = set(Assignment.objects.filter(window__in=windows).values_list("window", flat=True))
    for window in windows:
        if window.pk in sent:
            raise Refused("По этому сроку поручения уже разосланы, изменить его здесь нельзя.")
        if due is not None:
            deriving.check_day(window.activity, due)
            moved = moved | {window.activity_id: window.activity}
            if window.starts and due < window.starts:
                window.starts = None
            window.due = due
            if window.origin == WindowOrigin.UNDATED:
                window.origin = WindowOrigin.DOCUMENT
        if skipped is not None:
            window.skipped = skipped
        window.save()
        changed += 1
    if due is not None:
        for activity in moved.values():
            handing.window_moved(roadmap, activity, due, by=by)
    if changed:
        shifted = f"перенёс(ла) сроки ({changed}) на {due:%d.%m.%Y}" if due else None
        left = f"{'исключил(а) из рассылки' if skipped else 'вернул(а) в рассылку'} сроки ({changed})"
        _record(
            "windows_set", shifted or left, roadmap, by, count=changed, due=due and due.isoformat(), skipped=skipped
        )
    return changed


@transaction.atomic
def add_window(activity: Activity, *, by: Actor, due: dt.date) -> Window:
    """One more report date of an activity."""
    _may_edit(activity.roadmap, by)
    if Window.objects.filter(activity=activity, due=due).exists():
        raise Refused("Такой срок уже есть.")
    deriving.check_day(activity, due)
    window = Window.objects.create(activity=activity, due=due, origin=WindowOrigin.INTERIM, first_due=due)
    _record("window_added", f"добавил(а) срок {due:%d.%m.%Y}: {activity.label}", activity.roadmap, by)
    return window


@transaction.atomic
def divide(activity: Activity, *, by: Actor, divided: bool) -> None:
    """Whether the enumerated parts are assignments of their own; only before anything was sent."""
    _may_edit(activity.roadmap, by)
    if Assignment.objects.filter(activity=activity).exists():
        raise Refused("По этому пункту поручения уже разосланы.")
    activity.divided = divided
    activity.save(update_fields=["divided"])
    verb = "разделил(а) на части" if divided else "объединил(а) части"
    _record("divided", f"{verb}: {activity.label}", activity.roadmap, by)


@transaction.atomic
def set_joint(activity: Activity, *, by: Actor, leader: Organisation | None) -> None:
    """The named organisations report together under `leader`, or (None) each alone; only before anything was sent."""
    _may_edit(activity.roadmap, by)
    if Assignment.objects.filter(activity=activity).exists():
        raise Refused("По этому пункту поручения уже разосланы.")
    if leader and not leader.path.startswith(activity.roadmap.organisation.path[:LEVEL]):
        raise Refused("Вести может только организация этого региона.")
    activity.joint, activity.leader = leader is not None, leader
    activity.save(update_fields=["joint", "leader"])
    verb = f"совместный отчёт, ведущий {leader}" if leader else "каждый отчитывается отдельно"
    _record("joint_set", f"выбрал(а): {verb}: {activity.label}", activity.roadmap, by)


@transaction.atomic
def close(roadmap: RoadMap, *, by: Actor) -> None:
    """The road map is done with; open assignments have to be decided or cancelled first."""
    _may_edit(roadmap, by)
    rest = Assignment.objects.filter(roadmap=roadmap).exclude(state__in=["accepted", "cancelled"]).count()
    if rest:
        raise Refused(f"Не завершены поручения: {rest}. Примите или отмените их, затем завершите дорожную карту.")
    ROADMAP_WORKFLOW.move(roadmap, "close")
    _record("closed", f"завершил(а) дорожную карту «{roadmap.title[:120]}»", roadmap, by)


@transaction.atomic
def reopen(roadmap: RoadMap, *, by: Actor) -> None:
    _may_edit(roadmap, by)
    ROADMAP_WORKFLOW.move(roadmap, "reopen")
    _record("reopened", f"возобновил(а) дорожную карту «{roadmap.title[:120]}»", roadmap, by)


def document_withdrawn(document: Document, by: Actor) -> None:
    """The `withdrawn` point of documents: road maps that nobody works on go; others hold the document."""
    if Assignment.objects.filter(roadmap__document=document).exists():
        raise Refused(
            "По документу уже разосланы поручения, отозвать его нельзя. "
            "Отмените поручения или завершите дорожную карту."
        )
    RoadMap.objects.filter(document=document).delete()
