"""Studies in the calendars of those who order them and of the heads of schools that take part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q

from opora.access.models import User
from opora.core.clock import today
from opora.development.models.studies import Study, StudySchool, StudyState
from opora.notices.points import Event

PAST, AHEAD, MOST = dt.timedelta(days=90), dt.timedelta(days=365), 200


def events(user: User) -> Iterator[Event]:
    """One query: those of the organisations in which the person works and reports, not of all below."""
    own = user.own.paths
    mine = StudySchool.objects.filter(school__path__in=own).values("study")
    rows = Study.objects.visible(user).filter(Q(territory__path__in=own) | Q(pk__in=mine))
    day = today()
    for one in rows.filter(closes__gte=day - PAST, opens__lte=day + AHEAD).order_by("opens", "pk")[:MOST]:
        yield Event(
            uid=f"{one.public_id}@opora",
            revision=one.revision,
            title=f"{one.get_kind_display()}: {one.title}",
            url=one.get_absolute_url(),
            starts=one.opens,
            due=one.closes,
            note=one.what,
            cancelled=one.state == StudyState.CANCELLED,
            made_at=one.created_at,
        )
