"""People around an assignment: who may see it, and who of the executor may be asked to do it."""

from __future__ import annotations

from opora.access.models import Membership, User
from opora.access.roles import ROLES
from opora.core.actor import LEVEL
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.roadmaps.models import Assignment

USED_BY_RIGHTS = "active_memberships"  # what `User.may` reads, so that it asks no more


def _roles(permission: Permission) -> list[str]:
    return [code for code, role in ROLES.items() if permission in role.grants]


def _lines(*paths: str) -> set[str]:
    """The organisations at the paths and all above them."""
    return {path[:end] for path in paths for end in range(LEVEL, len(path) + 1, LEVEL)}


def _people(paths: set[str]) -> list[User]:
    """Active people with a membership at one of the paths, with all their memberships: one query."""
    members = Membership.objects.on(today()).filter(
        organisation__path__in=paths, role__in=_roles(Permission.ASSIGNMENTS_VIEW)
    )
    rows = Membership.objects.on(today()).filter(user__in=members.values("user"), user__is_active=True)
    rows = rows.select_related("organisation", "user__person")
    found: dict[int, User] = {}
    for row in rows.order_by("user__person__sort_name", "user__sort_name", "user", "pk"):
        user = found.setdefault(row.user_id, row.user)
        user.__dict__.setdefault(USED_BY_RIGHTS, []).append(row)
    return list(found.values())


def onlookers(assignment: Assignment) -> list[User]:
    """All who may see the assignment."""
    paths = _lines(assignment.executor.path, assignment.controller.path)
    return [user for user in _people(paths) if assignment.seen_by(user)]


def colleagues(assignment: Assignment) -> list[User]:
    """Those of the very organisation that executes who may write its report."""
    path = assignment.executor.path
    return [
        user for user in _people({path}) if assignment.seen_by(user) and user.may(Permission.ASSIGNMENTS_REPORT, path)
    ]
