"""What a road map becomes when it is sent: its lines, who executes each and by which day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from opora.access.models import Membership
from opora.access.roles import ROLES
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.text import fold
from opora.lists.queries import Period, period
from opora.registry.models import Body, Organisation, Person
from opora.registry.models.organisations import OrganisationKind
from opora.roadmaps.models import Activity, Part, Responsible, RoadMap, Window

ORGANISATION, GROUP = "организация", "группа"  # how a name was resolved
SINGLE = (OrganisationKind.REGION_AUTHORITY, OrganisationKind.INSTITUTE)  # a region has one of each
_STEPS = ("", "утверждение", "согласование")  # what is made is approved, then agreed on


def day_of(window: Window) -> dt.date:
    """The day by which the school year of a window's work is known."""
    return window.due or window.starts or today()


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


def _inside(targets: Iterable[Target], windows: Iterable[Window]) -> list[Target]:
    """The targets in the parts of the tree to which the windows are narrowed."""
    paths = tuple(window.organisation.path for window in windows if window.organisation)
    return [target for target in targets if paths and target.organisation.path.startswith(paths)]
