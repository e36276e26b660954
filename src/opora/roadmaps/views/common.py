"""What the views of road maps share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models.expressions import BaseExpression
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.journal.actions import opened, opened_lately
from opora.registry.models.organisations import OrganisationKind
from opora.roadmaps.models import Assignment, RoadMap
from opora.roadmaps.queries import counts
from opora.roadmaps.queries.work import with_names
from opora.ui.requests import actor


def seen_roadmap(request: HttpRequest, public_id: str, **along: BaseExpression) -> RoadMap:
    """The road map of the address, if the person may see it; else 404. Opening a confidential one is journalled.

    `along` is read with it, as attributes.
    """
    user = actor(request)
    rows = RoadMap.objects.visible(user).select_related("organisation", "document")
    found = get_object_or_404(rows.annotate(opened_lately=opened_lately(user), **along), public_id=public_id)
    if found.confidential and not getattr(found, "opened_lately", False):
        text = f"открыл(а) дорожную карту «{found.title[:120]}»"
        opened(by=user, on=found, text=text, path=found.organisation.path)
    return found


def head(request: HttpRequest, roadmap: RoadMap, tab: str) -> dict[str, Any]:
    """What the head of a road map shows above each of its tabs."""
    user = actor(request)
    path = roadmap.organisation.path
    return {
        "roadmap": roadmap,
        "tab": tab,
        **tabs_of(user, roadmap, tab),
        "total": counts.over_all(roadmap, user),
        "may_edit": user.may(Permission.ROADMAPS_EDIT, path),
        "may_send": user.may(Permission.ROADMAPS_SEND, path),
    }


PARTS = {"derive": "below", "on": "versions"}  # pages that belong to a tab


def tabs_of(user: Actor, roadmap: RoadMap, tab: str) -> dict[str, Any]:
    """The tabs that everybody needs, and under «Ещё» those of few; the one that is open always stands in the row."""
    path = roadmap.organisation.path
    edits = user.may(Permission.ROADMAPS_EDIT, path)
    regional = roadmap.organisation.kind == OrganisationKind.REGION_AUTHORITY
    own = [
        ("activities", "Мероприятия", "roadmap", True),
        ("timeline", "Шкала времени", "timeline", True),
        ("calendar", "Календарь", "roadmap_calendar", True),
        ("matrix", "Матрица", "matrix", True),
        ("municipalities", "Муниципалитеты" if regional else "Организации", "municipalities", True),
        ("sending", "Рассылка", "sending", edits),
        ("above", "Сверху", "above", edits and bool(roadmap.parent_id)),
    ]
    few = [
        ("below", "Ниже", "below", True),
        ("versions", "Редакции", "versions", True),
        ("history", "История", "history", user.may(Permission.JOURNAL_VIEW, path)),
    ]
    here = PARTS.get(tab, tab)

    def shown(rows: list[tuple[str, str, str, bool]]) -> list[tuple[str, str, bool]]:
        found = [(code, label, url) for code, label, url, seen in rows if seen]
        return [
            (label, reverse(f"roadmaps:{url}", args=[roadmap.public_id]), code == here) for code, label, url in found
        ]

    more = shown(few)
    if user.may(Permission.DOCUMENTS_VIEW) and roadmap.document:
        more.insert(0, ("Документ", roadmap.document.get_absolute_url(), False))
    return {"tabs": shown(own) + [one for one in more if one[2]], "more_tabs": [one for one in more if not one[2]]}


def shown(request: HttpRequest, roadmap: RoadMap, tab: str, **context: Any) -> HttpResponse:
    """A tab of a road map with its head; `status` may stand in the context."""
    status = context.pop("status", 200)
    return render(request, f"roadmaps/roadmap_{tab}.html", {**head(request, roadmap, tab), **context}, status=status)


def editable_roadmap(request: HttpRequest, public_id: str, **along: BaseExpression) -> RoadMap:
    found = seen_roadmap(request, public_id, **along)
    require(actor(request), Permission.ROADMAPS_EDIT, found.organisation.path, to="изменять дорожную карту")
    return found


def seen_assignment(request: HttpRequest, public_id: str, **along: BaseExpression) -> Assignment:
    """The assignment of the address, if the person may see it; else 404. `along` is read with it, as attributes."""
    user = actor(request)
    rows = with_names(Assignment.objects.visible(user)).select_related(
        "roadmap__organisation", "roadmap__document", "window", "body", "person", "assignee__person", "lead__executor"
    )
    found = get_object_or_404(rows.annotate(opened_lately=opened_lately(user), **along), public_id=public_id)
    found.activity.roadmap = found.roadmap
    if (found.via_list or found.roadmap.confidential) and not getattr(found, "opened_lately", False):
        text = f"открыл(а) поручение: {found.activity.label}, {found.executor}"
        opened(by=user, on=found, text=text, path=found.executor.path)
    return found


def waits_for_event(found: Assignment) -> bool:
    """Whether the assignment has no day yet because its event has not been recorded."""
    return found.due is None and found.is_open and found.activity.waits_for == "upon"


def form_page(
    request: HttpRequest, form: forms.Form, title: str, button: str, found: Assignment, note: str = ""
) -> HttpResponse:
    """One thing asked about an assignment on a page of its own."""
    context = {"form": form, "title": title, "button": button, "assignment": found, "note": note}
    return render(request, "roadmaps/assignment_form.html", context, status=422 if form.is_bound else 200)
