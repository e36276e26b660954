"""Counts of a road map, each one query: by activity, by municipality, over all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr

from opora.core.actor import LEVEL, Actor
from opora.core.clock import today
from opora.registry.models import Organisation
from opora.roadmaps.models import Assignment, RoadMap
from opora.roadmaps.models.assignments import OPEN
from opora.roadmaps.models.assignments import AssignmentState as S


@dataclass(slots=True)
class Counts:
    """How many assignments stand where; cancelled ones do not count."""

    total: int = 0
    accepted: int = 0
    reported: int = 0
    open: int = 0
    overdue: int = 0

    @property
    def share(self) -> int:
        """Per cent accepted."""
        return round(100 * self.accepted / self.total) if self.total else 0

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """«117 из 129; на проверке 3; просрочено 9»"""
        parts = [f"{self.accepted} из {self.total}"]
        if self.reported:
            parts.append(f"на проверке {self.reported}")
        if self.overdue:
            parts.append(f"просрочено {self.overdue}")
        return "; ".join(parts)


def _aggregates() -> dict[str, Any]:
    return {
        "total": Count("pk"),
        "accepted": Count("pk", filter=Q(state=S.ACCEPTED)),
        "reported": Count("pk", filter=Q(state=S.REPORTED)),
        "open": Count("pk", filter=Q(state__in=OPEN)),
        "overdue": Count("pk", filter=Q(state__in=OPEN, due__lt=today())),
    }


def seen(roadmap: RoadMap, user: Actor) -> QuerySet[Assignment]:
    """The assignments of a road map that the person may count."""
    return Assignment.objects.visible(user).filter(roadmap=roadmap).exclude(state=S.CANCELLED)


def _keyed(rows: Iterable[dict[str, Any]], key: str) -> dict[Any, Counts]:
    return {row[key]: Counts(**{name: count for name, count in row.items() if name != key}) for row in rows}


def over_all(roadmap: RoadMap, user: Actor) -> Counts:
    return Counts(**seen(roadmap, user).aggregate(**_aggregates()))


def by_activity(roadmap: RoadMap, user: Actor) -> dict[int, Counts]:
    """By the key of the activity."""
    rows = seen(roadmap, user).order_by().values("activity").annotate(**_aggregates())
    return _keyed(rows, "activity")


def by_roadmap(roadmaps: Iterable[RoadMap], user: Actor) -> dict[int, Counts]:
    """By the key of the road map: one query for a page of them."""
    rows = (
        Assignment.objects.visible(user)
        .filter(roadmap__in=list(roadmaps))
        .exclude(state=S.CANCELLED)
        .order_by()
        .values("roadmap")
        .annotate(**_aggregates())
    )
    return _keyed(rows, "roadmap")


@dataclass(slots=True)
class Territory:
    """An organisation with the counts of everything below it."""

    organisation: Organisation
    counts: Counts = field(default_factory=Counts)


def by_territory(roadmap: RoadMap, user: Actor) -> list[Territory]:
    """The organisations one level below the road map's own, each with what lies inside it; two queries."""
    length = len(roadmap.organisation.path) + LEVEL
    rows = (
        seen(roadmap, user)
        .order_by()
        .annotate(place=Substr("executor__path", 1, length))
        .values("place")
        .annotate(**_aggregates())
    )
    found = _keyed(rows, "place")
    organisations = Organisation.objects.filter(path__in=found).order_by("sort_name")
    return [Territory(o, found[o.path]) for o in organisations]
