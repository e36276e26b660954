"""The minutes in the browser: who was there, what was decided, the protocol."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.documents.models import Letter
from opora.exports.actions import release
from opora.support.actions import meetings as holding
from opora.support.actions import minutes as actions
from opora.support.forms.meetings import AttendanceForm, DecisionForm
from opora.support.models.meetings import MeetingDecision
from opora.support.protocol import draft_docx
from opora.support.queries import meetings as queries
from opora.support.views.meetings.pages import kept, seen, trail
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods


def _decision(request: HttpRequest, public_id: str, number: int) -> MeetingDecision:
    meeting = kept(request, public_id)
    rows = MeetingDecision.objects.select_related("meeting__body__organisation")
    return get_object_or_404(rows, meeting=meeting, order=number)


@form_methods
@once
def attendance(request: HttpRequest, public_id: str) -> HttpResponse:
    found = kept(request, public_id)
    form = AttendanceForm(request.POST or None, people=list(found.people.all()))
    if request.method == "POST" and form.is_valid():
        present = form.cleaned_data["present"]
        if carried_out(form, lambda: holding.hold(found, by=actor(request), present=present)):
            tell(request, "Присутствие отмечено.")
            return redirect(found)
    return form_page(request, form, "Кто присутствовал", trail(found), button="Сохранить")


@form_methods
@once
def add(request: HttpRequest, public_id: str) -> HttpResponse:
    found = kept(request, public_id)
    form = DecisionForm(request.POST or None, territory=found.body.organisation)
    if form.is_valid() and carried_out(
        form, lambda: actions.add_decision(found, by=actor(request), **form.cleaned_data)
    ):
        tell(request, "Решение записано.")
        return redirect(found)
    return form_page(request, form, "Новое решение", trail(found), button="Записать решение")


@form_methods
@once
def edit(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    found = _decision(request, public_id, number)
    given = DecisionForm.given(found)
    form = DecisionForm(request.POST or None, territory=found.meeting.body.organisation, initial=given)
    if form.is_valid() and carried_out(
        form, lambda: actions.edit_decision(found, by=actor(request), **form.cleaned_data)
    ):
        tell(request, "Решение изменено.")
        return redirect(found.meeting)
    return form_page(request, form, f"Решение {number}", trail(found.meeting), button="Сохранить")


@require_POST
@once
def remove(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    found = _decision(request, public_id, number)
    back = found.meeting.get_absolute_url()
    if not confirmed(request):
        text = "В протоколе его не будет, следующие решения получат другие номера."
        return confirm(request, title=f"Убрать решение {number}?", text=text, button="Убрать решение", back=back)
    actions.remove_decision(found, by=actor(request))
    tell(request, "Решение убрано.")
    return redirect(back)


@require_POST
@once
def close(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    found = _decision(request, public_id, number)
    actions.close_decision(found, by=actor(request))
    tell(request, "Решение отмечено выполненным.")
    return redirect(found.meeting)


@require_POST
@once
def approve(request: HttpRequest, public_id: str) -> HttpResponse:
    """Asked once; then on to the preview of the assignments."""
    found, user = kept(request, public_id), actor(request)
    require(user, Permission.DOCUMENTS_APPROVE, found.body.organisation.path, to="утвердить протокол")
    if not confirmed(request):
        held = queries.quorum(list(found.people.all()))
        text = "Протокол получит номер, изменить его будет нельзя. Поручения разошлёте на следующей странице."
        if not held.reached:
            text = f"Кворума нет: присутствовали {held.present} из {held.members}. {text}"
        back = found.get_absolute_url()
        return confirm(request, title="Утвердить протокол?", text=text, button="Утвердить протокол", back=back)
    roadmap = actions.approve(found, by=user)
    tell(request, "Протокол утверждён. Проверьте, кому уйдут поручения, и разошлите их.")
    return redirect(reverse("roadmaps:sending", args=[roadmap.public_id]))


@require_GET
def protocol(request: HttpRequest, public_id: str) -> HttpResponse:
    """The protocol as it stands: the registered file, or what it would say now."""
    found = seen(request, public_id)
    letter = Letter.objects.filter(public_id=found.letter_id).first() if found.letter_id else None
    if letter:
        with letter.file.open("rb") as file:
            content = file.read()
    else:
        content = draft_docx(found)
    name = f"Протокол {letter.number_text}" if letter else f"Проект протокола {found.day}"
    about: dict[str, Any] = {"path": found.body.organisation.path, "confidential": found.confidential}
    return release(by=actor(request), name=name, kind="docx", content=content, on=found, **about)
