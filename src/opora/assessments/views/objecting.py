"""Objections of schools, and leaving the list."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from opora.assessments.actions import objecting as actions
from opora.assessments.forms.deciding import AnswerForm, LeaveForm, ObjectionForm
from opora.assessments.models import Objection, ObjectionFile, ObjectionState
from opora.assessments.queries import deciding as queries
from opora.assessments.queries import looking
from opora.assessments.queries.basis import basis
from opora.assessments.tables.deciding import LeavingTable, ObjectionTable
from opora.assessments.terms import objections_until
from opora.core.actor import require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.exports.actions import release
from opora.lists.actions import RIGHT
from opora.lists.models import ListEntry
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor, form_methods

TO_SEE = "видеть возражения школ"


def seen(request: HttpRequest, public_id: str) -> Objection:
    return get_object_or_404(queries.objections(actor(request)), public_id=public_id)


def _entry(request: HttpRequest, list_id: str, school_id: str) -> ListEntry:
    return get_object_or_404(queries.entry(actor(request), list_id, school_id))


@require_GET
def objections(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.LISTS_VIEW, to=TO_SEE)
    return ObjectionTable(request, queries.objections(user)).response("assessments/objections/objections.html")


@require_GET
def leavings(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.LISTS_VIEW, to=TO_SEE)
    return LeavingTable(request, queries.leavings(user)).response("assessments/objections/leavings.html")


@form_methods
@once
def object_to(request: HttpRequest, list_id: str, school_id: str) -> HttpResponse:
    """A school objects to its place in a list."""
    user, entry = actor(request), _entry(request, list_id, school_id)
    actions.check_of_school(user, entry.organisation)
    form = ObjectionForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            given = form.cleaned_data
            files = given["evidence"]
            made = actions.file_objection(
                entry.list, by=user, school=entry.organisation, text=given["text"], files=files
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            tell(request, "Возражение подано. О решении вам сообщат.")
            return redirect(made)
    context = {"form": form, "heading": "Возражение", "entry": entry, "until": objections_until(entry.list)}
    return _of_entry(request, entry, context)


def _of_entry(request: HttpRequest, entry: ListEntry, context: dict[str, Any]) -> HttpResponse:
    """A form about a school's place in a list, under what put it there."""
    user, school = actor(request), entry.organisation
    context.setdefault("button", "Отправить")
    context["basis"] = basis(school, entry.list, looking.school_rows(school, user), user)
    return render(request, "assessments/objections/object.html", context)


@require_GET
def objection(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), seen(request, public_id)
    is_open = found.state == ObjectionState.FILED
    rows = looking.school_rows(found.school, user)
    context = {
        "objection": found,
        "files": found.files.all(),
        "basis": basis(found.school, found.school_list, rows, user),
        "may_answer": is_open and user.may(Permission.LISTS_EDIT, found.school_list.territory.path),
        "may_withdraw": is_open and actions.may_object(user, found.school),
    }
    return render(request, "assessments/objections/objection.html", context)


@require_GET
def evidence(request: HttpRequest, public_id: str, file_id: str) -> HttpResponse:
    """A file that the school put to its objection, as it came."""
    user = actor(request)
    files = ObjectionFile.objects.visible(user).select_related("objection__school")
    found = get_object_or_404(files, public_id=file_id, objection__public_id=public_id)
    name = PurePath(found.file_name)
    with found.file.open("rb") as stream:
        content = stream.read()
    return release(
        by=user,
        name=name.stem,
        kind=name.suffix.lower().lstrip("."),
        content=content,
        on=found.objection,
        path=found.objection.school.path,
        confidential=True,
        original=True,
    )


@form_methods
@once
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), seen(request, public_id)
    require(user, Permission.LISTS_EDIT, found.school_list.territory.path, to=RIGHT)
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        actions.answer(found, by=user, uphold=given["verdict"] == "uphold", text=given["text"])
        tell(request, "Решение записано, школе сообщено.")
        return redirect(found)
    context = {"form": form, "heading": "Решение по возражению", "back": found, "objection": found}
    return render(request, "assessments/deciding/form.html", context)


@require_POST
@once
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen(request, public_id)
    actions.check_of_school(actor(request), found.school)
    if not confirmed(request):
        text = "Возражение останется в записях как отозванное. Его можно будет подать снова."
        back = found.get_absolute_url()
        return confirm(request, title="Отозвать возражение?", text=text, button="Отозвать", back=back)
    actions.withdraw(found, by=actor(request))
    tell(request, "Возражение отозвано.")
    return redirect(found)


@form_methods
@once
def leave(request: HttpRequest, list_id: str, school_id: str) -> HttpResponse:
    """A school leaves an approved list by its criteria."""
    user, entry = actor(request), _entry(request, list_id, school_id)
    require(user, Permission.LISTS_EDIT, entry.list.territory.path, to=RIGHT)
    runs = queries.runs(user).of_their_own().done().filter(territory=entry.list.territory).order_by("-pk")
    form = LeaveForm(request.POST or None, runs=runs)
    if form.is_valid():
        try:
            actions.leave(entry.list, by=user, school=entry.organisation, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            tell(request, f"Выход школы «{entry.organisation}» из списка записан.")
            return redirect("lists:list", entry.list.public_id)
    context = {
        "form": form, "heading": f"Выход из списка: {entry.organisation}", "entry": entry, "until": None,
        "button": "Записать выход",
    }  # fmt: skip
    return _of_entry(request, entry, context)
