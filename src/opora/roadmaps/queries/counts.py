"""Counts of a road map, each one query: by activity, by municipality, by window, over all.

They are read from tallies, and only for a person whose part of the tree is finer than these (a school, a curator's
schools) from his own few assignments.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import JSONObject, Substr

from opora.core.actor import LEVEL, Actor
from opora.core.clock import today
from opora.registry.models import Organisation
from opora.roadmaps.models import Assignment, RoadMap, Tally
from opora.roadmaps.models.assignments import OPEN
from opora.roadmaps.models.assignments import AssignmentState as S
from opora.roadmaps.models.tallies import DEEPEST, level_of


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
        """Per cent accepted: 0 where nothing is, 100 where all is, and only there."""
        if self.accepted in (0, self.total):
            return 100 if self.accepted else 0
        return min(99, max(1, round(100 * self.accepted / self.total)))

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


def _counted(condition: Q | None) -> Count:
    return Count("pk", filter=condition)


def _summed(condition: Q | None) -> Sum:
    return Sum("count", filter=condition, default=0)


def _rows(user: Actor, level: int = 1) -> tuple[QuerySet[Any], dict[str, Any]]:
    """What the person may count, told apart at least by `level` of the tree, and how `Counts` are made of it."""
    coarsest = level_of(user)
    rows: QuerySet[Any]
    if coarsest is None or level > DEEPEST:
        rows = Assignment.objects.visible(user).annotate(place=Substr("executor_path", 1, level * LEVEL))
        number: Callable[[Q | None], Any] = _counted
    else:
        rows = Tally.objects.visible(user).filter(level=max(level, coarsest))
        number = _summed
    return rows.exclude(state=S.CANCELLED).order_by(), _sums(number)


def _sums(number: Callable[[Q | None], Any]) -> dict[str, Any]:
    """How `Counts` are made."""
    conditions = {
        "total": None,
        "accepted": Q(state=S.ACCEPTED),
        "reported": Q(state=S.REPORTED),
        "open": Q(state__in=OPEN),
        "overdue": Q(state__in=OPEN, due__lt=today()),
    }
    return {name: number(condition) for name, condition in conditions.items()}


def _by(rows: QuerySet[Any], sums: dict[str, Any], *keys: str) -> dict[Any, Counts]:
    """By one key, or by a tuple of several; what comes to nothing is left out."""
    found = {}
    for row in rows.values(*keys).annotate(**sums).filter(total__gt=0):
        values = [row.pop(key) for key in keys]
        found[tuple(values) if len(keys) > 1 else values[0]] = Counts(**row)
    return found


def over_all(roadmap: RoadMap, user: Actor) -> Counts:
    rows, sums = _rows(user)
    return Counts(**rows.filter(roadmap=roadmap).aggregate(**sums))


def by_activity(roadmap: RoadMap, user: Actor) -> dict[int, Counts]:
    """By the key of the activity."""
    rows, sums = _rows(user)
    return _by(rows.filter(roadmap=roadmap), sums, "activity")


def by_origin(roadmap: RoadMap, user: Actor) -> dict[int, Counts]:
    """How it stands below: of the rows made from this road map's, one or two levels down, by the key of its row."""
    rows, sums = _rows(user)
    near = Q(activity__origin__roadmap=roadmap)
    rows = rows.filter(near | Q(activity__origin__origin__roadmap=roadmap))
    rows = rows.annotate(top=Case(When(near, then=F("activity__origin")), default=F("activity__origin__origin")))
    return _by(rows, sums, "top")


def below_there(user: Actor) -> Subquery:
    """How the executor's own road map carries out the row of an assignment, to be read along with it: see `below`."""
    rows, sums = _rows(user)
    rows = rows.filter(activity__origin=OuterRef("activity"), roadmap__organisation=OuterRef("executor"))
    return Subquery(rows.values("roadmap__organisation").annotate(told=JSONObject(**sums)).values("told"))


def below(assignment: Assignment, user: Actor) -> Counts:
    if not hasattr(assignment, "told_below"):
        assignment = Assignment.objects.annotate(told_below=below_there(user)).get(pk=assignment.pk)
    return Counts(**(getattr(assignment, "told_below", None) or {}))


def by_window(roadmap: RoadMap, user: Actor) -> dict[int, Counts]:
    """By the key of the window."""
    rows, sums = _rows(user)
    return _by(rows.filter(roadmap=roadmap), sums, "window")


def by_roadmap(roadmaps: Iterable[RoadMap], user: Actor) -> dict[int, Counts]:
    """By the key of the road map: one query for a page of them."""
    rows, sums = _rows(user)
    return _by(rows.filter(roadmap__in=list(roadmaps)), sums, "roadmap")


def by_place(
    organisation: Organisation, user: Actor, first: dt.date, last: dt.date, *, openly: bool
) -> dict[str, Counts]:
    """Work due in a period by the organisations one level below this one; `openly` without what tells of lists."""
    rows, sums = _rows(user, len(organisation.path) // LEVEL + 1)
    at = "place" if rows.model is Tally else "executor_path"
    rows = rows.filter(organisation.scope.q(at), due__gte=first, due__lte=last)
    if openly:
        rows = rows.filter(via_list=False, roadmap__confidential=False)
    return _by(rows, sums, "place")


@dataclass(slots=True)
class Territory:
    """An organisation with the counts of everything below it."""

    organisation: Organisation
    counts: Counts = field(default_factory=Counts)


def own_work(user: Actor) -> Exists:
    """Whether the organisation of a road map has work of it itself, of which the person knows: read along with it."""
    own = Assignment.objects.visible(user).filter(roadmap=OuterRef("pk"), executor=OuterRef("organisation"))
    return Exists(own.exclude(state=S.CANCELLED))


def territories(roadmap: RoadMap, user: Actor) -> QuerySet[Organisation]:
    """The road map's own organisation and those one level below it that have work of which the person knows.

    Of the own one `roadmap` tells it, read along as `own_work`.
    """
    top = roadmap.organisation
    rows, _ = _rows(user, _below(roadmap))
    rows = rows.filter(roadmap=roadmap)
    if rows.model is Tally:
        rows = rows.filter(count__gt=0)
    near = Q(parent=top) | Q(pk=top.pk) if getattr(roadmap, "own_work", True) else Q(parent=top)
    found = Organisation.objects.filter(near).order_by("sort_name", "pk")
    if level_of(user) != 1:  # what he sees is little: asked for once
        return found.filter(path__in=rows.values("place"))
    work = Subquery(rows.filter(place=OuterRef("path")).values("pk")[:1])  # one look at an index for each of them
    return found.alias(work=work).filter(work__isnull=False)


def by_territory(roadmap: RoadMap, user: Actor, among: Iterable[Organisation]) -> list[Territory]:
    """`territories`, or those of a page of them, each with what lies inside it; one query beside theirs."""
    organisations = list(among)
    rows, sums = _rows(user, _below(roadmap))
    rows = rows.filter(roadmap=roadmap, place__in=[one.path for one in organisations])
    found = _by(rows, sums, "place")
    return [Territory(one, found.get(one.path, Counts())) for one in organisations]


def matrix(roadmap: RoadMap, user: Actor, places: Iterable[Organisation]) -> dict[tuple[int, str], Counts]:
    """Activity × organisation one level below the road map's own: by (key of the activity, path)."""
    rows, sums = _rows(user, _below(roadmap))
    rows = rows.filter(roadmap=roadmap, place__in=[one.path for one in places])
    return _by(rows, sums, "activity", "place")


def _below(roadmap: RoadMap) -> int:
    return len(roadmap.organisation.path) // LEVEL + 1
