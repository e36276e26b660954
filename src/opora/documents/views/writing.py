"""Letters are written: one by one from forms, or reminders to all at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.documents import points
from opora.documents.actions import letters as actions
from opora.documents.actions import reminding
from opora.documents.actions.common import TO_APPROVE
from opora.documents.actions.letters import TO_KEEP
from opora.documents.forms.letters import (
    BodyForm,
    DecisionsFormSet,
    ExtractForm,
    ProtocolForm,
    RemindForm,
    SummaryForm,
    WordsForm,
    decisions,
    words_of,
)
from opora.documents.models import LetterKind
from opora.documents.views.letters import kept
from opora.registry.models import Body, Organisation
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods


@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """Which letter."""
    require(actor(request), Permission.DOCUMENTS_EDIT, to=TO_KEEP)
    return render(request, "documents/letters/new.html", {})


@form_methods
@once
def summary(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.DOCUMENTS_EDIT, to=TO_KEEP)
    form = SummaryForm(request.POST or None, user=user)
    if form.is_valid():
        given = form.cleaned_data
        restricted = given.get("restricted", False)
        asked = (user, given["organisation"], given["first"], given["last"], restricted)
        found = next(iter(points.summaries.call(*asked)), None)
        if found and found["rows"]:
            return _written(request, given, LetterKind.SUMMARY, "Об исполнении поручений", found, restricted)
        form.add_error(None, "В этом периоде поручений нет. Измените даты.")
    return _form(request, form, "Сводка об исполнении")


@form_methods
@once
def extract(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.DOCUMENTS_EDIT, to=TO_KEEP)
    form = ExtractForm(request.POST or None, user=user)
    if form.is_valid():
        given = form.cleaned_data
        asked = (user, given["roadmap"], given["addressee"], given.get("restricted", False))
        found = next((one for one in points.extracts.call(*asked) if one), None)
        if found is not None:
            return _written(request, given, LetterKind.EXTRACT, "О мероприятиях дорожной карты", *found)
        form.add_error("addressee", "У этой организации нет открытых вам мероприятий этой дорожной карты.")
    return _form(request, form, "Выписка из дорожной карты")


def _written(
    request: HttpRequest, given: dict[str, Any], kind: str, title: str, content: dict[str, Any], confidential: bool
) -> HttpResponse:
    made = actions.write(
        by=actor(request),
        organisation=given["organisation"],
        kind=kind,
        title=title,
        content=content,
        addressee=given["addressee"],
        confidential=confidential,
    )
    tell(request, "Проект письма готов. Проверьте его и зарегистрируйте.")
    return redirect(made)


def _form(request: HttpRequest, form: Any, heading: str, **more: Any) -> HttpResponse:
    context = {"form": form, "letter": None, "heading": heading, "button": "Составить", "method": "post", **more}
    return render(request, "documents/letters/form.html", context)


# -- the protocol of a body --------------------------------------------------------------------------------------


@form_methods
@once
def protocol(request: HttpRequest) -> HttpResponse:
    """First which body, then its meeting."""
    user = actor(request)
    require(user, Permission.DOCUMENTS_EDIT, to=TO_KEEP)
    if "body" not in request.GET:
        return _form(request, BodyForm(user=user), "Протокол рабочей группы", method="get", button="Продолжить")
    choice = BodyForm(request.GET, user=user)
    if not choice.is_valid():
        return _form(request, choice, "Протокол рабочей группы", method="get", button="Продолжить")
    body: Body = choice.cleaned_data["body"]
    form = ProtocolForm(request.POST or None, body=body)
    rows = decisions(request.POST or None)
    if form.is_valid() and rows.is_valid():
        if rows.content:
            content = {**form.content, "decisions": rows.content}
            given = {"organisation": body.organisation, "addressee": None}
            return _written(request, given, LetterKind.PROTOCOL, content["title"], content, confidential=False)
        form.add_error(None, "Впишите хотя бы одно решение.")
    return _protocol(request, form, rows, None)


def _protocol(request: HttpRequest, form: ProtocolForm, rows: DecisionsFormSet, letter: Any) -> HttpResponse:
    context = {"form": form, "decisions": rows, "letter": letter, "body": form.body}
    return render(request, "documents/letters/protocol.html", context)


@form_methods
@once
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """The words of a draft; of a protocol the whole meeting, while its body is there."""
    found = kept(request, public_id)
    body = Body.objects.visible(actor(request)).filter(name=found.content.get("body", "")).first()
    if found.kind == LetterKind.PROTOCOL and body is not None:
        return _edit_protocol(request, found, body)
    form = WordsForm(request.POST or None, initial=words_of(found.content))
    if form.is_valid():
        try:
            actions.rewrite(found, by=actor(request), content=form.content)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(found)
    return _form(request, form, "Изменить проект письма", letter=found, button="Сохранить")


def _edit_protocol(request: HttpRequest, letter: Any, body: Body) -> HttpResponse:
    form = ProtocolForm(request.POST or None, body=body, initial=ProtocolForm.initial_of(letter.content, body))
    initial = DecisionsFormSet.initial_of(letter.content)
    rows = decisions(request.POST or None, initial)
    if form.is_valid() and rows.is_valid() and rows.content:
        try:
            content = {**form.content, "decisions": rows.content}
            actions.rewrite(letter, by=actor(request), content=content)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(letter)
    return _protocol(request, form, rows, letter)


# -- reminders ---------------------------------------------------------------------------------------------------


@require_GET
def remind(request: HttpRequest) -> HttpResponse:
    """Whom a press would remind, and of how much: nothing is written yet."""
    user = actor(request)
    require(user, Permission.DOCUMENTS_EDIT, to=TO_KEEP)
    form, sender, until, with_soon = _asked(request)
    found = reminding.wanted(reminding.due_work(user, sender, until), with_soon=with_soon)
    context = {
        "form": form,
        "sender": sender,
        "found": found,
        "letters": len(found),
        "late": sum(due.overdue for due in found),
        "may_approve": user.may(Permission.DOCUMENTS_APPROVE, sender.path),
    }
    return render(request, "documents/letters/remind.html", context)


def _asked(request: HttpRequest) -> tuple[RemindForm, Organisation, dt.date, bool]:
    """The form with what it says; where it says nothing, the widest organisation and a week."""
    given = request.POST if request.method == "POST" else request.GET
    form = RemindForm(given if "organisation" in given else None, user=actor(request))
    valid = form.is_valid()
    sender = form.cleaned_data.get("organisation") if valid else None
    if sender is None:
        sender = form.fields["organisation"].queryset.first()  # type: ignore[attr-defined]
    ahead = form.cleaned_data.get("days") if valid else None
    days = 7 if ahead is None else ahead
    return form, sender, today() + dt.timedelta(days=days), bool(valid and form.cleaned_data["with_soon"])


@require_POST
@once
def remind_all(request: HttpRequest) -> HttpResponse:
    """All of them in the background."""
    require(actor(request), Permission.DOCUMENTS_APPROVE, to=TO_APPROVE)
    _, sender, until, with_soon = _asked(request)
    job, _ = reminding.remind_all(
        by=actor(request),
        organisation=sender,
        until=until,
        with_soon=with_soon,
        url=reverse("documents:letters"),
    )
    return redirect("ui:job", job.public_id)


@require_POST
@once
def remind_one(request: HttpRequest) -> HttpResponse:
    """The draft for one organisation."""
    require(actor(request), Permission.DOCUMENTS_EDIT, to=TO_KEEP)
    _, sender, until, _ = _asked(request)
    addressee = get_object_or_404(Organisation, public_id=request.POST.get("addressee", "")[:26])
    restricted = request.GET.get("confidential") == "1"
    found = reminding.due_work(actor(request), sender, until, addressee)
    due = next((one for one in found if one.confidential == restricted), None)
    if due is None:
        raise Refused("Напоминать больше не о чем: поручения исполнены или сроки изменены.")
    given = {"organisation": sender, "addressee": addressee}
    content = reminding.reminder(due)
    return _written(request, given, LetterKind.REMINDER, reminding.TITLE, content, due.confidential)
