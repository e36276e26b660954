"""The responsible ones of a road map -> organisations of its territory; what did not resolve is named, not guessed."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from django.db.models import Count

from opora.core.clock import today
from opora.core.text import fold
from opora.lists.queries import Period, period
from opora.registry.models import Alias, Body, Organisation
from opora.registry.models.organisations import AliasTarget
from opora.registry.resolve import Resolver, resolve_person
from opora.roadmaps.groups import BY_CODE, Group, executor_of, group_of, members
from opora.roadmaps.lines import GROUP, ORGANISATION, Expansion, Line, Resolved, Target, day_of
from opora.roadmaps.memberships import compared
from opora.roadmaps.models import Assignment, Part, Responsible, RoadMap, Window

_ROLE = re.compile(r"\s*\((?:утверждение|согласование|по согласованию)[^)]*\)\s*$")
_BODY = re.compile(r"рабоч\w+ групп|комисси|координационн\w+ совет")
_LATER = re.compile(r"\s*\(далее[^)]*\)\s*$")


def expand(roadmap: RoadMap) -> Expansion:
    """Everything that sending would make. The number of queries does not grow with activities or organisations."""
    return Expander(roadmap).run()


class Expander:
    """Names of one road map -> organisations; each is looked up once."""

    def __init__(self, roadmap: RoadMap) -> None:
        self.roadmap = roadmap
        self.territory = roadmap.organisation
        self.resolver = Resolver(self.territory, ())
        self.groups = {
            alias.folded: BY_CODE[alias.group]
            for alias in Alias.objects.filter(target=AliasTarget.GROUP, territory__path__in=self._levels())
            if alias.group in BY_CODE
        }
        self._members: dict[str, list[Target]] = {}
        self._days: dict[Period, dt.date] = {}  # one day of each period in which there is work
        self._known: dict[str, tuple[list[Target], str]] = {}

    @property
    def _listed_groups(self) -> bool:
        return any(BY_CODE[code].listed for code in self._members)

    def _levels(self) -> list[str]:
        return [*self.territory.ancestor_paths, self.territory.path]

    def meet(self, windows: Iterable[Window]) -> None:
        """The days on which schools have to be listed: those of the windows; without any, today."""
        for window in windows:
            self._days.setdefault(period(day_of(window)), day_of(window))
        self._days = self._days or {period(today()): today()}

    def run(self) -> Expansion:
        activities = list(self.roadmap.activities.in_force().select_related("section").order_by("order"))
        parts = _by_activity(Part.objects.filter(activity__roadmap=self.roadmap))
        windows: dict[tuple[int, int | None], list[Window]] = defaultdict(list)
        rows = Window.objects.filter(activity__roadmap=self.roadmap).select_related("organisation")
        for window in rows.order_by("due", "pk"):
            windows[(window.activity_id, window.part_id)].append(window)
        self.meet(window for found in windows.values() for window in found)
        people: dict[tuple[int, int | None], list[Responsible]] = defaultdict(list)
        for one in Responsible.objects.filter(activity__roadmap=self.roadmap).order_by("order"):
            people[(one.activity_id, one.part_id)].append(one)
        self.learn(one for found in people.values() for one in found)
        sent = Assignment.objects.filter(roadmap=self.roadmap).order_by().values_list("window").annotate(Count("pk"))
        by_window = dict(sent)
        changed = [activity.pk for activity in activities if activity.readdressed]
        holders: dict[int, set[int]] = defaultdict(set)  # of rows whose executors changed: who has the work already
        for pk, executor in Assignment.objects.filter(activity__in=changed).values_list("window", "executor"):
            holders[pk].add(executor)
        lines = []
        for activity in activities:
            divided: list[Part | None] = list(parts[activity.pk]) if activity.divided else []
            for part in divided or [None]:
                key = (activity.pk, part.pk if part else None)
                found = people[key] or people[(activity.pk, None)]
                resolved = [self.resolve(one) for one in found]
                counted = {w.pk: by_window[w.pk] for w in windows[key] if w.pk in by_window}
                line = Line(activity, part, windows[key], resolved, counted)
                if activity.readdressed:
                    asked = {w.pk: {t.organisation.pk for t in line.targets_of(w)} for w in line.windows}
                    line.sent = {pk: len(holders[pk] & asked[pk]) for pk in counted}
                lines.append(line)
        joined, left = compared(self.roadmap, lines) if self._listed_groups else ([], [])
        return Expansion(self.roadmap, lines, joined, left)

    def learn(self, people: Iterable[Responsible]) -> None:
        """Read from the registry what these may be called, all at once."""
        rows = [one for one in people if not one.skipped]
        self.resolver.learn([name for one in rows for name in (*self._names(one), self._place(one))])

    def _names(self, one: Responsible) -> list[str]:
        """What to look for: the words as they stand, without what is said beside them, and written out."""
        text = _LATER.sub("", _ROLE.sub("", one.text)).strip()
        return [name for name in dict.fromkeys([one.text, text, self._long(text)]) if name]

    @staticmethod
    def _place(one: Responsible) -> str:
        """«директор, МБОУ «СОШ № 6»»: where somebody works."""
        text = _LATER.sub("", _ROLE.sub("", one.text)).strip()
        return text.partition(" ")[2].rpartition(", ")[2] if one.kind in ("position", "person") else ""

    def resolve(self, one: Responsible) -> Resolved:
        if one.skipped:
            return Resolved(one)
        key = fold(one.text)
        if key not in self._known:
            self._known[key] = self._find(one)
        targets, how = self._known[key]
        if one.role:
            targets = [replace(target, role=one.role) for target in targets]
        return Resolved(one, targets, how)

    def _find(self, one: Responsible) -> tuple[list[Target], str]:
        """By alias, then as a group, an organisation or body, a person; then the same for what it abbreviates."""
        for name in self._names(one):
            found = self._named(name, person=bool(one.name))
            if found:
                return found
        if one.name:
            person = resolve_person(one.name, self.territory)
            post = person.posts.select_related("organisation").first() if person else None
            if person and post:
                return [Target(post.organisation, person=person)], "человек"
        place = self.resolver.resolve(self._place(one))
        if isinstance(place, Organisation):
            return [Target(place)], ORGANISATION
        return [], ""

    def _long(self, text: str) -> str:
        return str(self.roadmap.abbreviations.get(text, ""))

    def _named(self, name: str, *, person: bool) -> tuple[list[Target], str] | None:
        alias = self.groups.get(fold(name))
        if alias:
            return self._group(alias)
        found = self.resolver.resolve(name)
        if isinstance(found, Body):
            executor = executor_of(found)
            return [Target(executor, body=found)], "рабочая группа"
        if found is not None:
            return [Target(found)], ORGANISATION
        if fold(name) in (fold(self.territory.name), fold(self.territory.short_name)):
            return [Target(self.territory)], ORGANISATION
        if person:  # «Баркалова Е.В., муниципальный координатор» is one person, not every municipality
            return None
        body = self._only_body(name)
        if body:
            return [Target(executor_of(body), body=body)], "рабочая группа"
        group = group_of(name)
        return self._group(group) if group and not _BODY.search(fold(name)) else None

    def _only_body(self, name: str) -> Body | None:
        """«Региональная рабочая группа»: the one that this document set up."""
        if not _BODY.search(fold(name)):
            return None
        bodies = list(Body.objects.filter(document_id=self.roadmap.document.public_id, dissolved_on__isnull=True)[:2])
        return bodies[0] if len(bodies) == 1 else None

    def _group(self, group: Group) -> tuple[list[Target], str]:
        if group.code not in self._members:
            self._members[group.code] = self._listed(group) if group.listed else self._all(group)
        found = self._members[group.code]
        return found, f"{GROUP}: {group.title} ({len(found)})"

    def _all(self, group: Group) -> list[Target]:
        return [Target(one) for one in members(group, self.territory)]

    def _listed(self, group: Group) -> list[Target]:
        """The schools of each period in which there is work."""
        found: dict[int, Target] = {}
        for now, day in self._days.items():
            for one in members(group, self.territory, day):
                there = found.setdefault(one.pk, Target(one, via_list=True, periods=frozenset()))
                found[one.pk] = replace(there, periods=(there.periods or frozenset()) | {now})
        return list(found.values())


def _by_activity(parts: Iterable[Part]) -> dict[int, list[Part]]:
    found: dict[int, list[Part]] = defaultdict(list)
    for part in parts:
        found[part.activity_id].append(part)
    return found
