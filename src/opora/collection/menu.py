"""Where the collection of data shows: the menu."""

from __future__ import annotations

from django.urls import reverse

from opora.collection.queries.naming import NAMING
from opora.collection.queries.submissions import to_fill
from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.documents.models import Document, FactKind
from opora.ui.points import MenuItem, OrganisationLike, Tab, Task, TaskHeap

GROUP = "Сбор данных"


FIRST = 5  # forms of the heap on the first page


def items(user: Actor) -> list[MenuItem]:
    found = []
    if user.may(Permission.ASSIGNMENTS_VIEW):
        found.append(MenuItem("Формы организаций", reverse("collection:submissions"), "clipboard", 44, GROUP))
        found.append(MenuItem("Анкеты", reverse("collection:questionnaires"), "qrcode", 44, GROUP))
    if user.may(Permission.FORMS_EDIT):
        found.append(MenuItem("Формы", reverse("collection:forms"), icon="forms", order=45, group=GROUP))
        found.append(MenuItem("Сборы", reverse("collection:campaigns"), "send", 46, GROUP))
    return found


def waiting(user: Actor) -> TaskHeap | None:
    """Forms that the person's own organisations have to fill in; one query."""
    if not user.may(Permission.ASSIGNMENTS_REPORT):
        return None
    found = list(to_fill(user).order_by("campaign__due", "pk")[: FIRST + 1])
    if not found:
        return None
    tasks = [
        Task(
            str(one.campaign),
            one.get_absolute_url(),
            f"{one.organisation} · {one.get_state_display()}",
            one.campaign.due,
            "Заполнить",
        )
        for one in found[:FIRST]
    ]
    more = f"{reverse('collection:submissions')}?state=open"
    return TaskHeap("forms", "Формы к заполнению", tasks, len(found), more)


def tabs(user: Actor, organisation: OrganisationLike) -> list[Tab]:
    if not user.may(Permission.ASSIGNMENTS_VIEW, organisation.path):
        return []
    return [Tab("Формы", f"{reverse('collection:submissions')}?organisation={organisation.public_id}", 25)]


def document_tabs(user: Actor, document: Document) -> list[Tab]:
    """Forms that a document names, for those who make forms there."""
    if document.state not in NAMING or not user.may(Permission.FORMS_EDIT, document.organisation.path):
        return []
    if FactKind.FORM not in document.fact_kinds:
        return []
    return [Tab("Формы", reverse("collection:document_forms", args=[document.public_id]), order=50)]
