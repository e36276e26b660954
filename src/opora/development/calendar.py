"""Events in the calendars of those who come, and when they take their time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import replace

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from opora.access.models import User
from opora.core.actor import Actor
from opora.core.clock import today
from opora.development.models import (
    Diagnosis,
    Event,
    EventState,
    Registration,
    RegistrationState,
    Sitting,
    SittingState,
)
from opora.notices import points
from opora.notices.clashes import midnight, takes_all
from opora.notices.points import Busy

PAST, AHEAD, MOST = dt.timedelta(days=90), dt.timedelta(days=365), 200


def events(user: User) -> Iterator[points.Event]:
    """Those at which the person has a place; one query."""
    mine = Registration.objects.of(user).going().filter(event=OuterRef("pk"))
    rows = Event.objects.visible(user).filter(Exists(mine)).select_related("territory").order_by("begins_at", "pk")
    day = today()
    for one in rows.filter(begins_at__date__gte=day - PAST, begins_at__date__lte=day + AHEAD)[:MOST]:
        yield event_of(one)


def invited(user: User, ids: Collection[str]) -> Iterator[points.Event]:
    """Of these the events at which the person has a place, and as called off those at which he has none any more."""
    mine = Registration.objects.of(user).filter(event__public_id__in=ids).exclude(state=RegistrationState.WAITING)
    going = dict(mine.order_by("pk").values_list("event", "state"))  # the last word on each
    rows = Event.objects.filter(pk__in=going).select_related("territory").order_by("begins_at", "pk")
    for one in rows:
        comes = going[one.pk] == RegistrationState.GOING
        found = event_of(one)
        yield replace(found, coming=comes, cancelled=found.cancelled or not comes)


def event_of(event: Event) -> points.Event:
    where = ", ".join(filter(None, [event.place, event.link]))
    return points.Event(
        uid=f"{event.public_id}@opora",
        revision=event.revision,
        title=event.public_title,
        url=event.get_absolute_url(),
        starts=event.day,
        due=event.last_day,
        note="" if event.confidential else where,
        cancelled=event.state == EventState.CANCELLED,
        made_at=event.created_at,
        hours=(event.begins_at, event.ends_at),
        organizer=str(event.territory),
    )


def busy(asks: Actor, people: Collection[int], begins: dt.datetime, ends: dt.datetime) -> Iterator[Busy]:
    """Events at which these people have a place, of the registrations that the one who asks sees."""
    rows = Registration.objects.visible(asks).going().filter(person__in=people, event__state=EventState.ANNOUNCED)
    rows = rows.filter(event__begins_at__lt=ends, event__ends_at__gt=begins).select_related("event")
    for one in rows.order_by("pk"):
        event = one.event
        if one.person_id:
            what = f"{event.get_kind_display()} «{event.title}»"
            yield Busy(one.person_id, what, event.begins_at, event.ends_at, event.public_id)


def busy_in_sittings(asks: Actor, people: Collection[int], begins: dt.datetime, ends: dt.datetime) -> Iterator[Busy]:
    """Diagnoses that these people have not sat yet and for which this leaves them no day.

    Whoever gives a diagnosis knows whom it calls; of others each knows of his own.
    """
    first, last = timezone.localdate(begins), timezone.localdate(ends - dt.timedelta(microseconds=1))
    own = Q(person__user__public_id=asks.actor_id)
    rows = Sitting.objects.filter(own | Q(diagnosis__in=Diagnosis.objects.visible(asks)), person__in=people)
    rows = rows.filter(state__in=(SittingState.ASSIGNED, SittingState.STARTED), diagnosis__closes__range=(first, last))
    for one in rows.select_related("diagnosis").order_by("pk"):
        diagnosis = one.diagnosis
        opens = max(diagnosis.opens, min(today(), diagnosis.closes))
        if takes_all(begins, ends, opens, diagnosis.closes):
            what = f"диагностика «{diagnosis.title}»"
            yield Busy(one.person_id, what, midnight(opens), diagnosis.ends, diagnosis.public_id)
