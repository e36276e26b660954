"""The list of documents, and the ways in which one enters."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from opora.core.actor import require
from opora.core.errors import Problem
from opora.core.permissions import Permission
from opora.core.text import plural
from opora.core.workflow import Refused
from opora.documents import actions, queries
from opora.documents.actions.common import TO_EDIT
from opora.documents.forms import CopyForm, ManualForm, ReplaceForm, UploadForm
from opora.documents.models import Document
from opora.documents.tables import DocumentTable
from opora.documents.views.common import edited, seen
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods


@require_GET
def documents(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.DOCUMENTS_VIEW, to="видеть документы")
    table = DocumentTable(request, queries.visible(user))
    return table.response("documents/documents.html", {"may_edit": user.may(Permission.DOCUMENTS_EDIT)})


@form_methods
@once
def upload(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.DOCUMENTS_EDIT, to=TO_EDIT)
    form = UploadForm(request.POST or None, request.FILES or None, user=user)
    if form.is_valid():
        made = _upload_all(request, form)
        if len(made) == 1:
            return redirect(made[0])
        if made:
            count = len(made)
            tell(request, f"Загружено: {count} {plural(count, 'документ', 'документа', 'документов')}. Они читаются.")
            return redirect("documents:documents")
    return render(request, "documents/upload.html", {"form": form})


def _upload_all(request: HttpRequest, form: UploadForm) -> list[Document]:
    """Each file by itself: a file that cannot be a document does not stop the others."""
    given, made = form.cleaned_data, []
    problems = []
    for file in given["documents"]:
        about = {"organisation": given["organisation"], "confidential": given["confidential"]}
        try:
            made.append(actions.upload(by=actor(request), file=file, name=file.name, **about))
        except Problem as problem:
            problems.append(str(problem))
    for text in problems:
        if made:
            messages.error(request, text)
        else:
            form.add_error("documents", text)
    return made


@form_methods
@once
def replace(request: HttpRequest, public_id: str) -> HttpResponse:
    found = edited(request, public_id)
    form = ReplaceForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            return redirect(actions.replace_file(found, by=actor(request), file=file, name=file.name))
        except (Problem, Refused) as problem:
            form.add_error("file", str(problem))
    return render(request, "documents/form.html", {"form": form, "document": found, "heading": "Загрузить другой файл"})


@form_methods
@once
def create(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.DOCUMENTS_EDIT, to=TO_EDIT)
    form = ManualForm(request.POST or None, user=user)
    if form.is_valid():
        made = actions.create_by_hand(by=user, **form.cleaned_data)
        tell(request, "Документ создан. Теперь добавьте мероприятия.")
        return redirect(made)
    return render(request, "documents/form.html", {"form": form, "document": None, "heading": "Составить документ"})


@form_methods
@once
def copy(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), seen(request, public_id)
    require(user, Permission.DOCUMENTS_EDIT, found.organisation.path, to=TO_EDIT)
    form = CopyForm(request.POST or None)
    if form.is_valid():
        made = actions.copy_of(found, by=user, years=form.cleaned_data["years"])
        tell(request, "Документ составлен по прежнему. Впишите номер и дату, проверьте сроки.")
        return redirect(made)
    heading = "Составить новый документ по этому"
    return render(request, "documents/form.html", {"form": form, "document": found, "heading": heading})
