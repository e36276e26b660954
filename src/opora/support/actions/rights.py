"""Who does the steps of a case."""

from __future__ import annotations

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.registry.models import Organisation
from opora.support.models import Case, Step, Who

_RIGHTS = {Who.MUNICIPALITY: Permission.ASSIGNMENTS_DECIDE, Who.SCHOOL: Permission.ASSIGNMENTS_SUBMIT}


def may_do(user: Actor, case: Case, step: Step | None) -> bool:
    return step is not None and may_act(user, case.school, Who(step.who))


def may_act(user: Actor, school: Organisation, who: Who) -> bool:
    """Whoever does such steps of the school, and the region, which writes its lists."""
    path = school.path
    if not user.may(Permission.LISTS_VIEW, path):
        return False
    if user.may(Permission.LISTS_EDIT, path):
        return True
    right = _RIGHTS.get(who)
    if right is None:
        return False
    return user.may(right, path) and (who != Who.SCHOOL or path in user.own.paths)
