"""Meetings as a person may see them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, QuerySet

from opora.access.models import User
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.search import by_words
from opora.core.secrecy import knowledge
from opora.lists.models import Entrustment, ListEntry, ListState
from opora.registry.models import Body, Organisation
from opora.support.models.meetings import Attendance, Meeting, MeetingDecision, MeetingQuerySet


def meetings(user: Actor) -> MeetingQuerySet:
    return Meeting.objects.visible(user).select_related("body__organisation")


def listed(user: Actor) -> MeetingQuerySet:
    """With `decided`, how many decisions each has."""
    return meetings(user).annotate(decided=Count("decisions", distinct=True))


def search(found: QuerySet[Meeting], text: str) -> QuerySet[Meeting]:
    return by_words(found, text, "body__sort_name", "sort_title")


def bodies(user: Actor) -> QuerySet[Body]:
    """The groups of which the person keeps the meetings."""
    scope = user.scope(Permission.DOCUMENTS_EDIT)
    return Body.objects.filter(scope.q("organisation__path"), dissolved_on=None).select_related("organisation")


def blind(meeting: Meeting) -> list[User]:
    """Those invited who have an account, and do not see a meeting about listed schools by their own right."""
    found = User.objects.filter(pk__in=meeting.people.exclude(user=None).values("user"), is_active=True)
    path = meeting.body.organisation.path
    return [one for one in found.select_related("person").order_by("sort_name", "pk") if not knowledge(one).of(path)]


def listed_schools(meeting: Meeting, user: Actor) -> QuerySet[Organisation]:
    """Of the group's territory, as far as the person may know."""
    entries = ListEntry.objects.visible(user).standing().filter(list__state=ListState.APPROVED)
    inside = Organisation.objects.inside(meeting.body.organisation).active()
    found = inside.filter(pk__in=entries.values("organisation")).select_related("parent")
    return found.order_by("parent__sort_name", "sort_name")


def admitted(meeting: Meeting) -> list[tuple[User, list[str], dt.date]]:
    """To whom which schools are entrusted for it today, and until when."""
    rows = Entrustment.objects.on(today()).filter(meeting=meeting.public_id)
    found = rows.select_related("curator__person", "school").order_by("curator__sort_name", "curator", "pk")
    told = []
    for _, group in groupby(found, key=lambda one: one.curator_id):
        several = list(group)
        last = max(one.until for one in several if one.until)
        told.append((several[0].curator, [one.school.short_name for one in several], last))
    return told


@dataclass(frozen=True, slots=True)
class Quorum:
    """Whether more than half of the members were there; guests do not count."""

    members: int
    present: int

    @property
    def reached(self) -> bool:
        return self.present * 2 > self.members


def quorum(people: list[Attendance]) -> Quorum:
    members = [one for one in people if one.role]
    return Quorum(len(members), sum(bool(one.present) for one in members))


def decisions(meeting: Meeting) -> list[MeetingDecision]:
    """In order, with `open`: whether each is still to be carried out."""
    standing = MeetingDecision.objects.standing().filter(pk=OuterRef("pk"))
    rows = meeting.decisions.annotate(open=Exists(standing)).select_related("origin__meeting", "activity__roadmap")
    return list(rows.prefetch_related("responsible").order_by("order"))
