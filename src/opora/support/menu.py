"""Where cases show: the menu, and the tab of a school; for those who may know that it is listed."""

from __future__ import annotations

from django.urls import reverse

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.documents.models import Document, DocumentState, FactKind
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.support.queries.concerns import may_see as may_see_concerns
from opora.ui.points import MenuItem, OrganisationLike, Tab

GROUP = "Сопровождение"


def items(user: Actor) -> list[MenuItem]:
    found = []
    if user.may(Permission.LISTS_VIEW):
        found.append(MenuItem("Дела школ", reverse("support:cases"), icon="lifebuoy", order=70, group=GROUP))
        found.append(MenuItem("Программы", reverse("support:programmes"), icon="list-check", order=71, group=GROUP))
    if user.may(Permission.ROADMAPS_VIEW):
        found.append(MenuItem("Заседания", reverse("support:meetings"), icon="users-group", order=73, group=GROUP))
    if may_see_concerns(user):
        url = f"{reverse('support:concerns')}?state=open"
        found.append(MenuItem("Сигналы", url, icon="alert-triangle", order=71, group=GROUP))
    if user.may(Permission.LISTS_VIEW) or user.may(Permission.ASSIGNMENTS_REPORT):
        found.append(MenuItem("Пары школ", reverse("support:pairs"), icon="users", order=71, group=GROUP))
        found.append(MenuItem("Визиты", reverse("support:visits"), icon="map-pin", order=71, group=GROUP))
    if user.may(Permission.REGISTRY_EDIT):
        found.append(MenuItem("Наставники", reverse("support:mentors"), icon="school", order=71, group=GROUP))
        found.append(MenuItem("Резерв", reverse("support:reserve"), icon="user-star", order=72, group=GROUP))
    if user.may(Permission.LISTS_EDIT):
        found.append(MenuItem("Шаги", reverse("support:step_sets"), icon="list-numbers", order=72, group=GROUP))
    return found


def tabs(user: Actor, organisation: OrganisationLike) -> list[Tab]:
    is_school = isinstance(organisation, Organisation) and organisation.kind == OrganisationKind.SCHOOL
    if not is_school or not knowledge(user).of(organisation.path):
        return []
    return [Tab("Сопровождение", reverse("support:school", args=[organisation.public_id]), order=45)]


def document_tabs(user: Actor, document: Document) -> list[Tab]:
    """Pairs that an approved document names, for those who may make them."""
    if document.state != DocumentState.APPROVED or not user.may(Permission.LISTS_EDIT, document.organisation.path):
        return []
    if FactKind.PARTNERSHIP not in document.fact_kinds:
        return []
    return [Tab("Пары школ", reverse("support:document_pairs", args=[document.public_id]), order=60)]
