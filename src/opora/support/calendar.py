"""Meetings in the calendars of those who are asked to come; when meetings and visits take somebody's time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.utils import timezone

from opora.access.models import User
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.text import fold
from opora.notices.clashes import clash_lines, days_taken, midnight, on_single_days
from opora.notices.points import Busy, Event
from opora.support.models.meetings import Attendance, Meeting, MeetingState
from opora.support.models.mentoring import Mentor
from opora.support.models.visits import Visit, VisitMember, VisitState

PAST, AHEAD, MOST = dt.timedelta(days=90), dt.timedelta(days=365), 200
NEUTRAL = "Заседание рабочей группы"  # of one about listed schools


def events(user: User) -> Iterator[Event]:
    """Those to which the person was invited; one query."""
    day = today()
    rows = Meeting.objects.visible(user).filter(invited_at__isnull=False, people__user=user)
    rows = (
        rows.filter(day__gte=day - PAST, day__lte=day + AHEAD)
        .select_related("body__organisation")
        .order_by("day", "pk")
    )
    for one in rows[:MOST]:
        yield event_of(one)


def invited(user: User, ids: Collection[str]) -> Iterator[Event]:
    """Of these the meetings to which the person was invited."""
    rows = Meeting.objects.visible(user).filter(public_id__in=ids, invited_at__isnull=False, people__user=user)
    for one in rows.select_related("body__organisation").order_by("day", "pk"):
        yield event_of(one)


def event_of(meeting: Meeting) -> Event:
    where = ", ".join(filter(None, [meeting.place, meeting.link]))
    return Event(
        uid=f"{meeting.public_id}@opora",
        revision=meeting.revision,
        title=NEUTRAL if meeting.confidential else f"{meeting.body}: {meeting.title}",
        url=meeting.get_absolute_url(),
        starts=meeting.day,
        due=meeting.day,
        note="" if meeting.confidential else where,
        cancelled=meeting.state == MeetingState.CANCELLED,
        made_at=meeting.created_at,
        hours=(meeting.begins_at, meeting.ends_at),
        organizer=str(meeting.body.organisation),
    )


def busy_in_meetings(asks: Actor, people: Collection[int], begins: dt.datetime, ends: dt.datetime) -> Iterator[Busy]:
    """Meetings to which these people are invited, of those that the one who asks sees."""
    seen = Meeting.objects.visible(asks).filter(invited_at__isnull=False).exclude(state=MeetingState.CANCELLED)
    seen = seen.filter(day__gte=timezone.localdate(begins), day__lte=timezone.localdate(ends))
    rows = Attendance.objects.filter(meeting__in=seen, user__person__in=people).exclude(present=False)
    for one in rows.select_related("meeting", "user").order_by("pk"):
        meeting = one.meeting
        if one.user and one.user.person_id and meeting.begins_at < ends and meeting.ends_at > begins:
            what = f"заседание «{meeting.title}»"
            yield Busy(one.user.person_id, what, meeting.begins_at, meeting.ends_at, meeting.public_id)


def busy_in_visits(asks: Actor, people: Collection[int], begins: dt.datetime, ends: dt.datetime) -> Iterator[Busy]:
    """Visits take the whole day of who goes: a mentor is told by his name in his organisation."""
    days = {"visit__day__gte": timezone.localdate(begins), "visit__day__lte": timezone.localdate(ends)}
    seen = Visit.objects.visible(asks).exclude(state=VisitState.CANCELLED)
    going = VisitMember.objects.filter(visit__in=seen, **days, mentor__organisation__posts__person__in=people)
    who = "mentor__organisation__posts__person"
    names = ("last_name", "first_name", "middle_name")
    columns = ("mentor__name", "visit__day", "visit__public_id", who, *(f"{who}__{name}" for name in names))
    for mentor, day, visit, person, *name in going.order_by("pk").values_list(*columns).distinct():
        if fold(mentor) == fold(" ".join(filter(None, name))):
            yield Busy(person, "визит в школу", midnight(day), midnight(day + dt.timedelta(days=1)), visit)


def goers(visit: Visit) -> dict[int, str]:
    """The people of the registry who go: keys and names."""
    return {person: name for _, name, person in _people(visit.team.values("mentor"))}


def _people(mentors: Any) -> list[tuple[int, str, int]]:
    """(mentor, name, person of the registry) of the mentors with these keys, found as above."""
    who = "organisation__posts__person"
    columns = ("pk", "name", who, *(f"{who}__{name}" for name in ("last_name", "first_name", "middle_name")))
    rows = Mentor.objects.filter(pk__in=mentors, **{f"{who}__isnull": False}).values_list(*columns).distinct()
    return [(pk, own, key) for pk, own, key, *name in rows if fold(own) == fold(" ".join(filter(None, name)))]


def planned_clashes(asks: Actor, going: Iterable[tuple[int, dt.date]], but: Collection[str] = ()) -> list[str]:
    """In words what mentors (by their keys) have on the days on which a plan sends them.

    `but`: public ids of the visits that the plan takes away.
    """
    days: dict[int, set[dt.date]] = defaultdict(set)
    for mentor, day in going:
        days[mentor].add(day)
    known = _people(list(days))
    own: dict[int, set[dt.date]] = defaultdict(set)
    for mentor, _, person in known:
        own[person] |= days[mentor]
    return clash_lines(on_single_days(asks, own, but), {person: name for _, name, person in known})


def days_away(
    asks: Actor, mentors: Any, first: dt.date, last: dt.date, but: Collection[str]
) -> dict[int, set[dt.date]]:
    """By mentor (his key) the days that something takes of which the one who asks may know; `but` as above."""
    known = _people(mentors)
    taken = days_taken(asks, {person for _, _, person in known}, first, last, but)
    away: dict[int, set[dt.date]] = defaultdict(set)
    for mentor, _, person in known:
        away[mentor] |= taken.get(person, set())
    return away
