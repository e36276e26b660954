"""What a reader must hold, and who is left out."""

from __future__ import annotations

from collections.abc import Iterable

from opora.access.models import User
from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.registry.models import Organisation
from opora.roadmaps.models import Assignment

REMARK = 200  # characters of what was written that a notice repeats


def needs_of(assignment: Assignment, permission: Permission, organisation: Organisation) -> tuple[Permission, str]:
    """What a reader must hold: the right to the lists where the work tells that a school is listed."""
    if assignment.via_list or assignment.roadmap.confidential:
        return Permission.LISTS_VIEW, assignment.executor.path
    return permission, organisation.path


def others(users: Iterable[User], by: Actor) -> list[User]:
    return [user for user in users if user.actor_id != by.actor_id]


def clipped(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= REMARK else text[:REMARK].rstrip() + "…"
