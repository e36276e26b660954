"""How an agreed programme goes: what was said on which day, and a new review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from opora.core.actor import Denied
from opora.support.actions import progress as actions
from opora.support.forms.progress import ProgressForm
from opora.support.models import Light, ProgressReview
from opora.support.queries.orders import execution
from opora.support.queries.programmes import measures_work
from opora.support.views.programmes.pages import programme_of, trail
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import form_page, tell
from opora.ui.requests import actor, form_methods

TONES = {Light.GREEN: "success", Light.AMBER: "warning", Light.RED: "danger"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A review with its lights in words and how far each indicator is on its way."""

    review: ProgressReview
    goals: list[dict[str, Any]]
    values: list[dict[str, Any]]


def _shown(one: ProgressReview) -> Shown:
    goals = [{**goal, "words": Light(goal["light"]).label, "tone": TONES[Light(goal["light"])]} for goal in one.goals]
    values = [{**row, "way": actions.way(row["baseline"], row["target"], row["value"])} for row in one.values]
    return Shown(one, goals, values)


@require_GET
def progress(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), programme_of(request, public_id)
    case = found.case
    may = case.is_open and found.standing is not None and actions.may_review(user, case)
    said = ProgressReview.objects.filter(programme=found)
    context = {"case": case, "programme": found, "reviews": [_shown(one) for one in said], "may": may}
    context["back"] = found.get_absolute_url()
    context["execution"] = execution(measures_work(found, user).values())
    return render(request, "support/progress.html", context)


@form_methods
@once
def review(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), programme_of(request, public_id)
    if not actions.may_review(user, found.case):
        raise Denied("Ход программы разбирают школа, её муниципалитет и регион.")
    last = ProgressReview.objects.filter(programme=found).first()
    form = ProgressForm(request.POST or None, programme=found, known=actions.known_values(found), last=last)
    if form.is_valid() and carried_out(form, lambda: actions.review(found, by=user, **form.given)):
        tell(request, "Разбор записан.")
        return redirect("support:progress", public_id)
    return form_page(request, form, "Разбор хода программы", trail(found), button="Записать разбор")
