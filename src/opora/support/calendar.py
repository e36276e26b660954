"""Meetings in the calendars of those who are asked to come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from opora.access.models import User
from opora.core.clock import today
from opora.notices.points import Event
from opora.support.models.meetings import Meeting, MeetingState

PAST, AHEAD, MOST = dt.timedelta(days=90), dt.timedelta(days=365), 200
NEUTRAL = "Заседание рабочей группы"  # of one about listed schools


def events(user: User) -> Iterator[Event]:
    """Those to which the person was invited; one query."""
    day = today()
    rows = Meeting.objects.visible(user).filter(invited_at__isnull=False, people__user=user)
    rows = rows.filter(day__gte=day - PAST, day__lte=day + AHEAD).select_related("body").order_by("day", "pk")
    for one in rows[:MOST]:
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
    )
