"""The conditions of schools: what is known, and a table of it uploaded."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from opora.assessments.actions import context as actions
from opora.assessments.forms.context import ContextForm
from opora.assessments.queries import looking as queries
from opora.assessments.tables.looking import ContextTable
from opora.assessments.territory import territory_of
from opora.core.actor import require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.identification.context import weights
from opora.ui.once import once
from opora.ui.requests import actor, form_methods


@require_GET
def contexts(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.RESULTS_EDIT, to=actions.TO_LOAD)
    return ContextTable(request, queries.contexts(user)).response("assessments/looking/contexts.html")


@form_methods
@once
def upload(request: HttpRequest) -> HttpResponse:
    """What was taken and what was set aside is told at once."""
    user = actor(request)
    territory = territory_of(user)
    form = ContextForm(request.POST or None, request.FILES or None)
    told = None
    if form.is_valid():
        file = form.cleaned_data["file"]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"table{Path(file.name).suffix.lower()}"
            with path.open("wb") as stream:
                stream.writelines(file.chunks())
            try:
                told = actions.load(path, by=user, territory=territory, year=form.cleaned_data["year"], name=file.name)
            except Refused as refusal:
                form.add_error("file", str(refusal))
    context = {"form": form, "told": told, "indicators": weights().indicators}
    return render(request, "assessments/looking/context_form.html", context)
