"""For which territory a person loads results: the region of his right."""

from __future__ import annotations

from opora.assessments.actions.common import TO_LOAD
from opora.core.actor import Actor, Denied, require
from opora.core.permissions import Permission
from opora.registry.models import Organisation


def territory_of(user: Actor) -> Organisation:
    """The highest organisation in which the person may load results. Raises `Denied` where there is none."""
    require(user, Permission.RESULTS_EDIT, to=TO_LOAD)
    scope = user.scope(Permission.RESULTS_EDIT)
    found = Organisation.objects.filter(scope.q("path")).order_by("path").first()
    if found is None:
        raise Denied("Территория, для которой вы загружаете результаты, не найдена. Обратитесь к администратору.")
    return found
