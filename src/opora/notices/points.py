"""What the floors above add to mails and calendars of a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from opora.access.models import User
from opora.core.actor import Actor
from opora.core.points import Point


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of work in a digest; it leaves the house, so that it names nothing of a closed list."""

    text: str
    url: str
    when: str = ""  # «до 20 августа 2026 (через 5 дней)»


@dataclass(frozen=True, slots=True)
class Heap:
    """What stands now: «Срок истёк», how many, the first of them, and the page that shows all."""

    title: str
    total: int
    lines: Sequence[Line]
    url: str


@dataclass(frozen=True, slots=True)
class Event:
    """A deadline or a meeting in a person's calendar, which others keep for him: neutral words for a closed list."""

    uid: str  # the same for ever
    revision: int  # grows with every change
    title: str
    url: str
    starts: dt.date | None
    due: dt.date
    note: str
    cancelled: bool
    made_at: dt.datetime
    hours: tuple[dt.datetime, dt.datetime] | None = None  # of what takes place at an hour: from, to
    organizer: str = ""  # who invites to it
    coming: bool = False  # whether the person has said already that he comes


@dataclass(frozen=True, slots=True)
class Busy:
    """What takes a person's time, as far as the one who asks may see it."""

    person: int  # key of the person of the registry
    what: str  # «заседание «…»»
    begins: dt.datetime
    ends: dt.datetime
    of: str  # public id of what it is


heaps: Point[[User], list[Heap]] = Point()
events: Point[[User], Iterable[Event]] = Point()
# Of these public ids, what the person is invited to, or was until it was called off: his mails carry it.
invited: Point[[User, Collection[str]], Iterable[Event]] = Point()
# Who asks, keys of people, from, to: what these people have at that time.
busy: Point[[Actor, Collection[int], dt.datetime, dt.datetime], Iterable[Busy]] = Point()
