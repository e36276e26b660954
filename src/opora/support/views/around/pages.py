"""The pages around a case: its journal of events, its documents, the people who help the school."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from opora.journal.actions import opened
from opora.support.models import Case
from opora.support.queries import cases, events, helpers, papers
from opora.support.tables.events import EventTable
from opora.ui.requests import actor


def _opened(request: HttpRequest, public_id: str) -> Case:
    """The case, that it was opened journalled."""
    user = actor(request)
    found = cases.one(public_id, user).select_related("school__parent", "step", "entry__list")
    case: Case = get_object_or_404(found)
    opened(by=user, on=case.school, text=f"открыл(а) дело школы «{case.school}»", path=case.school.path)
    return case


@require_GET
def events_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """What happened, by kind, person and days."""
    case = _opened(request, public_id)
    table = EventTable(request, events.of_case(case, actor(request)))
    return table.response("support/around/events.html", {"case": case})


@require_GET
def documents(request: HttpRequest, public_id: str) -> HttpResponse:
    """All papers of the case, with the files that can be taken."""
    case = _opened(request, public_id)
    groups = papers.of_case(case, actor(request))
    return render(request, "support/around/documents.html", {"case": case, "groups": groups})


@require_GET
def people(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who answers for the school and who helps it."""
    case = _opened(request, public_id)
    context = {"case": case, "accounts": helpers.accounts(case), "groups": helpers.around(case, actor(request))}
    return render(request, "support/around/people.html", context)
