"""Road maps made from others: which rows concern a territory, until when at the latest, how it stands below."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from opora.core.actor import Actor
from opora.core.secrecy import knowledge
from opora.documents.models import Document, Fact, FactKind
from opora.registry.models import Organisation
from opora.roadmaps.changing.rows import last_day
from opora.roadmaps.expansion import expand
from opora.roadmaps.models import Activity, Assignment, Handed, HandedState, RoadMap, Window
from opora.roadmaps.queries import counts
from opora.roadmaps.queries.counts import Counts


def concerning(roadmap: RoadMap, organisation: Organisation, user: Actor) -> list[Activity]:
    """The rows whose executors are in the organisation's part of the tree, as far as the person may know.

    What concerns it because its schools are listed is left out for somebody who may not know of them.
    """
    knows = knowledge(user).of(organisation.path)
    found: dict[int, Activity] = {}
    for line in expand(roadmap).lines:
        inside = [t for t in line.targets if t.organisation.path.startswith(organisation.path)]
        if any(knows or not target.via_list for target in inside):
            found.setdefault(line.activity.pk, line.activity)
    return list(found.values())


def limits(activities: Iterable[int], organisation: Organisation) -> dict[int, dt.date]:
    """The last day of rows above, by the key of the activity: the agreed one where the organisation has its own."""
    keys = list(activities)
    rows = _windows(keys).filter(organisation__isnull=True)
    return _latest([*rows.values_list("activity", "due"), *_agreed(keys, organisation)])


def both_days(rows: list[Activity], organisation: Organisation) -> tuple[dict[int, dt.date], dict[int, dt.date]]:
    """The last day of each row, and of each row above (`limits`), by the key of the activity; two queries."""
    own, above = {row.pk for row in rows}, {row.origin_id for row in rows if row.origin_id}
    windows = list(_windows(own | above).values_list("activity", "due", "organisation"))
    days = _latest((key, due) for key, due, _ in windows if key in own)
    everybodys = [(key, due) for key, due, only in windows if key in above and only is None]
    return days, _latest([*everybodys, *_agreed(above, organisation)])


def _windows(activities: Iterable[int]) -> QuerySet[Window]:
    return Window.objects.filter(activity__in=activities, due__isnull=False, skipped=False)


def _agreed(activities: Iterable[int], organisation: Organisation) -> QuerySet[Assignment, Any]:
    mine = Assignment.objects.filter(activity__in=activities, executor=organisation, due__isnull=False)
    return mine.values_list("activity", "due")


def last_days(roadmap: RoadMap) -> dict[int, dt.date]:
    """The last day of each row, by the key of the activity."""
    rows = Window.objects.filter(activity__roadmap=roadmap, due__isnull=False, skipped=False)
    return _latest(rows.values_list("activity", "due"))


def _latest(rows: Iterable[tuple[int, dt.date | None]]) -> dict[int, dt.date]:
    found: dict[int, dt.date] = {}
    for activity, due in rows:
        if due is not None:
            found[activity] = max(due, found.get(activity, due))
    return found


@dataclass(slots=True)
class Drafted:
    """A row of a draft beside the row above."""

    fact: Fact
    above: Activity | None
    day: dt.date | None
    limit: dt.date | None
    reason: str = ""

    @property
    def later(self) -> bool:
        return bool(self.day and self.limit and self.day > self.limit)


def drafted_rows(document: Document, rows: dict[str, str], reasons: dict[str, str]) -> list[Drafted]:
    """The rows of a draft in order, each beside its row above where it has one."""
    facts = rows_in_order(document)
    above = {one.public_id: one for one in Activity.objects.filter(public_id__in=rows.values())}
    limit = limits([one.pk for one in above.values()], document.organisation)
    found = []
    for fact in facts:
        row = above.get(rows.get(fact.public_id, ""))
        day = last_day(fact.data.get("deadline"))
        end = limit.get(row.pk) if row else None
        found.append(Drafted(fact, row, day, end, reasons.get(fact.public_id, "")))
    return found


def rows_in_order(document: Document) -> list[Fact]:
    """The facts of all rows of road maps, as the reading gives them."""
    below: dict[int | None, list[Fact]] = defaultdict(list)
    for fact in document.facts.kept().order_by("order", "pk"):
        below[fact.parent_id].append(fact)
    return [
        row
        for roadmap in below[None]
        if roadmap.kind == FactKind.ROADMAP
        for section in below[roadmap.pk]
        if section.kind == FactKind.SECTION
        for row in below[section.pk]
        if row.kind == FactKind.ACTIVITY
    ]


@dataclass(slots=True)
class Child:
    """A road map below, as the one above sees it."""

    roadmap: RoadMap
    counts: Counts = field(default_factory=Counts)
    waiting: int = 0
    accepted: int = 0
    declined: int = 0
    later: list[Activity] = field(default_factory=list)
    refusals: list[Handed] = field(default_factory=list)


def standing(roadmap: RoadMap, user: Actor) -> tuple[list[Child], list[tuple[Activity, Counts]]]:
    """The road maps made from this one that the person may see, and how each of its rows stands below.

    Four queries, a fifth where something is declined.
    """
    handed = Handed.objects.visible(user)
    states = [state.value for state in HandedState]
    here = handed.filter(roadmap=OuterRef("pk")).order_by().values("roadmap").annotate(count=Count("pk"))
    asked = {f"handed_{state}": Coalesce(Subquery(here.filter(state=state).values("count")), 0) for state in states}
    maps = RoadMap.objects.visible(user).filter(parent=roadmap).select_related("organisation", "document")
    found = {
        one.pk: Child(one, **{state: getattr(one, f"handed_{state}") for state in states})
        for one in maps.annotate(**asked).order_by("organisation__sort_name", "pk")
    }
    for pk, counted in counts.by_roadmap([child.roadmap for child in found.values()], user).items():
        found[pk].counts = counted
    if declined := [pk for pk, child in found.items() if child.declined]:
        for one in handed.filter(roadmap__in=declined, state=HandedState.DECLINED).select_related("above"):
            found[one.roadmap_id].refusals.append(one)
    sums = counts.by_origin(roadmap, user)
    late = Q(roadmap__in=found) & ~Q(later_reason="")
    rows = []
    for activity in Activity.objects.in_force().filter(Q(pk__in=sums) | late).order_by("order"):
        if activity.pk in sums:
            rows.append((activity, sums[activity.pk]))
        else:
            found[activity.roadmap_id].later.append(activity)
    return list(found.values()), rows


def below(public_id: str) -> Q:
    """Assignments of rows made from that row, one or two levels down."""
    return Q(activity__origin__public_id=public_id) | Q(activity__origin__origin__public_id=public_id)
