"""Executors of decisions, controllers of reports."""

from __future__ import annotations

from opora.access.queries import who
from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.notices.actions import notify
from opora.notices.models import NoticeKind
from opora.roadmaps.menu import assignment_url
from opora.roadmaps.models import Assignment
from opora.roadmaps.telling.common import clipped, needs_of, others


def tell_executors(
    assignment: Assignment, *, by: Actor, kind: NoticeKind, text: str, key: str, remark: str = ""
) -> int:
    """Tell those who report for the executor; `text` is continued by what the work is."""
    said = f"{text}: {assignment.activity.label}."
    if remark:
        said += f" {clipped(remark)}"
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
