"""Studies in the calendars of those who order them and of the heads of schools that take part."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator

from django.db.models import Q, QuerySet
from django.utils import timezone

from opora.access.models import Membership, User
from opora.access.queries import who_in
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.development.models.studies import Study, StudySchool, StudyState
from opora.notices.clashes import midnight, takes_all
from opora.notices.points import Busy, Event

PAST, AHEAD, MOST = dt.timedelta(days=90), dt.timedelta(days=365), 200


def events(user: User) -> Iterator[Event]:
    """One query: those of the organisations in which the person works and reports, not of all below."""
    own = user.own.paths
    mine = StudySchool.objects.filter(school__path__in=own).values("study")
    rows = (
        Study.objects.visible(user).exclude(state=StudyState.DRAFT).filter(Q(territory__path__in=own) | Q(pk__in=mine))
    )
    day = today()
    for one in rows.filter(closes__gte=day - PAST, opens__lte=day + AHEAD).order_by("opens", "pk")[:MOST]:
        yield Event(
            uid=f"{one.public_id}@opora",
            revision=one.revision,
            title=one.public_title,
            url=one.get_absolute_url(),
            starts=one.opens,
            due=one.closes,
            note="" if one.confidential else one.what,
            cancelled=one.state == StudyState.CANCELLED,
            made_at=one.created_at,
        )


def busy(asks: Actor, people: Collection[int], begins: dt.datetime, ends: dt.datetime) -> Iterator[Busy]:
    """Studies of the schools of these heads that have no other day: they carry them out there."""
    first, last = timezone.localdate(begins), timezone.localdate(ends - dt.timedelta(microseconds=1))
    seen = Study.objects.visible(asks).filter(state__in=(StudyState.PLANNED, StudyState.RUNNING))
    seen = seen.filter(closes__range=(first, last))
    rows = StudySchool.objects.filter(knowledge(asks).open_or("study__confidential", at="school__path"), study__in=seen)
    schools: dict[int, list[Study]] = defaultdict(list)
    for one in rows.filter(school__in=schools_headed_by(people)).select_related("study").order_by("study"):
        opens = max(one.study.opens, min(today(), one.study.closes))
        if takes_all(begins, ends, opens, one.study.closes):
            schools[one.school_id].append(one.study)
    told = set()
    for school, heads in who_in(Permission.ASSIGNMENTS_SUBMIT, schools).items():
        for person in {head.person_id for head in heads} & set(people):
            for study in schools[school]:
                if person is not None and (person, study.pk) not in told:
                    told.add((person, study.pk))
                    opens = max(study.opens, min(today(), study.closes))
                    ends_at = midnight(study.closes + dt.timedelta(days=1))
                    yield Busy(person, f"исследование «{study.title}»", midnight(opens), ends_at, study.public_id)


def schools_headed_by(people: Collection[int]) -> QuerySet[Membership, int]:
    """Keys of the organisations in which these people, of the registry, have an account now."""
    rows = Membership.objects.on(today()).filter(user__person__in=people)
    return rows.values_list("organisation", flat=True)


def heads_of(study: Study) -> dict[int, str]:
    """The people of the registry who carry it out in the schools that take part: keys and names."""
    schools = study.schools.values_list("school", flat=True)
    heads = {user for users in who_in(Permission.ASSIGNMENTS_SUBMIT, schools).values() for user in users}
    return {user.person_id: str(user) for user in heads if user.person_id is not None}
