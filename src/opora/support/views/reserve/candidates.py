"""The management reserve in the browser: the table, a candidate, and how he goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.journal.actions import opened
from opora.registry.queries import top_in
from opora.support.actions import reserve as actions
from opora.support.forms.reserve import AppointForm, CandidateForm, EndAppointmentForm, IncludeForm, WhyForm
from opora.support.models.reserve import Appointment, Candidate, CandidateState
from opora.support.queries import reserve as queries
from opora.support.tables.reserve import CandidateTable
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import Trail, confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods


def _trail(found: Candidate | None = None) -> Trail:
    above = ("Управленческий резерв", reverse("support:reserve"))
    return (above, (str(found), found.get_absolute_url())) if found else (above,)


def _candidate(request: HttpRequest, public_id: str) -> Candidate:
    return get_object_or_404(queries.candidates(actor(request)), public_id=public_id)


def _considered(request: HttpRequest, public_id: str) -> Candidate:
    """The candidate, for the region."""
    found = _candidate(request, public_id)
    require(actor(request), Permission.LISTS_EDIT, found.organisation.path, to=actions.TO_CONSIDER)
    return found


@require_GET
def reserve(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.REGISTRY_EDIT, to=actions.TO_PROPOSE)
    context = {"is_region": user.may(Permission.LISTS_EDIT)}
    return CandidateTable(request, queries.candidates(user)).response("support/reserve/list.html", context)


@require_GET
def candidate(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who he is, what was decided, and those of his appointments that the person may know. Opening is journalled."""
    user, found = actor(request), _candidate(request, public_id)
    path = found.organisation.path
    opened(by=user, on=found, text=f"открыл(а) кандидата резерва: {found}", path=path)
    context = {
        "candidate": found,
        "appointments": found.seen,  # type: ignore[attr-defined]  # prefetched
        "waits": found.state == CandidateState.PROPOSED,
        "included": found.state == CandidateState.INCLUDED,
        "may_consider": actions.may_consider(user, found),
    }
    return render(request, "support/reserve/candidate.html", context)


@form_methods
@once
def new(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.REGISTRY_EDIT, to=actions.TO_PROPOSE)
    form = CandidateForm(request.POST or None, user=user, territory=top_in(user, Permission.REGISTRY_EDIT))
    made: list[Candidate] = []
    if form.is_valid() and carried_out(form, lambda: made.append(actions.propose(by=user, **form.cleaned_data))):
        tell(request, "Кандидат предложен, регион получил уведомление.")
        return redirect(made[0])
    text = "Человек должен знать, что его предлагают, и согласиться письменно."
    return form_page(request, form, "Предложить в резерв", _trail(), button="Предложить", text=text)


def _write(
    request: HttpRequest,
    found: Candidate,
    form: forms.Form,
    act: Callable[..., Any],
    heading: str,
    said: str,
    text: str = "",
) -> HttpResponse:
    """A form about a candidate: carried out, then back to him."""
    user = actor(request)
    if form.is_valid() and carried_out(form, lambda: act(found, by=user, **form.cleaned_data)):
        tell(request, said)
        return redirect(found)
    return form_page(request, form, heading, _trail(found), button=heading, text=text)


@form_methods
@once
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _candidate(request, public_id)
    form = CandidateForm(request.POST or None, user=actor(request), territory=found.organisation, candidate=found)
    return _write(request, found, form, actions.change_candidate, "Изменить сведения", "Сведения изменены.")


@form_methods
@once
def include(request: HttpRequest, public_id: str) -> HttpResponse:
    found, form = _considered(request, public_id), IncludeForm(request.POST or None)
    said = "Кандидат в резерве, муниципалитет получил уведомление."
    return _write(request, found, form, actions.include, "Включить в резерв", said)


@form_methods
@once
def decline(request: HttpRequest, public_id: str) -> HttpResponse:
    found, form = _considered(request, public_id), WhyForm(request.POST or None)
    said = "Кандидат отклонён, муниципалитет получил уведомление с причиной на странице."
    return _write(request, found, form, actions.decline, "Отклонить кандидата", said)


@form_methods
@once
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    found, form = _candidate(request, public_id), WhyForm(request.POST or None)
    text = "Назначения, которые уже действуют, останутся. Отозванного можно предложить снова."
    return _write(request, found, form, actions.withdraw, "Отозвать кандидата", "Кандидат отозван.", text)


@require_POST
@once
def again(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _candidate(request, public_id)
    if not confirmed(request):
        text = "Регион снова рассмотрит кандидата. Проверьте, что его согласие действует."
        back = found.get_absolute_url()
        return confirm(request, title="Предложить снова?", text=text, button="Предложить снова", back=back)
    actions.propose_again(found, by=actor(request))
    tell(request, "Кандидат снова на рассмотрении.")
    return redirect(found)


@form_methods
@once
def appoint(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), _considered(request, public_id)
    form = AppointForm(request.POST or None, user=user, territory=top_in(user, Permission.LISTS_EDIT), candidate=found)
    text = "Назначение видят только регион и муниципалитет, который предложил человека и которому подчинена школа."
    return _write(request, found, form, actions.appoint, "Назначить", "Назначение записано.", text)


@form_methods
@once
def end(request: HttpRequest, public_id: str, appointment_id: str) -> HttpResponse:
    user, found = actor(request), _considered(request, public_id)
    rows = Appointment.objects.visible(user).filter(candidate=found).select_related("school", "candidate")
    one = get_object_or_404(rows, public_id=appointment_id)
    form = EndAppointmentForm(request.POST or None)
    if form.is_valid() and carried_out(form, lambda: actions.end_appointment(one, by=user, **form.cleaned_data)):
        tell(request, "Назначение закончено.")
        return redirect(found)
    return form_page(request, form, f"Закончить назначение: {one}", _trail(found), button="Закончить назначение")
