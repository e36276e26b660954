"""Programmes as they are shown: one with its remarks, versions and reviews; all of them as the queue of experts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from opora.core.actor import Actor
from opora.core.together import read_together
from opora.registry.models import Organisation
from opora.roadmaps.models import Assignment
from opora.support.models import MeasureWork, Programme, ProgrammeRemark, ProgrammeVersion, ProgressReview, Review
from opora.support.models.programmes import ProgrammeQuerySet
from opora.support.programmes import Content, Goal, Indicator, Measure
from opora.support.queries.orders import work_of


def of_case(public_id: str, user: Actor) -> QuerySet[Programme]:
    """That of the case with the public id, if the person may see it."""
    found = Programme.objects.visible(user).filter(case__public_id=public_id)
    return found.select_related("case__school__parent", "case__step", "standing")


def known_keys(programme: Programme) -> set[str]:
    """Of items that the programme has or had: in any version, with remarks, as work; two queries."""
    named = programme.remarks.order_by().values("key").union(programme.works.order_by().values("key"))
    sent = (key for one in programme.versions.all() for key in one.read.items)
    return {*programme.read.items, *sent, *(one["key"] for one in named)}


@dataclass(frozen=True, slots=True)
class Row:
    """A measure or an indicator with its number and open remarks."""

    number: str
    item: Measure | Indicator
    remarks: list[ProgrammeRemark]
    work: Assignment | None = None  # of a measure that was ordered


@dataclass(frozen=True, slots=True)
class Block:
    """A goal with what belongs to it."""

    number: int
    goal: Goal
    title: str  # of its factor
    remarks: list[ProgrammeRemark]
    measures: list[Row]
    indicators: list[Row]


@dataclass(frozen=True, slots=True)
class Shown:
    blocks: list[Block]
    remarks: list[ProgrammeRemark]  # to the whole, and to what is gone
    settled: list[ProgrammeRemark]  # what the school has answered for, the last first
    versions: list[ProgrammeVersion]
    reviews: list[Review]  # of the last version sent
    works: dict[str, Assignment]  # by the key of the measure


def shown(programme: Programme, titles: dict[str, str], user: Actor) -> Shown:
    """Three queries."""
    remarks, versions, works = read_together(
        ProgrammeRemark.objects.filter(programme=programme),
        ProgrammeVersion.objects.filter(programme=programme),
        MeasureWork.objects.filter(programme=programme),
    )
    reviews = programme.reviews.filter(version=programme.number).select_related("expert__person")
    by: dict[str, list[ProgrammeRemark]] = {}
    settled = [one for one in remarks if one.settled_at]
    for one in (one for one in remarks if not one.settled_at):
        by.setdefault(one.key if one.key in programme.read.items else "", []).append(one)
    found = _work(user, works)
    return Shown(
        blocks(programme.read, titles, by, found), by.get("", []), settled[::-1], versions, list(reviews), found
    )


def blocks(
    content: Content,
    titles: dict[str, str],
    remarks: Mapping[str, list[ProgrammeRemark]] | None = None,
    works: Mapping[str, Assignment] | None = None,
) -> list[Block]:
    """The goals of a text with what belongs to them."""
    return [_block(n, goal, titles, remarks or {}, works or {}) for n, goal in enumerate(content.goals, 1)]


def measures_work(programme: Programme, user: Actor) -> dict[str, Assignment]:
    """The work of each measure that was ordered, by its key; two queries."""
    return _work(user, programme.works.all())


def _work(user: Actor, works: Iterable[MeasureWork]) -> dict[str, Assignment]:
    keys = {one.key: one.activity_id for one in works}
    found = work_of(user, keys.values())
    return {key: found[activity] for key, activity in keys.items() if activity in found}


def _block(
    number: int,
    goal: Goal,
    titles: dict[str, str],
    by: Mapping[str, list[ProgrammeRemark]],
    works: Mapping[str, Assignment],
) -> Block:
    measures = [
        Row(f"{number}.{n}", one, by.get(one.key, []), works.get(one.key)) for n, one in enumerate(goal.measures, 1)
    ]
    indicators = [Row(f"{number}.{n}", one, by.get(one.key, [])) for n, one in enumerate(goal.indicators, 1)]
    return Block(number, goal, titles.get(goal.factor, goal.factor), by.get(goal.key, []), measures, indicators)


def programmes(user: Actor) -> ProgrammeQuerySet:
    """All of them with the version in force, and with `asked` and `answered`: experts of the version that is judged.

    `reviewed` are the goals of the newest review.
    """
    now = Q(reviews__version=F("version"))
    found = Programme.objects.visible(user).annotate(
        asked=Count("reviews", filter=now), answered=Count("reviews", filter=now & Q(reviews__given_at__isnull=False))
    )
    found = found.annotate(reviewed=ProgressReview.last_goals("pk"))
    return found.select_related("case__school__parent", "standing").defer("content", "standing__content")


def search(found: QuerySet[Programme], text: str) -> QuerySet[Programme]:
    return found.filter(case__school__in=Organisation.objects.matching(text).values("pk"))


def mine(user: Actor) -> Exists:
    """That the person is asked about a programme and has not answered."""
    waiting = Review.objects.waiting().filter(expert__public_id=user.actor_id)
    return Exists(waiting.filter(programme=OuterRef("pk")))
