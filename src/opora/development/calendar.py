"""Events in the calendars of those who come, and when they take their time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

from django.db.models import Exists, OuterRef

from opora.access.models import User
from opora.core.actor import Actor
from opora.core.clock import today
from opora.development.models import Event, EventState, Registration
from opora.notices import points
from opora.notices.points import Busy

PAST, AHEAD, MOST = dt.timedelta(days=90), dt.timedelta(days=365), 200


def events(user: User) -> Iterator[points.Event]:
    """Those at which the person has a place; one query."""
    mine = Registration.objects.of(user).going().filter(event=OuterRef("pk"))
    rows = Event.objects.visible(user).filter(Exists(mine)).order_by("begins_at", "pk")
    day = today()
    for one in rows.filter(begins_at__date__gte=day - PAST, begins_at__date__lte=day + AHEAD)[:MOST]:
        yield event_of(one)


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
