"""Visits that stand in a season: which stay when it is planned again, and what a new plan changes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Prefetch

from opora.core.clock import today
from opora.registry.models import Organisation
from opora.support.models.mentoring import Mentor
from opora.support.models.visits import Season, Visit, VisitMember, VisitState

Team = dict[int, list[str]]  # mentor (key) -> codes of subjects


def standing(season: Season) -> list[Visit]:
    """All visits of the region in the weeks of a season that are not cancelled, with their teams; two queries."""
    first, last = season.first, season.last
    weeks = (first - dt.timedelta(days=first.weekday()), last + dt.timedelta(days=6 - last.weekday()))
    found = Visit.objects.filter(season.territory.scope.q("school__path"), day__range=weeks)
    team = VisitMember.objects.select_related("mentor__organisation")
    found = found.exclude(state=VisitState.CANCELLED).select_related("school__parent").order_by("day", "pk")
    return list(found.prefetch_related(Prefetch("team", queryset=team)))


def why_stays(visit: Visit, season: Season) -> str:
    """Why a new plan of the season leaves a visit as it is, in words; nothing where it may be planned anew."""
    sides = [("школой", visit.school_agreed_at), ("муниципалитетом", visit.area_agreed_at)]
    agreed = " и ".join(side for side, at in sides if at)
    if visit.state == VisitState.HELD:
        return "состоялся"
    if agreed:
        return f"согласован {agreed}"
    if visit.season_id != season.root.pk:
        return "назначен не этим сезоном"
    if visit.by_hand:
        return "перенесён вручную"
    return "его день наступил" if visit.day <= today() else ""


def digest(visits: list[Visit]) -> str:
    """Changes whenever one of them does."""
    rows = [
        [one.pk, str(one.day), one.state, bool(one.school_agreed_at), bool(one.area_agreed_at), one.by_hand, _team(one)]
        for one in visits
    ]
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


def _team(visit: Visit) -> Team:
    return {one.mentor_id: sorted(one.subjects) for one in visit.team.all()}


@dataclass(frozen=True, slots=True)
class Going:
    """A visit as a plan wants it; `visit` where one that stands is moved to `day`."""

    school: Organisation
    day: dt.date
    team: Team
    people: list[Mentor]
    visit: Visit | None = None


@dataclass(slots=True)
class Changes:
    """What a new plan does to the visits that stand; `stale` where they have changed since it was made."""

    stale: bool = False
    stays: list[tuple[Visit, str]] = field(default_factory=list)  # with the reason
    same: list[Visit] = field(default_factory=list)  # free, and planned as they were
    moved: list[Going] = field(default_factory=list)
    new: list[Going] = field(default_factory=list)
    dropped: list[Visit] = field(default_factory=list)

    @property
    def any(self) -> bool:
        return bool(self.moved or self.new or self.dropped)


def changes(again: Season) -> Changes:
    """Of a plan made again; a visit is moved where the same people come to the same school on another day."""
    visits = standing(again.root)
    found = Changes(stale=digest(visits) != again.seen or again.first <= today())
    free: dict[int, list[Visit]] = defaultdict(list)
    for visit in visits:
        if why := why_stays(visit, again):
            found.stays.append((visit, why))
        else:
            free[visit.school_id].append(visit)
    planned: dict[int, list[Going]] = defaultdict(list)
    for one in _planned(again):
        planned[one.school.pk].append(one)
    for school in free.keys() | planned.keys():
        _match(free[school], planned[school], found)
    for rows in (found.moved, found.new):
        rows.sort(key=lambda one: (one.day, one.school.sort_name))
    for left in (found.same, found.dropped):
        left.sort(key=lambda one: (one.day, one.pk))
    return found


def _planned(again: Season) -> list[Going]:
    made: dict[tuple[int, dt.date], Going] = {}
    for wish in again.wishes.filter(day__isnull=False).select_related("school__parent", "methodist__organisation"):
        if wish.day is None or wish.methodist is None:
            continue
        one = made.setdefault((wish.school_id, wish.day), Going(wish.school, wish.day, {}, []))
        if wish.methodist_id not in one.team:
            one.people.append(wish.methodist)
        one.team.setdefault(wish.methodist.pk, []).append(wish.subject)
    return list(made.values())


def _match(free: list[Visit], planned: list[Going], found: Changes) -> None:
    """Of one school: the same day and work first, then the same people on a day that no other visit of it has."""
    waiting, days = list(free), {one.day for one in free}
    rest: list[Going] = []
    for one in planned:
        team = {mentor: sorted(subjects) for mentor, subjects in one.team.items()}
        same = next((visit for visit in waiting if visit.day == one.day and _team(visit) == team), None)
        if same:
            waiting.remove(same)
            found.same.append(same)
        else:
            rest.append(one)
    for one in rest:
        alike = (visit for visit in waiting if _team(visit).keys() == one.team.keys())
        own = next((visit for visit in alike if one.day == visit.day or one.day not in days), None)
        if own:
            waiting.remove(own)
            found.moved.append(Going(one.school, one.day, one.team, one.people, own))
        else:
            found.new.append(one)
    found.dropped += waiting
