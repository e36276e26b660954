"""What road maps add to every page: entries of the menu, hits of the search, tabs of organisations and documents."""

from __future__ import annotations

from django.db.models import Count, Min
from django.urls import reverse

from opora.core.actor import LEVEL, Actor
from opora.core.permissions import Permission
from opora.core.text import plural, words
from opora.documents.models import Document, FactKind
from opora.registry.models import Organisation
from opora.roadmaps.models import Assignment, Derivation, Handed, HandedState, RoadMap
from opora.roadmaps.queries.work import matching, waiting
from opora.ui.points import Hit, MenuItem, OrganisationLike, SearchGroup, Tab, Task, TaskHeap
from opora.ui.search import group_of

HEAP = 10  # road maps on the first page


def entries(user: Actor) -> list[MenuItem]:
    found = []
    if user.may(Permission.ASSIGNMENTS_VIEW):
        found.append(MenuItem("Мои дела", reverse("roadmaps:home"), "checklist", 10, waiting=waiting(user)))
        found.append(MenuItem("Поручения", reverse("roadmaps:assignments"), "list-details", 40))
    if user.may(Permission.ROADMAPS_VIEW):
        found.append(MenuItem("Дорожные карты", reverse("roadmaps:roadmaps"), "route", 30))
    return found


def assignment_url(assignment: Assignment) -> str:
    return reverse("roadmaps:assignment", args=[assignment.public_id])


def roadmap_url(roadmap: RoadMap) -> str:
    return reverse("roadmaps:roadmap", args=[roadmap.public_id])


def handed_waiting(user: Actor) -> TaskHeap | None:
    """Changes from above that the person's own organisations decide on, a row for each road map; one query.

    Nothing stands above a region.
    """
    own = [path for path in user.own.paths if len(path) > LEVEL and user.may(Permission.ROADMAPS_SEND, path)]
    if not own:
        return None
    rows = Handed.objects.visible(user).filter(roadmap__organisation__path__in=own, state=HandedState.WAITING)
    rows = rows.order_by("roadmap__title")
    said = ("roadmap__public_id", "roadmap__title", "roadmap__organisation__short_name")
    found = list(rows.values_list(*said).annotate(Count("pk"), Min("above__roadmap__title")))
    if not found:
        return None
    tasks = [
        Task(
            title,
            reverse("roadmaps:above", args=[public_id]),
            f"{place} · изменена «{above}»: {plural(count, 'ждёт', 'ждут', 'ждёт')} решения "
            f"{count} {plural(count, 'изменение', 'изменения', 'изменений')}",
            None,
            "Решить",
        )
        for public_id, title, place, count, above in found[:HEAP]
    ]
    return TaskHeap("handed", "Изменения сверху", tasks, len(found), reverse("roadmaps:roadmaps"))


def find_assignments(user: Actor, text: str, limit: int) -> SearchGroup | None:
    if not user.may(Permission.ASSIGNMENTS_VIEW):
        return None
    return group_of(
        "Поручения",
        matching(Assignment.objects.visible(user), text),
        Assignment.objects.select_related("activity", "part", "executor").order_by("due", "pk"),
        lambda one: Hit(one.text[:160], assignment_url(one), f"{one.executor}, {one.get_state_display()}"),
        limit=limit,
        page="roadmaps:assignments",
        text=text,
    )


def find_roadmaps(user: Actor, text: str, limit: int) -> SearchGroup | None:
    if not user.may(Permission.ROADMAPS_VIEW):
        return None
    found = RoadMap.objects.visible(user)
    for word in words(text):
        found = found.filter(search__contains=f" {word}")
    return group_of(
        "Дорожные карты",
        found,
        RoadMap.objects.all(),
        lambda one: Hit(one.title[:160], roadmap_url(one), one.get_state_display()),
        limit=limit,
        page="roadmaps:roadmaps",
        text=text,
    )


def organisation_tabs(user: Actor, organisation: OrganisationLike) -> list[Tab]:
    if not isinstance(organisation, Organisation) or not user.may(Permission.ASSIGNMENTS_VIEW, organisation.path):
        return []
    return [Tab("Поручения", f"{reverse('roadmaps:assignments')}?executor={organisation.public_id}", 20)]


def document_tabs(user: Actor, document: Document) -> list[Tab]:
    found = RoadMap.objects.visible(user).filter(document=document).order_by("order")
    several = len(found) > 1
    tabs = [
        Tab(f"Дорожная карта {number}" if several else "Дорожная карта", roadmap_url(one), 10 + number)
        for number, one in enumerate(found, 1)
    ]
    edits = user.may(Permission.DOCUMENTS_EDIT, document.organisation.path)
    if edits and Derivation.objects.filter(document=document).exists():
        tabs.append(Tab("По дорожной карте", reverse("roadmaps:derivation", args=[document.public_id]), 6))
    heading = document.facts.filter(kind=FactKind.HEADING).values_list("data", flat=True).first()
    if edits and heading and heading.get("amends"):
        tabs.append(Tab("Изменения", reverse("roadmaps:amendment", args=[document.public_id]), 5))
    return tabs
