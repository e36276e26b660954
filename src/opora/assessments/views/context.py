"""The conditions of schools: what is known, a table of it looked at, taken, and taken back."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.assessments.actions import context as actions
from opora.assessments.forms.context import ContextForm
from opora.assessments.models import ContextUpload, UploadState
from opora.assessments.queries import looking as queries
from opora.assessments.tables.looking import ContextTable
from opora.assessments.tables.looks import ContextRowTable
from opora.assessments.territory import territory_of
from opora.core.actor import require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.identification.context import weights
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods

SHOWN = 5  # uploads of late beside the conditions


@require_GET
def contexts(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.RESULTS_EDIT, to=actions.TO_LOAD)
    uploads = ContextUpload.objects.visible(user).exclude(state=UploadState.DROPPED)[:SHOWN]
    table = ContextTable(request, queries.contexts(user))
    return table.response("assessments/looking/contexts.html", {"uploads": uploads})


@form_methods
@once
def upload(request: HttpRequest) -> HttpResponse:
    """Read the table; what it would change is shown before anything does."""
    user = actor(request)
    territory = territory_of(user)
    form = ContextForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file, year = form.cleaned_data["file"], form.cleaned_data["year"]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"table{Path(file.name).suffix.lower()}"
            with path.open("wb") as stream:
                stream.writelines(file.chunks())
            try:
                return redirect(actions.look_at(path, by=user, territory=territory, year=year, name=file.name))
            except Refused as refusal:
                form.add_error("file", str(refusal))
    context = {"form": form, "indicators": weights().indicators}
    return render(request, "assessments/looking/context_form.html", context, status=422 if form.errors else 200)


def _upload(request: HttpRequest, public_id: str) -> ContextUpload:
    rows = ContextUpload.objects.visible(actor(request)).select_related("territory")
    return get_object_or_404(rows, public_id=public_id)


@require_GET
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the table changes school by school, and what was set aside."""
    found = _upload(request, public_id)
    table = ContextRowTable(request, found.rows.select_related("organisation__parent"))
    return table.response("assessments/looking/context_upload.html", {"upload": found})


@require_POST
@once
def apply(request: HttpRequest, public_id: str) -> HttpResponse:
    done = actions.apply(_upload(request, public_id), by=actor(request))
    undo_url = reverse("assessments:undo_context", args=[public_id])
    tell(request, f"Условия за {done.year} год приняты, изменено школ: {done.changes}.", undo=undo_url)
    return redirect("assessments:contexts")


@require_POST
@once
def drop(request: HttpRequest, public_id: str) -> HttpResponse:
    actions.drop(_upload(request, public_id), by=actor(request))
    tell(request, "Таблица не принята: условия школ остались прежними.")
    return redirect("assessments:contexts")


@require_POST
@once
def undo(request: HttpRequest, public_id: str) -> HttpResponse:
    actions.undo(_upload(request, public_id), by=actor(request))
    tell(request, "Загрузка отменена: действуют прежние условия школ.")
    return redirect("assessments:contexts")
