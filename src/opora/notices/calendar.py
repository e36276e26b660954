"""A person's calendar as RFC 5545: deadlines as whole days, which mean the same in every time zone; meetings in UTC.

A subscription and a file of many events publish (METHOD:PUBLISH). To one meeting or event a person is invited as
RFC 5546 has it: REQUEST, again with a higher SEQUENCE when it has changed, CANCEL when he need not come. Nobody else
who comes stands in it; answers would reach nobody, so that none is asked for.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from email.utils import parseaddr

import icalendar
from django.conf import settings
from django.utils import timezone

from opora.access.models import User
from opora.core.actor import Actor
from opora.notices import points
from opora.notices.points import Event

PRODUCER = "-//Opora//Opora//RU"
SHORT = dt.timedelta(days=14)  # a window up to that is shown whole; of a longer one its last day
DAY = dt.timedelta(days=1)


def fingerprint(events: Sequence[Event], site: str) -> str:
    """Changes with whatever the calendar would say: asked again, most calendars have not changed."""
    return hashlib.sha256(repr((site, [*events])).encode()).hexdigest()[:32]


def written(events: Sequence[Event], site: str) -> bytes:
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Опора: мои поручения")
    calendar.add("refresh-interval", dt.timedelta(hours=3), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", dt.timedelta(hours=3))
    for event in events:
        calendar.add_component(_event(event, site))
    return bytes(calendar.to_ical())


def invitation(event: Event, *, to: User, at: dt.datetime, site: str) -> tuple[str, bytes]:
    """The method and the file that puts it into the person's calendar, or takes it out; `at`: when it is sent."""
    method = "CANCEL" if event.cancelled else "REQUEST"
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCER)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    made = _event(event, site)
    made["dtstamp"] = icalendar.vDDDTypes(at.astimezone(dt.UTC).replace(microsecond=0))
    made.add("organizer", _address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1], event.organizer))
    said = "ACCEPTED" if event.coming else "NEEDS-ACTION"
    asked = {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": said, "RSVP": "FALSE"}
    made.add("attendee", _address(to.email, str(to), **asked))
    calendar.add_component(made)
    return method, bytes(calendar.to_ical())


def taken_along(event: Event, public_id: str, *, by: Actor, site: str) -> bytes:
    """One meeting or event as a person takes it from its page: as his invitation where he is invited to it."""
    if isinstance(by, User):
        for found in points.invited.call(by, [public_id]):
            for one in found:
                return invitation(one, to=by, at=timezone.now(), site=site)[1]
    return written([event], site)


def _address(mail: str, name: str, **more: str) -> icalendar.vCalAddress:
    found = icalendar.vCalAddress(f"mailto:{mail}")
    found.params.update({**({"CN": name} if name else {}), **more})
    return found


def _event(event: Event, site: str) -> icalendar.Event:
    short = event.starts is not None and event.due - event.starts <= SHORT
    made = icalendar.Event()
    made.add("uid", event.uid)
    made.add("sequence", event.revision)
    made.add("dtstamp", event.made_at.astimezone(dt.UTC).replace(microsecond=0))
    if event.hours:
        for name, at in zip(("dtstart", "dtend"), event.hours, strict=True):
            made.add(name, at.astimezone(dt.UTC))
    else:
        made.add("dtstart", event.starts if short else event.due)
        made.add("dtend", event.due + DAY)  # the first day that is free again
    made.add("summary", event.title)
    if event.note:
        made.add("description", event.note)
    if site:
        made.add("url", site + event.url)
    made.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    made.add("transp", "OPAQUE" if event.hours else "TRANSPARENT")  # a deadline does not make anybody busy
    made.add("class", "PRIVATE")
    return made
