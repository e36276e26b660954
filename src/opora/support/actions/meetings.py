"""Meetings: set, invited to, held, cancelled, followed by another. What is decided: `deciding`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from opora.access.models import User
from opora.core.actor import Actor, Denied, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.lists import actions as lists
from opora.lists.models import Entrustment
from opora.notices.actions.notifying import Telling, notify_many
from opora.notices.models import NoticeKind
from opora.registry.models import Body
from opora.support.models.meetings import (
    MEETING_WORKFLOW,
    AgendaItem,
    Attendance,
    Meeting,
    MeetingDecision,
    MeetingState,
)
from opora.ui import words

TO_KEEP = "вести заседания этой рабочей группы"
MOST = 60  # questions, guests
FIELDS = ("title", "day", "starts", "minutes", "place", "link", "confidential")
Pairs = Sequence[tuple[str, str]]


@transaction.atomic
def plan(
    body: Body, *, by: Actor, agenda: Pairs = (), guests: Pairs = (), previous: Meeting | None = None, **given: Any
) -> Meeting:
    """Set a meeting: `agenda` are (question, speaker), `guests` (name, position). The members are asked by themselves.

    After a `previous` one its decisions that are not carried out are brought forward.
    """
    require(by, Permission.DOCUMENTS_EDIT, body.organisation.path, to=TO_KEEP)
    if body.dissolved_on:
        raise Refused(f"«{body}» распущена: заседание ей не назначить.")
    values = {name: given[name] for name in FIELDS}
    _secret(values, body, by)
    if previous and previous.confidential and not values["confidential"]:
        raise Refused("Прошлое заседание — о школах списка, и его решения перейдут сюда: отметьте это и здесь.")
    meeting = Meeting.objects.create(body=body, previous=previous, **values)
    _fill(meeting, agenda, guests)
    if previous:
        _bring_forward(previous, meeting)
    note("planned", f"назначил(а) заседание «{meeting}»", meeting, by, {"body": body.name})
    return meeting


@transaction.atomic
def change(meeting: Meeting, *, by: Actor, agenda: Pairs, guests: Pairs, **given: Any) -> None:
    """Another day, place or agenda; those who were invited are told."""
    meeting = locked(meeting, by)
    if meeting.state != MeetingState.PLANNED:
        raise Refused("Заседание уже прошло или отменено: изменить его нельзя.")
    new = {name: given[name] for name in FIELDS}
    _secret(new, meeting.body, by)
    opens = meeting.confidential and not new["confidential"]
    if opens and (meeting.invited_at or meeting.decisions.exists()):
        raise Refused("На заседании говорят о школах списка, это уже не снять: отмените его и назначьте другое.")
    data = {
        name: [str(getattr(meeting, name)), str(new[name])] for name in FIELDS if getattr(meeting, name) != new[name]
    }
    for name, value in new.items():
        setattr(meeting, name, value)
    meeting.revision += 1
    meeting.save()
    _fill(meeting, agenda, guests)
    lists.end_for(meeting.public_id, by=by, but=meeting.people.exclude(user=None).values_list("user", flat=True))
    note("changed", f"изменил(а) заседание «{meeting}»", meeting, by, data, secret=opens)
    if meeting.invited_at:
        _tell(meeting, by, "Изменилось заседание")


def _secret(values: dict[str, Any], body: Body, by: Actor) -> None:
    if values["confidential"] and not knowledge(by).of(body.organisation.path):
        raise Denied("Говорить на заседании о школах списка может решить тот, кому открыты списки.")


def _fill(meeting: Meeting, agenda: Pairs, guests: Pairs) -> None:
    meeting.agenda.all().delete()
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, order=order, text=text[:500], speaker=speaker[:300])
        for order, (text, speaker) in enumerate(agenda[:MOST], start=1)
    )
    members = list(meeting.body.members.order_by("order", "pk"))
    users = {
        user.person_id: user
        for user in User.objects.filter(person__in=[one.person_id for one in members if one.person_id], is_active=True)
    }
    asked = [(one.name, one.position, str(one.role), users.get(one.person_id)) for one in members]
    asked += [(name[:300], position, "", None) for name, position in guests[:MOST]]
    meeting.people.all().delete()
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, order=order, name=name, position=position, role=role, user=user)
        for order, (name, position, role, user) in enumerate(asked, start=1)
    )


def _bring_forward(previous: Meeting, meeting: Meeting) -> None:
    """The same texts under new numbers; whoever holds the meeting gives them a new day or takes them out."""
    for order, old in enumerate(previous.decisions.all().standing().order_by("order"), start=1):
        new = MeetingDecision.objects.create(
            meeting=meeting, order=order, text=old.text, due=max(old.due, meeting.day), origin=old
        )
        new.responsible.set(old.responsible.all())


@transaction.atomic
def invite(meeting: Meeting, *, by: Actor) -> int:
    """Tell those who have accounts; how many were told."""
    meeting = locked(meeting, by)
    if meeting.state != MeetingState.PLANNED:
        raise Refused("Заседание уже прошло или отменено: приглашать на него поздно.")
    meeting.invited_at = timezone.now()
    meeting.save(update_fields=["invited_at"])
    note("invited", f"разослал(а) приглашения на заседание «{meeting}»", meeting, by, {})
    return _tell(meeting, by, "Приглашение на заседание")


@transaction.atomic
def cancel(meeting: Meeting, *, by: Actor, reason: str) -> None:
    """It will not take place; whoever was invited is told why."""
    meeting = locked(meeting, by)
    reason = reason.strip()[:500]
    MEETING_WORKFLOW.move(meeting, "cancel", comment=reason, reason=reason, revision=meeting.revision + 1)
    note("cancelled", f"отменил(а) заседание «{meeting}»: {reason}", meeting, by, {"reason": reason})
    if meeting.invited_at:
        _tell(meeting, by, "Отменено заседание", reason)
    lists.end_for(meeting.public_id, by=by)


@transaction.atomic
def hold(meeting: Meeting, *, by: Actor, present: Iterable[int]) -> None:
    """Who was there, by the keys of `people`; on its day or later, put right until the protocol is approved."""
    meeting = locked(meeting, by)
    if meeting.day > today():
        day = f"{meeting.day:%d.%m.%Y}"
        raise Refused(f"Заседание назначено на {day}: отметьте, кто был, когда оно пройдёт, или измените дату.")
    if meeting.state not in (MeetingState.PLANNED, MeetingState.HELD):
        raise Refused("Присутствие уже не изменить: протокол утверждён или заседание отменено.")
    if meeting.state == MeetingState.PLANNED:
        MEETING_WORKFLOW.move(meeting, "hold")
    there = set(present)
    meeting.people.filter(pk__in=there).update(present=True)
    meeting.people.exclude(pk__in=there).update(present=False)
    count = meeting.people.filter(present=True).count()
    note("held", f"отметил(а) присутствие на заседании «{meeting}»: {count}", meeting, by, {"present": count})


def locked(meeting: Meeting, by: Actor, needed: Permission = Permission.DOCUMENTS_EDIT) -> Meeting:
    """The meeting as it now is, locked."""
    require(by, needed, meeting.body.organisation.path, to=TO_KEEP)
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("body__organisation")
    found = rows.get(pk=meeting.pk)
    _secret({"confidential": found.confidential}, found.body, by)
    return found


def note(event: str, text: str, meeting: Meeting, by: Actor, data: dict[str, Any], *, secret: bool = False) -> None:
    """`secret`: it was about listed schools until now, as `data` tells."""
    path = meeting.body.organisation.path
    secret = secret or meeting.confidential
    record(f"support.meeting_{event}", text, by=by, on=meeting, path=path, confidential=secret, data=data)


def _tell(meeting: Meeting, by: Actor, what: str, why: str = "") -> int:
    """Those with accounts; of a meeting about listed schools those alone who may know."""
    people = [one.user for one in meeting.people.exclude(user=None).select_related("user") if one.user]
    when = f"{words.day(meeting.day)} в {meeting.starts:%H:%M}"
    text = f"{what}: «{meeting.body}», {meeting.title}, {when}. {why}".strip()
    key, kind = f"meeting:{meeting.public_id}:{meeting.revision}", NoticeKind.MEETING
    told = []
    for one in people:
        right = _right(meeting, one) if meeting.confidential else None
        if one.actor_id != by.actor_id and (right or not meeting.confidential):
            told.append(Telling([one], kind, text, meeting.get_absolute_url(), meeting, key, right))
    return notify_many(told)


def _right(meeting: Meeting, user: User) -> tuple[Permission, str] | None:
    """By which the person may know of a meeting about listed schools."""
    path = meeting.body.organisation.path
    if knowledge(user).of(path):
        return Permission.LISTS_VIEW, path
    trusted = Entrustment.objects.on(today()).filter(curator=user, meeting=meeting.public_id)
    school = trusted.order_by("pk").values_list("school__path", flat=True).first()
    return (Permission.LISTS_VIEW, school) if school else None


def next_day(meeting: Meeting) -> dt.date:
    """Four weeks later, the same day of the week."""
    return meeting.day + dt.timedelta(weeks=4)
