"""Where the lists show: the menu of authorities, and a tab of a school for those who may know."""

from __future__ import annotations

from django.urls import reverse

from opora.core.actor import LEVEL, Actor
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.lists.summary import may_count, regions
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.ui.points import MenuItem, OrganisationLike, Tab

SCHOOL = 3 * LEVEL  # digits of a school's path: region, municipality, school


def items(user: Actor) -> list[MenuItem]:
    if all(len(path) >= SCHOOL for path in knowledge(user).scope.paths):
        return _counts(user)
    found = [MenuItem("Списки школ", reverse("lists:lists"), icon="list-check", order=50)]
    if any(len(path) == LEVEL for path in user.scope(Permission.LISTS_EDIT).paths):
        found.append(MenuItem("Кто видит списки", reverse("lists:policy"), icon="eye", order=94, group="Управление"))
    return found


def _counts(user: Actor) -> list[MenuItem]:
    """For those who see the work of a whole region and may not know which schools are listed."""
    if not any(may_count(user, path) for path in regions(user)):
        return []
    return [MenuItem("Сколько школ в списках", reverse("lists:counts"), icon="list-check", order=50)]


def tabs(user: Actor, organisation: OrganisationLike) -> list[Tab]:
    is_school = isinstance(organisation, Organisation) and organisation.kind == OrganisationKind.SCHOOL
    if not is_school or not knowledge(user).of(organisation.path):
        return []
    return [Tab("Списки", reverse("lists:school", args=[organisation.public_id]), order=50)]
