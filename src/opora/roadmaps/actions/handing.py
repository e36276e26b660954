"""What changed above goes down to the road maps made from it, to be accepted or declined there, row by row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from opora import deadlines
from opora.access.queries import who, who_in
from opora.core.actor import Actor, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.documents.models import Document
from opora.journal.actions import record
from opora.notices.actions import Telling, notify, notify_many
from opora.notices.models import NoticeKind
from opora.roadmaps.actions import runs, versions
from opora.roadmaps.actions.rows import Rewriting
from opora.roadmaps.changing.effects import Reckoning
from opora.roadmaps.changing.reading import RowChange
from opora.roadmaps.changing.rows import Row, from_json, last_day, rows_of, to_json, with_deadline
from opora.roadmaps.models import (
    Activity,
    Assignment,
    AssignmentState,
    ChangeRun,
    Handed,
    HandedKind,
    HandedState,
    RoadMap,
    RoadMapState,
)
from opora.roadmaps.models.changes import HANDED_WORKFLOW
from opora.roadmaps.telling.common import others

RIGHT = "решать об изменениях, пришедших сверху"


def hand_down(roadmap: RoadMap, changes: Iterable[RowChange], *, document: Document | None, by: Actor) -> list[Handed]:
    """Inside the transaction of the change above: a row to decide on in each road map made from this one."""
    below = list(
        RoadMap.objects.filter(parent=roadmap).exclude(state=RoadMapState.CLOSED).select_related("organisation")
    )
    if not below:
        return []
    derived: dict[tuple[int, int], Activity] = {
        (one.roadmap_id, one.origin_id or 0): one
        for one in Activity.objects.in_force().filter(roadmap__in=below, origin__roadmap=roadmap)
    }
    made = []
    for change in changes:
        for child in below:
            found = _handed(roadmap, change, child, derived, document)
            made += [found] if found else []
    Handed.objects.bulk_create(made)
    _tell(roadmap, made, document, by)
    return made


def _handed(
    roadmap: RoadMap,
    change: RowChange,
    child: RoadMap,
    derived: dict[tuple[int, int], Activity],
    document: Document | None,
) -> Handed | None:
    before, after = change.old and to_json(change.old), change.new and to_json(change.new)
    common = {"roadmap": child, "document": document, "before": before, "after": after}
    if change.kind == "added" and change.new:
        above = Activity.objects.in_force().filter(roadmap=roadmap, number=change.new.number, text=change.new.text)
        reckoning = Reckoning(roadmap, today())
        inside = [
            target
            for target in reckoning.targets(change.new.responsible).values()
            if target.organisation.path.startswith(child.organisation.path)
        ]
        row = above.last()
        if row is None or not inside:
            return None
        listed = all(target.via_list for target in inside)
        return Handed(above=row, kind=HandedKind.ADDED, via_list=listed, **common)
    if change.activity is None or (child.pk, change.activity.pk) not in derived:
        return None
    kind = HandedKind.REMOVED if change.kind == "removed" else HandedKind.CHANGED
    if kind == HandedKind.REMOVED:
        common["after"] = None
    return Handed(activity=derived[child.pk, change.activity.pk], above=change.activity, kind=kind, **common)


def _tell(roadmap: RoadMap, made: list[Handed], document: Document | None, by: Actor) -> None:
    children = {one.roadmap_id: one.roadmap for one in made}
    users = who_in(Permission.ROADMAPS_EDIT, {child.organisation_id for child in children.values()})
    tellings = []
    for child in children.values():
        open_ones = [one for one in made if one.roadmap_id == child.pk and not one.via_list]
        if not open_ones:
            continue
        text = (
            f"Изменилась дорожная карта «{roadmap.title[:120]}»: решите, что принять в свою, пунктов {len(open_ones)}."
        )
        url = reverse("roadmaps:above", args=[child.public_id])
        permission = Permission.LISTS_VIEW if roadmap.confidential else Permission.ROADMAPS_EDIT
        key = f"handed:{document.public_id if document else made[0].public_id}:{child.public_id}"
        people = others(users.get(child.organisation_id, ()), by)
        needs = (permission, child.organisation.path)
        tellings.append(Telling(people, NoticeKind.DECISION, text, url, child, key, needs))
    notify_many(tellings)


@transaction.atomic
def accept(handed: Iterable[Handed], *, by: Actor) -> list[ChangeRun]:
    """Take changes from above into one's own road map: rows, windows and work follow, what lies below is asked."""
    found = list(handed)
    begun = []
    for roadmap in {one.roadmap_id: one.roadmap for one in found}.values():
        require(by, Permission.ROADMAPS_SEND, roadmap.organisation.path, to=RIGHT)
        RoadMap.objects.select_for_update().get(pk=roadmap.pk)
        runs.settled(roadmap)
        versions.keep_first(roadmap, by=by)
        rows = [one for one in found if one.roadmap_id == roadmap.pk]
        document = rows[0].document
        because = f"Изменена дорожная карта «{roadmap.title[:80]}»"
        issued = max((one.document.date for one in rows if one.document and one.document.date), default=today())
        rewriting = Rewriting(roadmap, by=by, issued=issued, because=because)
        changes = []
        for one in rows:
            HANDED_WORKFLOW.move(one, "accept", decided_at=timezone.now(), decided_by=by.label, reason="")
            change = _taken(one, rows_of(roadmap))
            if change is not None:
                carry_out(rewriting, change, origin=one.above)
                changes.append(change)
        summary = f"принято изменений сверху: {len(rows)}"
        version = versions.keep(roadmap, by=by, on=issued, document=document, summary=summary)
        _note("accepted", f"принял(а) изменения сверху ({len(rows)})", roadmap, by, [one.public_id for one in rows])
        url = reverse("roadmaps:above", args=[roadmap.public_id])
        begun.append(runs.begin(rewriting, by=by, url=url, document=document, version=version))
        hand_down(roadmap, changes, document=document, by=by)
    return begun


def carry_out(rewriting: Rewriting, change: RowChange, *, origin: Activity | None = None) -> None:
    """One change of a row on the road map it belongs to."""
    if change.kind == "added" and change.new:
        rewriting.add(change.new, origin=origin)
    elif change.activity and change.kind == "removed":
        rewriting.remove(change.activity)
    elif change.activity and change.old and change.new:
        rewriting.change(change.activity, change.old, change.new)


def _taken(one: Handed, known: dict[int, Row]) -> RowChange | None:
    """What accepting means here: one's own words and earlier days stay, what followed the row above follows it."""
    after = from_json(one.after) if one.after else None
    if one.kind == HandedKind.ADDED and after:
        return RowChange(one.public_id, "added", [], one.roadmap, new=replace(after, activity=""))
    row = known.get(one.activity_id or 0)
    if one.activity is None or row is None:
        return None
    if one.kind == HandedKind.REMOVED or after is None:
        return RowChange(one.public_id, "removed", [], one.roadmap, one.activity, old=row)
    before = from_json(one.before) if one.before else row
    new = replace(
        row,
        text=after.text if row.text == before.text else row.text,
        responsible=after.responsible if row.people == before.people else row.responsible,
    )
    last, limit = last_day(row.deadline), last_day(after.deadline)
    if row.deadline_text == before.deadline_text or (last and limit and last > limit):
        new = with_deadline(new, after.deadline)
    return RowChange(one.public_id, "changed", [], one.roadmap, one.activity, row, new)


@transaction.atomic
def decline(one: Handed, *, by: Actor, reason: str) -> None:
    """Keep one's own row as it is, saying why: the reason is shown above."""
    require(by, Permission.ROADMAPS_SEND, one.roadmap.organisation.path, to=RIGHT)
    if not reason.strip():
        raise Refused("Напишите, почему изменение не принимается: причину увидят те, кто его прислал.")
    HANDED_WORKFLOW.move(
        one, "decline", comment=reason, reason=reason.strip(), decided_at=timezone.now(), decided_by=by.label
    )
    _note("declined", f"отклонил(а) изменение сверху: {one.above.label}", one.roadmap, by, [one.public_id], reason)
    above = one.above.roadmap
    text = f"{one.roadmap.organisation.short_name}: не принято изменение, {one.above.label}. {reason.strip()[:200]}"
    users = others(who(Permission.ROADMAPS_EDIT, above.organisation), by)
    secret = one.via_list or above.confidential or one.roadmap.confidential
    permission = Permission.LISTS_VIEW if secret else Permission.ROADMAPS_EDIT
    notify(
        users,
        kind=NoticeKind.DECISION,
        text=text,
        url=reverse("roadmaps:below", args=[above.public_id]),
        on=above,
        key=f"declined:{one.public_id}",
        needs=(permission, one.roadmap.organisation.path if secret else above.organisation.path),
    )


def _note(event: str, text: str, roadmap: RoadMap, by: Actor, rows: list[str], reason: str = "") -> None:
    record(
        f"handed.{event}",
        f"{text}: «{roadmap.title[:120]}»",
        by=by,
        on=roadmap,
        path=roadmap.organisation.path,
        confidential=roadmap.confidential,
        data={"handed": rows, "reason": reason},
    )


def window_moved(roadmap: RoadMap, activity: Activity, due: dt.date, *, by: Actor) -> None:
    """A day of a row above was moved without a document: what is made from it is asked too."""
    if not RoadMap.objects.filter(parent=roadmap).exists():
        return
    row = rows_of(roadmap)[activity.pk]
    deadline = deadlines.to_json(deadlines.read(f"до {due:%d.%m.%Y}", due))
    change = RowChange("", "changed", [], roadmap, activity, row, replace(row, deadline=deadline, parts=()))
    hand_down(roadmap, [change], document=None, by=by)


def work_moved(work: Assignment, by: Actor) -> None:
    """The day of one organisation's work was agreed anew: what it, and those below it, made of that row is asked."""
    inside = RoadMap.objects.filter(parent=work.roadmap_id, organisation__path__startswith=work.executor.path)
    rows = Activity.objects.in_force().filter(origin=work.activity_id, roadmap__in=inside)
    derived = list(rows.exclude(roadmap__state=RoadMapState.CLOSED).select_related("roadmap__organisation"))
    if not derived:
        return
    whole = rows_of(work.roadmap)[work.activity_id]
    agreed = Assignment.objects.filter(activity=work.activity_id, executor=work.executor_id, due__isnull=False)
    days = agreed.exclude(state=AssignmentState.CANCELLED).order_by("due", "pk").values_list("due", flat=True)
    said = ", ".join(f"до {day:%d.%m.%Y}" for day in days)
    after = with_deadline(whole, deadlines.to_json(deadlines.read(said, today())))
    made = []
    for row in derived:
        earlier = Handed.objects.filter(activity=row, above=work.activity_id, after__isnull=False)
        last = earlier.exclude(state=HandedState.DECLINED).order_by("pk").last()
        before = last.after if last else to_json(whole)
        about = {"roadmap": row.roadmap, "activity": row, "above": work.activity, "via_list": work.via_list}
        made.append(Handed(kind=HandedKind.CHANGED, before=before, after=to_json(after), **about))
    Handed.objects.bulk_create(made)
    _tell(work.roadmap, made, None, by)
