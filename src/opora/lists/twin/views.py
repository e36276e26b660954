"""«Открытая версия»: what would be replaced is shown, decided on, and saved as a document of its own."""

from __future__ import annotations

from pathlib import PurePath
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from opora.access.models import User
from opora.core.actor import require
from opora.core.errors import Problem
from opora.documents import queries as documents
from opora.documents.models import Document, DocumentState
from opora.documents.printing import render as printed
from opora.exports.actions import release
from opora.journal.actions import opened
from opora.lists.twin import actions, office
from opora.lists.twin.forms import TwinForm
from opora.lists.twin.making import Choices, Maker, digest_of
from opora.lists.twin.models import Twin
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods


def _original(request: HttpRequest, public_id: str) -> Document:
    """The document of somebody who may make its twin; 404 where he may not know of it, 403 where a right lacks."""
    user = actor(request)
    found = get_object_or_404(documents.visible(user), public_id=public_id)
    for permission in actions.NEEDED:
        require(user, permission, found.organisation.path, to=actions.TO_MAKE)
    return found


@form_methods
@once
def twin(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = cast(User, actor(request)), _original(request, public_id)
    last = Twin.objects.filter(original=found).select_related("document").first()
    choices, form = _asked(request, last)
    context = {"document": found, "form": form, "last": last, "stale": last and last.digest != digest_of(found)}
    if request.method == "GET":
        opened(
            by=user, on=found, text=f"открыл(а) документ «{found}» для открытой версии", path=found.organisation.path
        )
    try:
        if request.POST.get("act") == "save":
            ok = request.POST.get("leftovers") == "on"
            made = actions.save_twin(found, by=user, choices=choices, leftovers_ok=ok)
            tell(request, "Открытая версия сохранена. Её видят все, кому открыты документы организации.")
            return redirect(made.document)
        plan = Maker(found, choices, user).plan()
    except Problem as problem:
        return render(request, "lists/twin/twin.html", {**context, "problem": str(problem), "plan": None})
    return render(request, "lists/twin/twin.html", {**context, "plan": plan, "problem": ""})


def _asked(request: HttpRequest, last: Twin | None) -> tuple[Choices, TwinForm]:
    """What the form says; before it was sent, what was decided the last time."""
    if request.method == "POST":
        form = TwinForm(request.POST)
        if form.is_valid():
            shown, on = request.POST.getlist("shown"), set(request.POST.getlist("on"))
            return form.choices([code for code in shown if code not in on]), form
        return Choices(), form
    choices = Choices.from_json(last.choices) if last else Choices()
    return choices, TwinForm.showing(choices)


@require_GET
def copy(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    """The twin as docx or pdf, with the mark of a copy on every page."""
    user = actor(request)
    found = get_object_or_404(documents.visible(user).filter(twin__isnull=False), public_id=public_id)
    if kind not in ("docx", "pdf") or found.state != DocumentState.APPROVED:
        raise Http404
    with found.file.open("rb") as file:
        content = file.read()
    if kind == "pdf":
        content = printed(office.printed_of(office.blocks_of(content), found.title), "pdf")
    name = PurePath(found.file_name).stem
    return release(by=user, name=name, kind=kind, content=content, on=found, path=found.organisation.path)
