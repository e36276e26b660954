"""Meetings as a person may see them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.core.text import words
from opora.registry.models import Body, Organisation
from opora.support.models.meetings import Attendance, Meeting, MeetingDecision, MeetingQuerySet


def meetings(user: Actor) -> MeetingQuerySet:
    return Meeting.objects.visible(user).select_related("body__organisation")


def listed(user: Actor) -> MeetingQuerySet:
    """With `decided`, how many decisions each has."""
    return meetings(user).annotate(decided=Count("decisions", distinct=True))


def search(found: QuerySet[Meeting], text: str) -> QuerySet[Meeting]:
    for word in words(text):
        found = found.filter(Q(body__sort_name__contains=word) | Q(title__icontains=word))
    return found


def bodies(user: Actor) -> QuerySet[Body]:
    """The groups of which the person keeps the meetings."""
    scope = user.scope(Permission.DOCUMENTS_EDIT)
    return Body.objects.filter(scope.q("organisation__path"), dissolved_on=None).select_related("organisation")


def executors(meeting: Meeting) -> QuerySet[Organisation]:
    """Who may be made responsible: the organisations of the group's territory."""
    return Organisation.objects.inside(meeting.body.organisation).active().order_by("sort_name")


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
