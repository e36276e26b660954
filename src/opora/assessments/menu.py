"""Where results and identification show: the menu, and the tab of a school."""

from __future__ import annotations

from django.urls import reverse

from opora.assessments.queries.deciding import sees_municipalities
from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.lists.models import SchoolList
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.ui.points import MenuItem, OrganisationLike, Tab

GROUP = "Выявление"
_ENTRIES = (  # permission, label, view, icon, order
    (Permission.LISTS_VIEW, "Результаты", "assessments:results", "chart-bar", 58),
    (Permission.RESULTS_EDIT, "Загрузка результатов", "assessments:loadings", "database-import", 60),
    (Permission.LISTS_EDIT, "Расчёты", "assessments:runs", "calculator", 62),
    (Permission.LISTS_EDIT, "Лаборатория", "assessments:trials", "flask", 63),
    (Permission.LISTS_EDIT, "Проекты списков", "assessments:selections", "list-details", 64),
    (Permission.LISTS_VIEW, "Возражения школ", "assessments:objections", "message-report", 66),
)


def items(user: Actor) -> list[MenuItem]:
    return [
        MenuItem(label, reverse(view), icon=icon, order=order, group=GROUP)
        for permission, label, view, icon, order in _ENTRIES
        if user.may(permission)
    ]


def papers(user: Actor, school_list: SchoolList) -> list[Tab]:
    """Letters are to municipalities: for those who may know all of one's schools, or more."""
    if school_list.is_draft or not sees_municipalities(user):
        return []
    return [Tab("Письма муниципалитетам", reverse("assessments:letters", args=[school_list.public_id]), order=10)]


def tabs(user: Actor, organisation: OrganisationLike) -> list[Tab]:
    is_school = isinstance(organisation, Organisation) and organisation.kind == OrganisationKind.SCHOOL
    if not is_school or not knowledge(user).of(organisation.path):
        return []
    return [Tab("Результаты", reverse("assessments:school", args=[organisation.public_id]), order=40)]
