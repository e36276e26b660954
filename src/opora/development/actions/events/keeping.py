"""Events: written, announced, moved to another day, called off, held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from opora.access.queries import who_in
from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.development.actions.events.common import (
    CHUNK,
    TO_KEEP,
    comers,
    kept,
    may_keep_secret,
    needs,
    note,
    tell,
    when,
)
from opora.development.actions.events.places import fill
from opora.development.models import (
    ASKED,
    EVENT_WORKFLOW,
    Audience,
    Certificate,
    Event,
    EventInvitation,
    EventPoint,
    EventState,
)
from opora.notices.actions.notifying import Telling, notify_many
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation

MOST = 100  # points of a programme
MOVED = ("begins_at", "ends_at", "place", "link")  # of which everybody who comes is told


@dataclass(frozen=True, slots=True)
class Said:
    """What an event says of itself. `programme`: (time, text, speaker)."""

    kind: str
    title: str
    begins_at: dt.datetime
    ends_at: dt.datetime
    about: str = ""
    place: str = ""
    link: str = ""
    audience: str = Audience.TERRITORY
    confidential: bool = False
    places: int | None = None
    closes: dt.date | None = None
    hours: int = 0
    programme: Sequence[tuple[str, str, str]] = ()
    invited: Sequence[Organisation] = ()

    @property
    def fields(self) -> dict[str, Any]:
        names = set(self.__slots__) - {"programme", "invited"}
        return {name: getattr(self, name) for name in sorted(names)}


@transaction.atomic
def create(territory: Organisation, said: Said, *, by: Actor) -> Event:
    """A draft; nobody else sees it yet."""
    require(by, Permission.DEVELOPMENT_EDIT, territory.path, to=TO_KEEP)
    _checked(said, territory, by)
    made = Event.objects.create(territory=territory, made_by=by.label, **said.fields)
    _fill(made, said)
    note("created", f"подготовил(а) событие «{made}»", made, by)
    return made


@transaction.atomic
def change(event: Event, said: Said, *, by: Actor) -> None:
    """Another day, place or programme. Whoever comes is told where it was moved; more places go to those who wait."""
    event = kept(event, by)
    if event.state not in (EventState.DRAFT, EventState.ANNOUNCED):
        raise Refused("Событие прошло или отменено: изменить его нельзя.")
    announced = event.state == EventState.ANNOUNCED
    _checked(said, event.territory, by)
    if announced and (said.confidential != event.confidential or said.audience != event.audience):
        raise Refused("Событие уже объявлено: для кого оно, не изменить. Отмените его и назначьте новое.")
    if said.places is not None and said.places < event.taken:
        raise Refused(f"Уже записаны {event.taken}: мест не может быть меньше. Сначала снимите лишние записи.")
    changed = {
        name: [str(getattr(event, name)), str(value)]
        for name, value in said.fields.items()
        if getattr(event, name) != value
    }
    moved = announced and any(name in changed for name in MOVED)
    asked = set(event.invitations.values_list("organisation", flat=True))
    for name, value in said.fields.items():
        setattr(event, name, value)
    event.revision += 1
    if "begins_at" in changed:
        event.reminded_at = None
    event.save()
    _fill(event, said)
    note("changed", f"изменил(а) событие «{event}»", event, by, changed)
    if moved:
        what = "Перенесено" if {"begins_at", "ends_at"} & changed.keys() else "Изменилось место"
        text = f"{what}: «{event}», {when(event)}. {event.place}".strip()
        tell(event, comers(event), text, f"moved:{event.revision}", by=by)
    if announced:
        _invite(event, by, but=asked)
        fill(event)


@transaction.atomic
def announce(event: Event, *, by: Actor) -> None:
    """From now on it is in the calendar and takes registrations; the organisations that are asked are told."""
    event = kept(event, by)
    if event.audience in ASKED and not event.invitations.exists():
        raise Refused("Назовите хотя бы одну организацию, которую приглашаете.")
    EVENT_WORKFLOW.move(event, "announce")
    note("announced", f"объявил(а) событие «{event}»", event, by)
    _invite(event, by)


@transaction.atomic
def cancel(event: Event, *, by: Actor, reason: str) -> None:
    """It will not take place; whoever wanted to come is told why."""
    event = kept(event, by)
    reason = reason.strip()[:500]
    EVENT_WORKFLOW.move(event, "cancel", comment=reason, reason=reason, revision=event.revision + 1)
    note("cancelled", f"отменил(а) событие «{event}»: {reason}", event, by, {"reason": reason})
    tell(event, comers(event), f"Отменено: «{event}», {when(event)}. {reason}", "cancelled", by=by)


@transaction.atomic
def hold(event: Event, *, by: Actor, present: Iterable[int]) -> None:
    """Who was there, by the keys of the registrations with a place; once it has begun, put right later too."""
    event = kept(event, by)
    if timezone.now() < event.begins_at:
        raise Refused(f"Событие начнётся {when(event)}: отметьте, кто был, после начала.")
    if event.state == EventState.ANNOUNCED:
        EVENT_WORKFLOW.move(event, "hold")
    elif event.state != EventState.HELD:
        raise Refused("Присутствие отмечают у объявленного события.")
    there = set(present)
    rows = event.registrations.going()
    sure = Certificate.objects.valid().filter(registration__event=event).exclude(registration__in=there)
    if names := list(sure.values_list("name", flat=True)[:5]):
        raise Refused(f"Сертификат уже выдан: {', '.join(names)}. Сначала отзовите его.")
    rows.filter(pk__in=there).update(present=True)
    rows.exclude(pk__in=there).update(present=False)
    count = rows.filter(present=True).count()
    note("held", f"отметил(а) присутствие на событии «{event}»: {count}", event, by, {"present": count})


def _checked(said: Said, territory: Organisation, by: Actor) -> None:
    may_keep_secret(by, territory, said.confidential)
    if said.ends_at <= said.begins_at:
        raise Refused("Событие кончается раньше, чем начинается. Проверьте время.")
    if said.confidential and said.audience != Audience.CLOSED:
        raise Refused("Событие для школ списка бывает только по приглашению.")


def _fill(event: Event, said: Said) -> None:
    """The programme anew; of the organisations those that are asked no more go, unless they have people coming."""
    event.programme.all().delete()
    EventPoint.objects.bulk_create(
        EventPoint(event=event, order=order, at=at[:20], text=text[:500], speaker=speaker[:300])
        for order, (at, text, speaker) in enumerate(said.programme[:MOST], start=1)
    )
    asked = {one.pk for one in said.invited} if said.audience in ASKED else set()
    comes = event.registrations.standing().values("organisation")
    event.invitations.exclude(organisation__in=asked).exclude(organisation__in=comes).delete()
    EventInvitation.objects.bulk_create(
        (EventInvitation(event=event, organisation_id=one) for one in sorted(asked)), ignore_conflicts=True
    )


def _invite(event: Event, by: Actor, but: set[int] | None = None) -> None:
    """The people who answer for the organisations that are asked, those told before left out."""
    rows = event.invitations.exclude(organisation__in=but or ()).select_related("organisation")
    places = {one.organisation_id: one.organisation for one in rows}
    text = f"Вас приглашают: «{event}», {when(event)}. Запишите участников."
    people = who_in(Permission.ASSIGNMENTS_SUBMIT, places)
    told = [
        Telling(
            [user for user in users if user.actor_id != by.actor_id],
            NoticeKind.DEVELOPMENT,
            text,
            event.get_absolute_url(),
            event,
            f"event:{event.public_id}:invited:{places[key].public_id}",
            needs(event, places[key]),
        )
        for key, users in people.items()
    ]
    for at in range(0, len(told), CHUNK):
        notify_many(told[at : at + CHUNK])
