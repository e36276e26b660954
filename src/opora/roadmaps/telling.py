"""Who is told of what happens to assignments. Called inside the actions; nobody is told of what he did himself."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse

from opora.access.models import User
from opora.access.queries import who, who_in
from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.notices.actions import Telling, notify, notify_many
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation
from opora.roadmaps.menu import assignment_url
from opora.roadmaps.models import Assignment, RoadMap

AT_ONCE = 500  # organisations
REMARK = 200  # characters of a remark that a notice repeats


def tell_executors(
    assignment: Assignment, *, by: Actor, kind: NoticeKind, text: str, key: str, remark: str = ""
) -> int:
    """Tell those who report for the executor; `text` is continued by what the work is."""
    said = f"{text}: {assignment.activity.label}."
    if remark:
        said += f" {_clipped(remark)}"
    users = who(Permission.ASSIGNMENTS_REPORT, assignment.executor)
    needs = needs_of(assignment, Permission.ASSIGNMENTS_REPORT, assignment.executor)
    url = assignment_url(assignment)
    return notify(others(users, by), kind=kind, text=said, url=url, on=assignment, key=key, needs=needs)


def tell_controllers(assignment: Assignment, *, by: Actor, text: str, key: str) -> int:
    """Tell those who decide for the controller that something waits for them."""
    said = f"{text}: {assignment.executor}, {assignment.activity.label}."
    users = who(Permission.ASSIGNMENTS_DECIDE, assignment.controller)
    needs = needs_of(assignment, Permission.ASSIGNMENTS_DECIDE, assignment.controller)
    kind, url = NoticeKind.DECISION, assignment_url(assignment)
    return notify(others(users, by), kind=kind, text=said, url=url, on=assignment, key=key, needs=needs)


def needs_of(assignment: Assignment, permission: Permission, organisation: Organisation) -> tuple[Permission, str]:
    """What a reader must hold: the right to the lists where the work tells that a school is listed."""
    if assignment.via_list or assignment.roadmap.confidential:
        return Permission.LISTS_VIEW, assignment.executor.path
    return permission, organisation.path


def others(users: Iterable[User], by: Actor) -> list[User]:
    return [user for user in users if user.actor_id != by.actor_id]


def _clipped(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= REMARK else text[:REMARK].rstrip() + "…"


class Sending:
    """Tells each organisation once of a sending, however many assignments it gets and in how many chunks.

    `key` names the sending: one that goes on after its worker died has the same.
    """

    def __init__(self, roadmap: RoadMap, *, by: Actor, key: str) -> None:
        self.roadmap, self.by, self.key = roadmap, by, key
        self._told: set[int] = set()  # so that a chunk pays for the organisations it is the first to reach

    def tell(self, sent: Iterable[tuple[Organisation, bool]]) -> None:
        """In the transaction that stores them: the organisations, and whether a list is why they got work."""
        openly: dict[int, Organisation] = {}
        closed: dict[int, Organisation] = {}
        for organisation, via_list in sent:
            if organisation.pk not in self._told:
                (closed if via_list or self.roadmap.confidential else openly)[organisation.pk] = organisation
        closed = {key: one for key, one in closed.items() if key not in openly}
        new = [*openly.items(), *closed.items()]
        for start in range(0, len(new), AT_ONCE):
            some = dict(new[start : start + AT_ONCE])
            self._tell({k: o for k, o in some.items() if k in openly}, {k: o for k, o in some.items() if k in closed})
        transaction.on_commit(lambda: self._told.update(openly, closed))

    def _tell(self, openly: dict[int, Organisation], closed: dict[int, Organisation]) -> None:
        users = who_in(Permission.ASSIGNMENTS_REPORT, [*openly, *closed])
        knowing = {key: {user.pk for user in found} for key, found in who_in(Permission.LISTS_VIEW, closed).items()}
        tellings = [
            self._telling(one, Permission.ASSIGNMENTS_REPORT, users.get(key, ())) for key, one in openly.items()
        ]
        for key, one in closed.items():
            found = [user for user in users.get(key, ()) if user.pk in knowing.get(key, ())]
            tellings.append(self._telling(one, Permission.LISTS_VIEW, found))
        notify_many(tellings)

    @property
    def _words(self) -> str:
        """Who executes confidential work need not know of what road map it is part."""
        if self.roadmap.confidential:
            return "Поступили поручения с ограниченным доступом."
        return f"Поступили поручения по дорожной карте «{_clipped(self.roadmap.title)}»."

    def _telling(self, organisation: Organisation, permission: Permission, users: Iterable[User]) -> Telling:
        return Telling(
            others(users, self.by),
            NoticeKind.ASSIGNED,
            self._words,
            f"{reverse('roadmaps:assignments')}?whose=mine&state=open&roadmap={self.roadmap.public_id}",
            self.roadmap,
            f"assigned:{self.key}:{organisation.public_id}",
            (permission, organisation.path),
        )
