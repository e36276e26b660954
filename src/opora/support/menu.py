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
ORDER = 70  # of the group; its entries stand as they are listed


def items(user: Actor) -> list[MenuItem]:
    """In the order of the work: the cases and what is wrong, who helps, what is talked about, what is set up."""
    known = user.may(Permission.LISTS_VIEW)
    works = known or user.may(Permission.ASSIGNMENTS_REPORT)
    offered = (
        (known, "Дела школ", reverse("support:cases"), "lifebuoy"),
        (known, "Программы", reverse("support:programmes"), "list-check"),
        (may_see_concerns(user), "Сигналы", f"{reverse('support:concerns')}?state=open", "alert-triangle"),
        (works, "Пары школ", reverse("support:pairs"), "users"),
        (works, "Визиты", reverse("support:visits"), "map-pin"),
        (user.may(Permission.ROADMAPS_VIEW), "Заседания", reverse("support:meetings"), "users-group"),
        (user.may(Permission.REGISTRY_EDIT), "Наставники", reverse("support:mentors"), "school"),
        (user.may(Permission.REGISTRY_EDIT), "Резерв", reverse("support:reserve"), "user-star"),
        (user.may(Permission.LISTS_EDIT), "Шаги", reverse("support:step_sets"), "list-numbers"),
    )
    return [MenuItem(label, url, icon=icon, order=ORDER, group=GROUP) for may, label, url, icon in offered if may]


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
