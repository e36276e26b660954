"""The document of a step as files: taken, added, removed."""

from __future__ import annotations

from pathlib import PurePath

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import Denied
from opora.exports.actions import release
from opora.support.actions import proving as actions
from opora.support.actions.rights import may_do
from opora.support.forms.cases import AttachForm
from opora.support.models import StepDone, StepFile
from opora.support.views.common import of_case
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods

_DENIED = "У вас нет права менять документы этого шага. Кто его выполняет, сказано в деле школы."


def _found(request: HttpRequest, public_id: str, file_id: str) -> StepFile:
    rows = StepFile.objects.visible(actor(request)).select_related("done__case__school", "done__step")
    return get_object_or_404(rows, public_id=file_id, done__case__public_id=public_id)


@require_GET
def step_file(request: HttpRequest, public_id: str, file_id: str) -> HttpResponse:
    """A marked copy, always as an attachment, journalled."""
    found = _found(request, public_id, file_id)
    name, case = PurePath(found.file_name), found.done.case
    with found.file.open("rb") as stream:
        content = stream.read()
    return release(
        by=actor(request),
        name=name.stem,
        kind=name.suffix.lower().lstrip("."),
        content=content,
        on=case,
        path=case.school.path,
        confidential=True,
        original=True,
    )


@form_methods
@once
def attach(request: HttpRequest, public_id: str, done_id: str) -> HttpResponse:
    """Add files to a step that is done."""
    user = actor(request)
    rows = StepDone.objects.visible(user).standing().select_related("case__school__parent", "step")
    done = get_object_or_404(rows, public_id=done_id, case__public_id=public_id)
    if not may_do(user, done.case, done.step):
        raise Denied(_DENIED)
    form = AttachForm(request.POST or None, request.FILES or None)
    if form.is_valid() and carried_out(form, lambda: actions.attach(done, by=user, **form.cleaned_data)):
        tell(request, "Приложено.")
        return redirect(done.case)
    return form_page(request, form, f"Документ шага «{done.step}»", of_case(done.case), button="Приложить")


@require_POST
def detach(request: HttpRequest, public_id: str, file_id: str) -> HttpResponse:
    """Take a file away that was attached by mistake, once it is confirmed."""
    user = actor(request)
    found = _found(request, public_id, file_id)
    done = found.done
    if not may_do(user, done.case, done.step):
        raise Denied(_DENIED)
    if not confirmed(request):
        text = f"Убрать «{found.file_name}» из документов шага «{done.step}»? Что файл был, останется в журнале."
        return confirm(request, title="Убрать файл", text=text, button="Убрать", back=done.case.get_absolute_url())
    actions.detach(found, by=user)
    tell(request, "Файл убран.")
    return redirect(done.case)
