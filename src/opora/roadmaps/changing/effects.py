"""What a changed row does to the windows and assignments that it has."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from dateutil.relativedelta import relativedelta
from django.db.models import Count, Q

from opora.core.actor import Actor
from opora.core.clock import today
from opora.deadlines import from_json
from opora.roadmaps.changing.reading import RowChange
from opora.roadmaps.changing.rows import Json, Row
from opora.roadmaps.lines import Target
from opora.roadmaps.meaning import Meaning
from opora.roadmaps.models import (
    Activity,
    Assignment,
    AssignmentState,
    Part,
    Responsible,
    RoadMap,
    Window,
    WindowOrigin,
)
from opora.roadmaps.windows import Found, windows_for

S = AssignmentState
LIVE = (S.SENT, S.WAITING, S.IN_PROGRESS, S.REPORTED, S.RETURNED)  # whatever is not decided for good
_OF_DOCUMENT = (WindowOrigin.DOCUMENT, WindowOrigin.RECURRENCE, WindowOrigin.INTERIM, WindowOrigin.UNDATED)


@dataclass(slots=True)
class Effect:
    """`created` tells the place of the part, None for the row itself; organisations stand by their keys."""

    moved: list[tuple[Window, Found]] = field(default_factory=list)
    dropped: list[Window] = field(default_factory=list)
    created: list[tuple[int | None, Found]] = field(default_factory=list)
    leaving: set[int] = field(default_factory=set)
    coming: dict[int, Target] = field(default_factory=dict)


@dataclass(slots=True)
class Toll:
    """Over all changes: how many assignments get another day, go, and come."""

    moved: int = 0
    cancelled: int = 0
    new: int = 0

    def add(self, other: Toll) -> None:
        self.moved += other.moved
        self.cancelled += other.cancelled
        self.new += other.new


class Reckoning:
    """Works out effects within one road map; names of responsible ones are resolved once."""

    def __init__(self, roadmap: RoadMap, issued: dt.date, on: dt.date | None = None) -> None:
        self.roadmap, self.issued = roadmap, issued
        self.day = on or today()
        self.meaning = Meaning(roadmap)
        self.until = max(today(), issued) + relativedelta(years=1)
        self._parts: dict[int, list[Part]] | None = None
        self._windows: dict[int, list[Window]] = {}

    def windows(self, deadline: Json | None) -> list[Found]:
        period = (self.roadmap.starts, self.roadmap.ends)
        return windows_for(from_json(deadline) if deadline else None, self.issued, self.until, period)

    def targets(self, people: Iterable[Json]) -> dict[int, Target]:
        """The organisations that responsible ones mean."""
        found: dict[int, Target] = {}
        named = [_named(one) for one in people]
        self.meaning.learn(named)
        for one in named:
            for target in self.meaning.of(one).targets:
                found.setdefault(target.organisation.pk, target)
        return found

    def unknown(self, people: Iterable[Json]) -> list[str]:
        return [one["text"] for one in people if not self.targets([one])]

    def of_change(self, activity: Activity, old: Row, new: Row) -> Effect:
        """The row reads anew."""
        effect = Effect()
        parts, found = self._stored(activity)
        windows: dict[int | None, list[Window]] = defaultdict(list)
        for window in found:
            windows[window.part_id].append(window)
        before: dict[int | None, Json | None] = {None: old.deadline}
        after: dict[int | None, Json | None] = {None: new.deadline}
        before |= {place: part.deadline for place, part in enumerate(old.parts)}
        after |= {place: part.deadline for place, part in enumerate(new.parts)}
        for place in dict.fromkeys([*before, *after]):
            part = parts[place].pk if place is not None and place < len(parts) else None
            known = windows[part] if place is None or part is not None else []
            if place not in after:
                effect.dropped += [one for one in known if one.due is None or one.due >= self.day]
            elif place not in before or _timing(before[place]) != _timing(after[place]):
                self._pair(effect, place, known, self.windows(after[place]))
        self.meaning.learn(map(_named, (*old.responsible, *new.responsible)))
        was, becomes = self.targets(old.responsible), self.targets(new.responsible)
        if not self.unknown(new.responsible):
            effect.leaving = set(was) - set(becomes)
        effect.coming = {key: target for key, target in becomes.items() if key not in was}
        return effect

    def _stored(self, activity: Activity) -> tuple[list[Part], list[Window]]:
        if self._parts is not None:
            return self._parts[activity.pk], self._windows[activity.pk]
        parts = Part.objects.filter(activity=activity).order_by("order", "pk")
        return list(parts), list(Window.objects.filter(activity=activity).order_by("due", "pk"))

    def _pair(self, effect: Effect, place: int | None, known: list[Window], found: list[Found]) -> None:
        """Windows keep their assignments: equal days first, then in order; of several, what is past stays as it is."""
        old = [w for w in known if w.origin in _OF_DOCUMENT and w.organisation_id is None]
        rest = list(found)
        for window in list(old):
            day = window.first_due or window.due
            same = next((one for one in rest if one.due == day and one.starts == window.starts), None)
            if same is not None:
                old.remove(window)
                rest.remove(same)
        if not (len(old) == 1 and len(rest) == 1):
            old = [w for w in old if w.due is None or w.due >= self.day]
        effect.moved += list(zip(old, rest, strict=False))
        effect.dropped += old[len(rest) :]
        effect.created += [(place, one) for one in rest[len(old) :]]

    # -- before anything is done ---------------------------------------------------------------------------------

    def preload(self) -> None:
        """Windows and parts of the whole road map in two queries, for a page that looks at every change."""
        self._parts, self._windows = defaultdict(list), defaultdict(list)
        for part in Part.objects.filter(activity__roadmap=self.roadmap).order_by("order", "pk"):
            self._parts[part.activity_id].append(part)
        for window in Window.objects.filter(activity__roadmap=self.roadmap).order_by("due", "pk"):
            self._windows[window.activity_id].append(window)

    def tolls(self, user: Actor, changes: Iterable[RowChange]) -> dict[str, Toll]:
        """What each change would do to the assignments that the person may see, by its key; in few queries."""
        changes = list(changes)
        self.preload()
        rows = [row for change in changes for row in (change.old, change.new) if row]
        parts = (one for row in rows for part in row.parts for one in part.responsible)
        self.meaning.learn(map(_named, (*(one for row in rows for one in row.responsible), *parts)))
        seen = Assignment.objects.visible(user).filter(roadmap=self.roadmap, state__in=LIVE).order_by()
        by_window = dict(seen.values_list("window").annotate(Count("pk")))
        by_activity = dict(seen.values_list("activity").annotate(Count("pk")))
        found: dict[str, Toll] = {}
        effects: dict[str, tuple[Activity, Effect]] = {}
        for change in changes:
            if change.kind == "added" and change.new:
                found[change.key] = self._of_new(change.new)
            elif change.activity and change.kind == "removed":
                found[change.key] = Toll(cancelled=by_activity.get(change.activity.pk, 0))
            elif change.activity and change.old and change.new:
                effect = self.of_change(change.activity, change.old, change.new)
                effects[change.key] = change.activity, effect
                found[change.key] = self._of_effect(change.activity, effect, change.new, by_window)
        left = Q(pk__in=[])
        for activity, effect in effects.values():
            left |= Q(activity=activity, executor__in=effect.leaving) & ~Q(window__in=effect.dropped)
        leaving = dict(seen.filter(left).values_list("activity").annotate(Count("pk")))
        for key, (activity, _) in effects.items():
            found[key].cancelled += leaving.get(activity.pk, 0)
        return found

    def _of_effect(self, activity: Activity, effect: Effect, new: Row, by_window: dict[int, int]) -> Toll:
        dropped = {window.pk for window in effect.dropped}
        kept = [w for w in self._windows[activity.pk] if not w.skipped and w.pk not in dropped]
        return Toll(
            sum(by_window.get(window.pk, 0) for window, _ in effect.moved),
            sum(by_window.get(key, 0) for key in dropped),
            len(effect.created) * len(self.targets(new.responsible)) + len(effect.coming) * len(kept),
        )

    def _of_new(self, new: Row) -> Toll:
        """What a new row would send: each part of it, or the row itself, to each organisation."""
        lines = [(part.deadline, part.responsible or new.responsible) for part in new.parts]
        lines = lines or [(new.deadline, new.responsible)]
        return Toll(new=sum(len(self.windows(deadline)) * len(self.targets(people)) for deadline, people in lines))


def _named(one: Json) -> Responsible:
    return Responsible(text=one["text"], kind=one["kind"], name=one.get("name") or "", role=one.get("role") or "")


def _timing(deadline: Json | None) -> object:
    """What of a deadline makes its windows."""
    return deadline and (deadline["kind"], deadline["windows"], deadline["recurrence"])
