"""The risk profile of a case: looked at, worked out, its factors chosen."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import Denied
from opora.journal.actions import opened
from opora.support import pictures
from opora.support.actions import risks as actions
from opora.support.forms.risks import ChooseForm
from opora.support.models import Case
from opora.support.queries import cases
from opora.support.queries import risks as queries
from opora.support.scoring import shipped
from opora.support.views.common import of_case
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import form_page, tell
from opora.ui.requests import actor, form_methods


def _case(request: HttpRequest, public_id: str) -> Case:
    return get_object_or_404(cases.one(public_id, actor(request)))


@require_GET
def risks(request: HttpRequest, public_id: str) -> HttpResponse:
    """How high each risk is and why. That it was opened is journalled."""
    user, case = actor(request), _case(request, public_id)
    opened(by=user, on=case.school, text=f"открыл(а) дело школы «{case.school}»", path=case.school.path)
    profile = queries.profile_of(case)
    lines = queries.lines(case, profile, user) if profile else []
    known, unknown = queries.apart(lines)
    context = {
        "case": case,
        "profile": profile,
        "lines": known,
        "unknown": unknown,
        "fillers": queries.fillers(case.school, unknown),
        "chart": pictures.profile(lines),
        "may": case.is_open and actions.may_compose(user, case),
        "version": shipped().version,
    }
    return render(request, "support/risks.html", context)


@require_POST
@once
def score(request: HttpRequest, public_id: str) -> HttpResponse:
    case = _case(request, public_id)
    actions.score(case, by=actor(request))
    tell(request, "Профиль посчитан по последним данным.")
    return redirect("support:risks", public_id)


@form_methods
@once
def choose(request: HttpRequest, public_id: str) -> HttpResponse:
    """The factors to work on, with what the school says of each."""
    user, case = actor(request), _case(request, public_id)
    if not actions.may_compose(user, case):
        raise Denied("Факторы выбирают школа, её муниципалитет и регион.")
    profile = queries.profile_of(case)
    lines = queries.lines(case, profile, user) if profile else []
    known, unknown = queries.apart(lines)
    form = ChooseForm(request.POST or None, lines=[*known, *unknown])
    if form.is_valid() and carried_out(form, lambda: actions.choose(case, by=user, **form.given)):
        tell(request, "Факторы выбраны: по ним составляется программа.")
        return redirect("support:risks", public_id)
    trail = of_case(case, ("Рисковый профиль", reverse("support:risks", args=[public_id])))
    return form_page(request, form, "Факторы, над которыми работает школа", trail, button="Сохранить выбор")
