"""The responsible ones of a road map -> organisations of its territory; what did not resolve is named, not guessed."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.db.models import Count

from opora.access.models import Membership
from opora.access.roles import ROLES
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.text import fold
from opora.lists.queries import Period, period
from opora.registry.models import Alias, Body, Organisation, Person
from opora.registry.models.organisations import AliasTarget, OrganisationKind
from opora.registry.resolve import Resolver, resolve_person
from opora.roadmaps.groups import BY_CODE, Group, executor_of, group_of, members
from opora.roadmaps.memberships import compared, day_of
from opora.roadmaps.models import Activity, Assignment, Part, Responsible, RoadMap, Window

_ROLE = re.compile(r"\s*\((?:утверждение|согласование|по согласованию)[^)]*\)\s*$")
_BODY = re.compile(r"рабоч\w+ групп|комисси|координационн\w+ совет")
ORGANISATION, GROUP = "организация", "группа"  # how a name was resolved
SINGLE = (OrganisationKind.REGION_AUTHORITY, OrganisationKind.INSTITUTE)  # a region has one of each
_STEPS = ("", "утверждение", "согласование")  # what is made is approved, then agreed on
_LATER = re.compile(r"\s*\(далее[^)]*\)\s*$")


def _order(role: str) -> int:
    return _STEPS.index(role) if role in _STEPS else 0


@dataclass(frozen=True, slots=True)
class Target:
    """One organisation that executes, and why."""

    organisation: Organisation
    via_list: bool = False
    body: Body | None = None
    person: Person | None = None
    role: str = ""
    step: int = 0  # of the line: later steps wait for the earlier ones
    periods: frozenset[Period] | None = None  # in which it is listed; None asks nothing of lists


@dataclass(frozen=True, slots=True)
class Joint:
    """Named organisations that report together: who leads, and who gives their part to the lead."""

    leader: Organisation
    others: list[Organisation]


@dataclass(slots=True)
class Resolved:
    """A responsible one with its organisations; none where the name is unknown."""

    responsible: Responsible
    targets: list[Target] = field(default_factory=list)
    how: str = ""  # Russian: «группа: …», «организация», «рабочая группа», «человек»

    @property
    def names_one(self) -> bool:
        """Whether it names an organisation, not a group of them, a body or a person."""
        if self.how == ORGANISATION:
            return self.responsible.kind == "organisation"
        alone = len(self.targets) == 1 and self.how.startswith(GROUP)
        return alone and self.targets[0].organisation.kind in SINGLE

    @property
    def unknown(self) -> bool:
        return not self.targets and not self.responsible.skipped and not self.how


@dataclass
class Line:
    """An activity, or one part of it, with everything it becomes."""

    activity: Activity
    part: Part | None
    windows: list[Window]
    resolved: list[Resolved]
    sent: dict[int, int]  # how many assignments there are, by the key of the window

    @property
    def text(self) -> str:
        return self.part.text if self.part else self.activity.text

    @cached_property
    def targets(self) -> list[Target]:
        """Each organisation once: named twice, it has one assignment, of the step in which it stands first.

        What a school has to do anyway is not its work by the list: that others have it too would tell the list.
        """
        found: dict[int, Target] = {}
        for one in sorted(self.resolved, key=lambda one: _order(one.responsible.role)):
            for target in one.targets:
                there = found.setdefault(target.organisation.pk, target)
                if there.via_list and not target.via_list:
                    found[target.organisation.pk] = target
        steps = sorted({_order(role) for role in {target.role for target in found.values()}})
        if len(steps) < 2:
            return list(found.values())
        return [replace(target, step=steps.index(_order(target.role))) for target in found.values()]

    @property
    def named(self) -> list[Organisation]:
        """The organisations that are named one by one, without a step of their own; «ИРО» is such a name too."""
        rows = (one for one in self.resolved if not one.responsible.role and one.names_one)
        return list({t.organisation.pk: t.organisation for one in rows for t in one.targets}.values())

    @property
    def joint(self) -> Joint | None:
        """Several named organisations report together, unless the sender wants each to report alone."""
        named = self.named
        if not self.activity.joint or len(named) < 2:
            return None
        leader = next((o for o in named if o.pk == self.activity.leader_id), named[0])
        return Joint(leader, [o for o in named if o != leader])

    @cached_property
    def listed(self) -> bool:
        """Whether it asks schools of a list: whom depends on the school year."""
        return any(one.targets and one.targets[0].via_list for one in self.resolved)

    def _asked(self, window: Window) -> list[Target]:
        """The listed schools are those of the window's school year."""
        if not self.listed:
            return self.targets
        now = period(day_of(window))
        return [target for target in self.targets if target.periods is None or now in target.periods]

    @property
    def sendable(self) -> list[Window]:
        return [window for window in self.windows if not window.skipped]

    def targets_of(self, window: Window) -> list[Target]:
        """Who reports on this window: those it is narrowed to; on the undated one those who have no day yet."""
        if window.organisation:
            return _inside(self._asked(window), [window])
        dated = [one for one in self.sendable if one.replaces_undated] if window.due is None else []
        if any(one.organisation is None for one in dated):
            return []
        taken = {target.organisation.pk for target in _inside(self.targets, dated)}
        asked = self._asked(window)
        return [target for target in asked if target.organisation.pk not in taken] if taken else asked

    @property
    def count(self) -> int:
        return sum(len(self.targets_of(window)) for window in self.sendable)

    @property
    def existing(self) -> int:
        return sum(self.sent.values())

    @property
    def new(self) -> int:
        return sum(max(len(self.targets_of(window)) - self.sent.get(window.pk, 0), 0) for window in self.sendable)

    @property
    def unknown(self) -> list[Resolved]:
        return [one for one in self.resolved if one.unknown]

    @property
    def past(self) -> list[Window]:
        """Windows whose day has passed and by which nothing was sent."""
        return [window for window in self.sendable if window.is_past(today()) and not self.sent.get(window.pk)]


@dataclass
class Expansion:
    """The whole road map expanded."""

    roadmap: RoadMap
    lines: list[Line]
    joined: list[Organisation] = field(default_factory=list)  # listed since the last sending
    left: list[Organisation] = field(default_factory=list)  # with work by a list in which they stand no more

    @property
    def total(self) -> int:
        return sum(line.count for line in self.lines)

    @property
    def new(self) -> int:
        return sum(line.new for line in self.lines)

    @property
    def unknown(self) -> list[tuple[str, list[Line]]]:
        """Each name that did not resolve, with the rows it stands in."""
        found: dict[str, tuple[str, list[Line]]] = {}
        for line in self.lines:
            for one in line.unknown:
                found.setdefault(fold(one.responsible.text), (one.responsible.text, []))[1].append(line)
        return list(found.values())

    @cached_property
    def executors(self) -> dict[int, Organisation]:
        named = {id(one.targets): one.targets for line in self.lines for one in line.resolved}
        return {t.organisation.pk: t.organisation for targets in named.values() for t in targets}

    @property
    def past(self) -> list[tuple[Line, Window]]:
        return [(line, window) for line in self.lines for window in line.past]

    @property
    def without_responsible(self) -> list[Line]:
        return [line for line in self.lines if not line.resolved]

    def without_account(self) -> list[Organisation]:
        """Executors in whose name nobody can sign in; of a confidential road map, nobody who may see what it asks."""
        executors = self.executors
        seen = Membership.objects.on(today()).filter(user__is_active=True)
        seen = seen.filter(Organisation(path=self.roadmap.organisation.root_path).scope.q("organisation__path"))
        if self.roadmap.confidential:
            roles = [code for code, role in ROLES.items() if Permission.LISTS_VIEW in role.grants]
            seen = seen.filter(role__in=roles)
        have = set(seen.values_list("organisation", flat=True).distinct())
        return sorted((o for pk, o in executors.items() if pk not in have), key=lambda o: o.sort_name)


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


def _inside(targets: Iterable[Target], windows: Iterable[Window]) -> list[Target]:
    """The targets in the parts of the tree to which the windows are narrowed."""
    paths = tuple(window.organisation.path for window in windows if window.organisation)
    return [target for target in targets if paths and target.organisation.path.startswith(paths)]


def _by_activity(parts: Iterable[Part]) -> dict[int, list[Part]]:
    found: dict[int, list[Part]] = defaultdict(list)
    for part in parts:
        found[part.activity_id].append(part)
    return found
