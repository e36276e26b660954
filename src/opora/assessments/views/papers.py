"""Papers of runs, lists and schools, each marked and journalled as it leaves."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from opora.assessments import papers
from opora.assessments.models import Run, RunState
from opora.assessments.queries import deciding as queries
from opora.assessments.queries import looking
from opora.assessments.tables.deciding import LetterTable, letter_links
from opora.assessments.views.looking import chosen_of
from opora.core.secrecy import knowledge
from opora.core.workflow import Refused
from opora.documents.printing import render
from opora.exports.actions import release
from opora.journal.actions import opened
from opora.lists.models import SchoolList
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.ui.requests import actor

KINDS = ("docx", "pdf")
LETTERS = (*KINDS, "xlsx")


def _kind(kind: str, kinds: Sequence[str] = KINDS) -> str:
    if kind not in kinds:
        raise Http404
    return kind


def _run(request: HttpRequest, public_id: str) -> Run:
    found = get_object_or_404(queries.runs(actor(request)), public_id=public_id)
    if found.state != RunState.DONE:
        raise Refused("Расчёт ещё не готов: дождитесь его окончания.")
    return found


@require_GET
def note(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    user, run = actor(request), _run(request, public_id)
    content = render(papers.note(run, user), _kind(kind))
    name = f"Аналитическая записка {run.year}"
    path = run.territory.path
    return release(by=user, name=name, kind=kind, content=content, on=run, path=path, confidential=True)


@require_GET
def annex(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    user, run = actor(request), _run(request, public_id)
    content = render(papers.annex(run, user), _kind(kind))
    name = f"Приложение к записке {run.year}"
    path = run.territory.path
    return release(by=user, name=name, kind=kind, content=content, on=run, path=path, confidential=True)


@require_GET
def letters(request: HttpRequest, list_id: str) -> HttpResponse:
    """The letters that tell of an approved list: one to each municipality with a school in it."""
    user = actor(request)
    found = get_object_or_404(SchoolList.objects.visible(user).approved(), public_id=list_id)
    if not queries.sees_municipalities(user):
        raise Http404
    opened(by=user, on=found, text=f"открыл(а) письма по списку «{found}»", path=found.territory.path)
    table = LetterTable(
        request, queries.concerned(found, user), columns=[*LetterTable.columns, *letter_links(found, LETTERS)]
    )
    return table.response("assessments/deciding/letters.html", {"list": found})


@require_GET
def letter(request: HttpRequest, list_id: str, public_id: str, kind: str) -> HttpResponse:
    """To those who write the list and to the municipality itself."""
    user = actor(request)
    found = get_object_or_404(SchoolList.objects.visible(user).approved(), public_id=list_id)
    places = Organisation.objects.filter(knowledge(user).q("path")).of_kind(OrganisationKind.MUNICIPAL_AUTHORITY)
    place = get_object_or_404(places, public_id=public_id)
    content = render(papers.letter(found, place, user), _kind(kind, LETTERS))
    name = f"Письмо о списке школ {place.short_name}"
    return release(by=user, name=name, kind=kind, content=content, on=found, path=place.path, confidential=True)


@require_GET
def sheet(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    user = actor(request)
    school = get_object_or_404(looking.schools(user), public_id=public_id)
    chosen = chosen_of(request, looking.school_rows(school, user))
    if chosen.year is None:
        raise Refused("Результатов школы ещё нет: справке не о чем говорить.")
    content = render(papers.sheet(school, chosen, user), _kind(kind))
    name = f"Справка о результатах {school.short_name}"
    return release(by=user, name=name, kind=kind, content=content, on=school, path=school.path, confidential=True)
