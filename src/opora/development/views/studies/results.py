"""Results of a study: entered by a school, loaded by the region."""

from __future__ import annotations

from django.core.files.base import File
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from opora.assessments.forms.loading import UploadForm
from opora.assessments.models import Loading
from opora.core.actor import require
from opora.core.permissions import Permission
from opora.development.actions import studies
from opora.development.actions import study_results as actions
from opora.development.forms.studies import EnterForm
from opora.development.models.studies import Study
from opora.development.queries import studies as queries
from opora.development.views.studies.pages import seen, trail
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods


def _loaded(request: HttpRequest, public_id: str) -> Study:
    """The study, for those who load results."""
    found = seen(request, public_id)
    require(actor(request), Permission.RESULTS_EDIT, found.territory.root_path, to=actions.TO_LOAD)
    return found


@form_methods
@once
def enter(request: HttpRequest, public_id: str, row_id: str) -> HttpResponse:
    user, found = actor(request), seen(request, public_id)
    row = get_object_or_404(queries.schools(found, user), public_id=row_id)
    require(user, Permission.ASSIGNMENTS_SUBMIT, row.school.path, to=studies.TO_ENTER)
    form = EnterForm(request.POST or None, row=row)
    if form.is_valid() and carried_out(form, lambda: studies.enter(row, by=user, counts=form.counts)):
        tell(request, "Результаты внесены. Исправить их можно, пока исследование идёт.")
        return redirect(found)
    text = "Сколько учеников получило каждую отметку. Имён учеников «Опоре» не нужно; нет таких — ноль."
    template = "development/studies/results.html"
    return form_page(request, form, "Результаты школы", trail(found), text=text, template=template, row=row)


@require_POST
@once
def collect(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _loaded(request, public_id)
    if not confirmed(request):
        count = f"{found.entered} из {found.invited}"  # type: ignore[attr-defined]  # annotated
        text = f"Внесли результаты: {count}. Загрузка прочитается; действовать они начнут, когда вы её примете."
        back = found.get_absolute_url()
        return confirm(request, title="Собрать внесённое в загрузку?", text=text, button="Собрать", back=back)
    return redirect("ui:job", actions.collect(found, by=actor(request)).job_id)


@form_methods
@once
def upload(request: HttpRequest, public_id: str) -> HttpResponse:
    """Files of results under the study's name: read and taken as any."""
    user, found = actor(request), _loaded(request, public_id)
    form = UploadForm(request.POST or None, request.FILES or None)
    del form.fields["title"]
    made: list[Loading] = []
    if form.is_valid():
        files = [(File(one.file, one.name), one.name or "") for one in form.cleaned_data["results"]]
        if carried_out(form, lambda: made.append(actions.load(found, by=user, files=files))):
            return redirect("ui:job", made[0].job_id)
    return form_page(request, form, "Загрузить результаты", trail(found), button="Загрузить")


@require_POST
@once
def detach(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _loaded(request, public_id)
    if not confirmed(request):
        text = "Принятые результаты останутся; отменить их приём можно на странице загрузки. Исследование снова пойдёт."
        back = found.get_absolute_url()
        return confirm(request, title="Открепить загрузку?", text=text, button="Открепить", back=back)
    actions.detach(found, by=actor(request))
    tell(request, "Загрузка откреплена, исследование ждёт результатов.")
    return redirect(found)
