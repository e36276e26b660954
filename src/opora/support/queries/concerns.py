"""Concerns as a person may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.registry.models import Organisation
from opora.support.levels import Item, levels
from opora.support.models.concerns import Concern, ConcernEvent, ConcernQuerySet, ConcernStep, ConcernTick


def may_see(user: Actor) -> bool:
    """Whether there can be any concern that the person sees."""
    decides = user.may(Permission.ASSIGNMENTS_DECIDE) or user.may(Permission.ASSIGNMENTS_REPORT)
    return decides and user.may(Permission.LISTS_VIEW)


def concerns(user: Actor) -> ConcernQuerySet:
    return Concern.objects.visible(user).select_related("case__school__parent")


def search(found: QuerySet[Concern], text: str) -> QuerySet[Concern]:
    return found.filter(case__school__in=Organisation.objects.matching(text).values("pk"))


def rank_of_case(user: Actor) -> Any:
    """An expression over cases: how far the worst open concern that the person sees has gone; null: there is none."""
    open_ones = Concern.objects.visible(user).open().filter(case=OuterRef("pk")).order_by("-rank")
    return Subquery(open_ones.values("rank")[:1])


def has_concern(user: Actor) -> Any:
    """An expression over cases: whether there is an open concern that the person sees."""
    return Exists(Concern.objects.visible(user).open().filter(case=OuterRef("pk")))


@dataclass(frozen=True, slots=True)
class Check:
    """A line of the checklist, with how it was ticked."""

    item: Item
    tick: ConcernTick | None


@dataclass(frozen=True, slots=True)
class Stage:
    """A level with its checklist; `here` where the concern stands."""

    title: str
    here: bool
    checks: Sequence[Check]

    @property
    def done(self) -> int:
        return sum(one.tick is not None for one in self.checks)


def stages(concern: Concern) -> list[Stage]:
    """Levels up to that of the concern, and those above where something was ticked; one query."""
    ticks = {(one.rank, one.item): one for one in concern.ticks.all()}
    touched = {rank for rank, _ in ticks} | {concern.rank}
    return [
        Stage(
            level.title,
            level.rank == concern.rank,
            [Check(item, ticks.get((level.rank, item.key))) for item in level.checklist],
        )
        for level in levels(concern.version)
        if level.rank in touched
    ]


def missing(concern: Concern) -> list[str]:
    """Lines of the checklist of its level that are neither done nor said not to be needed."""
    return [check.item.title for stage in stages(concern) if stage.here for check in stage.checks if not check.tick]


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the history, with the level to which the concern came by it."""

    event: ConcernEvent
    level: str


def history(concern: Concern) -> list[Told]:
    """The latest first; one query."""
    titles = {one.rank: one.title for one in levels(concern.version)}
    moves = (ConcernStep.RAISED, ConcernStep.UP, ConcernStep.DOWN)
    return [Told(one, titles.get(one.rank, "") if one.kind in moves else "") for one in concern.events.all()]
