"""Mentors, pairs and proposals as a person may see them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.search import by_words
from opora.decrees.model import Partnership
from opora.documents.models import Document
from opora.documents.queries import decree_of
from opora.registry.models import Organisation
from opora.registry.resolve import Resolver
from opora.support.models.mentoring import (
    Mentor,
    MentorQuerySet,
    Pair,
    PairQuerySet,
    PairState,
    PlanLine,
    Proposal,
    ProposalQuerySet,
    Proposed,
    year_of,
)


def mentors(user: Actor) -> MentorQuerySet:
    """With `taken`: how many schools each has this year, of those that the person may know."""
    here = Q(pairs__in=Pair.objects.visible(user).active().filter(school_year=year_of(today())).values("pk"))
    return Mentor.objects.visible(user).annotate(taken=Count("pairs", filter=here)).select_related("organisation")


def search_mentors(found: QuerySet[Mentor], text: str) -> QuerySet[Mentor]:
    organisations = Organisation.objects.matching(text).values("pk")
    return found.filter(Q(organisation__in=organisations) | Q(pk__in=mentors_named(text)))


def mentors_named(text: str) -> QuerySet[Mentor, Any]:
    """Their keys, for another query."""
    return by_words(Mentor.objects.order_by(), text, "sort_name").values("pk")


def pairs(user: Actor) -> PairQuerySet:
    """With `late`: whether a line of the joint plan is overdue, and `contacts_count`."""
    late = PlanLine.objects.filter(pair=OuterRef("pk"), done_at__isnull=True, due__lt=today())
    found = Pair.objects.visible(user).annotate(late=Exists(late), contacts_count=Count("contacts"))
    return found.select_related("school__parent", "mentor__organisation")


def following(pair: Pair, user: Actor) -> Pair | None:
    """The same pair in the next school year."""
    same = Pair.objects.visible(user).active().filter(school=pair.school, mentor=pair.mentor)
    return same.filter(school_year=pair.school_year + 1).select_related("school", "mentor__organisation").first()


def search_pairs(found: QuerySet[Pair], text: str) -> QuerySet[Pair]:
    organisations = Organisation.objects.matching(text).values("pk")
    here = Q(school__in=organisations) | Q(mentor__organisation__in=organisations) | Q(mentor__in=mentors_named(text))
    return found.filter(here)


def of_school(school: Organisation, user: Actor) -> list[Pair]:
    """Its pairs that are in force."""
    found = Pair.objects.visible(user).active().filter(school=school)
    return list(found.select_related("mentor__organisation").order_by("-school_year", "pk"))


def proposals(user: Actor) -> ProposalQuerySet:
    """With `schools` and `found`: how many, and for how many there is a mentor."""
    found = Proposal.objects.visible(user).select_related("territory")
    return found.annotate(schools=Count("rows"), found=Count("rows", filter=Q(rows__mentor__isnull=False)))


def proposed(proposal: Proposal) -> QuerySet[Proposed]:
    return proposal.rows.select_related("school__parent", "mentor__organisation")


def search_proposed(found: QuerySet[Proposed], text: str) -> QuerySet[Proposed]:
    return found.filter(school__in=Organisation.objects.matching(text).values("pk"))


def read_pairs(document: Document) -> list[dict[str, Any]]:
    """The pairs that a document names: the words of both sides, which organisations these are, and the pair `made`."""
    partnerships = decree_of(document).partnerships
    resolver = Resolver(document.organisation, [name for one in partnerships for name in (one.mentor, *one.mentored)])
    found = [_row(one, school, resolver) for one in partnerships for school in one.mentored]
    there = Pair.objects.filter(document_id=document.public_id, state=PairState.ACTIVE)
    made = {(one.school_id, one.mentor.organisation_id): one for one in there.select_related("mentor")}
    for row in found:
        school, mentor = row["school"], row["mentor"]
        row["made"] = made.get((school.pk, mentor.pk)) if school and mentor else None
    return found


def _row(one: Partnership, school: str, resolver: Resolver) -> dict[str, Any]:
    sides = {"school": resolver.resolve(school), "mentor": resolver.resolve(one.mentor)}
    known = {name: side if isinstance(side, Organisation) else None for name, side in sides.items()}
    return {"mentor_text": one.mentor, "school_text": school, **known}
