"""A person's calendar as RFC 5545: deadlines as whole days, which mean the same in every time zone; meetings in UTC."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

import icalendar

from opora.notices.points import Event

SHORT = dt.timedelta(days=14)  # a window up to that is shown whole; of a longer one its last day
DAY = dt.timedelta(days=1)


def fingerprint(events: Sequence[Event], site: str) -> str:
    """Changes with whatever the calendar would say: asked again, most calendars have not changed."""
    return hashlib.sha256(repr((site, [*events])).encode()).hexdigest()[:32]


def written(events: Sequence[Event], site: str) -> bytes:
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Opora//Opora//RU")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Опора: мои поручения")
    calendar.add("refresh-interval", dt.timedelta(hours=3), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", dt.timedelta(hours=3))
    for event in events:
        calendar.add_component(_event(event, site))
    return bytes(calendar.to_ical())


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
