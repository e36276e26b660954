from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from opora.assessments.actions import correcting
from opora.assessments.forms.files import AnswersForm, ColumnsForm
from opora.assessments.models import LoadedFile
from opora.assessments.queries.loading import sheets_shown
from opora.ui.once import once
from opora.ui.requests import actor, form_methods


def seen(request: HttpRequest, public_id: str) -> LoadedFile:
    """The file, or 404 where the person does not load results there."""
    found = LoadedFile.objects.visible(actor(request)).select_related("loading__territory")
    return get_object_or_404(found, public_id=public_id)


def _sheet(file: LoadedFile, number: int) -> dict[str, Any]:
    if not 0 <= number < len(file.sheets):
        raise Http404
    found: dict[str, Any] = file.sheets[number]
    return found


@require_GET
def file(request: HttpRequest, public_id: str) -> HttpResponse:
    """Each sheet: what it was taken for, its columns, what became of its rows, what is asked about it."""
    found = seen(request, public_id)
    context = {"file": found, "loading": found.loading, "sheets": sheets_shown(found)}
    return render(request, "assessments/file.html", context)


@form_methods
@once
def columns(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """What the columns of a sheet hold; kept for headers like these, and the files are read anew."""
    found = seen(request, public_id)
    sheet = _sheet(found, number)
    form = ColumnsForm(request.POST or None, sheet=sheet)
    if form.is_valid():
        made = correcting.correct_columns(found, by=actor(request), sheet=sheet["sheet"], fields=form.chosen)
        return redirect("ui:job", made.job_id)
    context = {"form": form, "file": found, "loading": found.loading, "sheet": sheet}
    return render(request, "assessments/columns.html", context)


@form_methods
@once
def answers(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """What a sheet does not say itself: year, procedure, subject, grade."""
    found = seen(request, public_id)
    sheet = _sheet(found, number)
    form = AnswersForm(request.POST or None, initial=found.answers.get(sheet["sheet"]))
    if form.is_valid():
        made = correcting.answer(found, by=actor(request), sheet=sheet["sheet"], said=form.said)
        return redirect("ui:job", made.job_id)
    context = {"form": form, "file": found, "loading": found.loading, "sheet": sheet}
    return render(request, "assessments/answers.html", context, status=422 if form.errors else 200)


@require_POST
@once
def leave_out(request: HttpRequest, public_id: str) -> HttpResponse:
    return redirect("ui:job", correcting.leave_out(seen(request, public_id), by=actor(request)).job_id)


@require_POST
@once
def bring_back(request: HttpRequest, public_id: str) -> HttpResponse:
    return redirect("ui:job", correcting.bring_back(seen(request, public_id), by=actor(request)).job_id)
