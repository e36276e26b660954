from __future__ import annotations

from django.core.files.base import File
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from opora.assessments.actions import correcting, taking, undoing, uploading
from opora.assessments.actions.common import TO_LOAD
from opora.assessments.forms.loading import UploadForm
from opora.assessments.models import Loading, LoadingState
from opora.assessments.queries import loading as queries
from opora.assessments.queries.report import report_of
from opora.assessments.tables.loading import AsideTable, FileTable, LoadingTable
from opora.assessments.territory import territory_of
from opora.core.actor import require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.actions import opened
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor, form_methods

BUSY = (LoadingState.READING, LoadingState.TAKING)


def seen(request: HttpRequest, public_id: str) -> Loading:
    """The loading, or 404 where the person does not load results there."""
    return get_object_or_404(queries.loadings(actor(request)), public_id=public_id)


@require_GET
def loadings(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.RESULTS_EDIT, to=TO_LOAD)
    return LoadingTable(request, queries.loadings(user)).response("assessments/loadings.html")


@form_methods
@once
def upload(request: HttpRequest) -> HttpResponse:
    """Many files at once; they are read in the background."""
    user = actor(request)
    territory = territory_of(user)
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        files = [(File(one.file, one.name), one.name or "") for one in form.cleaned_data["results"]]
        try:
            made = uploading.upload(by=user, territory=territory, files=files, title=form.cleaned_data["title"])
        except Refused as refusal:
            form.add_error("results", str(refusal))
        else:
            return redirect("ui:job", made.job_id)
    return render(request, "assessments/upload.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def loading(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was recognised, what is asked, the quality of it all, and what can be done."""
    found, user = seen(request, public_id), actor(request)
    busy = found.state in BUSY
    context = {
        "loading": found,
        "busy": busy,
        "stuck": busy and correcting.stuck(found),
        "report": report_of(found),
        "questions": queries.questions_shown(found),
        "parts": list(found.parts.all()),
        "obstacle": undoing.obstacle(found) if found.state == LoadingState.TAKEN else "",
        "mine": user.actor_id,
    }
    return FileTable(request, found.files.all()).response("assessments/loading.html", context)


@require_GET
def aside(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen(request, public_id)
    opened(by=actor(request), on=found, text=f"открыл(а) отложенные строки «{found}»", path=found.territory.path)
    table = AsideTable(request, found.set_aside.all(), title=f"Отложенные строки: {found}")
    return table.response("assessments/aside.html", {"loading": found})


@require_POST
@once
def read(request: HttpRequest, public_id: str) -> HttpResponse:
    made = correcting.read_again(seen(request, public_id), by=actor(request))
    return redirect("ui:job", made.job_id)


@require_POST
@once
def take(request: HttpRequest, public_id: str) -> HttpResponse:
    made = taking.take(seen(request, public_id), by=actor(request))
    return redirect("ui:job", made.job_id)


@require_POST
@once
def drop(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen(request, public_id)
    if not confirmed(request):
        text = f"Файлы загрузки «{found}» будут удалены, результаты из них не загрузятся."
        return confirm(
            request, title="Отменить загрузку?", text=text, button="Отменить загрузку", back=found.get_absolute_url()
        )
    correcting.drop(found, by=actor(request))
    tell(request, "Загрузка отменена, её файлы удалены.")
    return redirect("assessments:loadings")


@require_POST
@once
def undo(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen(request, public_id)
    if not confirmed(request):
        back = found.get_absolute_url()
        text = f"Результаты загрузки «{found}» перестанут действовать; снова будут действовать те, что были до неё."
        return confirm(request, title="Отменить приём результатов?", text=text, button="Отменить приём", back=back)
    undoing.undo(found, by=actor(request))
    tell(request, "Приём отменён: действуют прежние результаты.")
    return HttpResponseRedirect(found.get_absolute_url())
