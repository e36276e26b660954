"""The laboratory: a rule replayed over past years, kept, opened again, set beside another trial, taken as a sheet."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.assessments import trials as pictures
from opora.assessments.actions import trials as actions
from opora.assessments.forms.laboratory import CostForm, TrialForm
from opora.assessments.forms.running import written
from opora.assessments.models import Trial, TrialState
from opora.assessments.queries import looking
from opora.assessments.queries import trials as queries
from opora.assessments.queries.comparing import OFFERED
from opora.assessments.rules import rule_as_run, rule_of, rules_of, values_in_words
from opora.assessments.tables.laboratory import MovedTable, TrialTable
from opora.assessments.territory import territory_of
from opora.core.actor import require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.exports.actions import release
from opora.exports.sheets import workbook
from opora.journal.actions import opened
from opora.lists.actions import RIGHT
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor, form_methods


def seen(request: HttpRequest, public_id: str) -> Trial:
    """The trial, or 404 where the person does not write lists there; that it was opened is journalled."""
    user = actor(request)
    found = get_object_or_404(queries.trials(user), public_id=public_id)
    opened(by=user, on=found, text=f"открыл(а) пробу правила «{found}»", path=found.territory.path)
    return found


@require_GET
def trials(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.LISTS_EDIT, to=RIGHT)
    context = {"rules": rules_of(territory_of(user))}
    return TrialTable(request, queries.trials(user)).response("assessments/laboratory/trials.html", context)


@form_methods
@once
def start(request: HttpRequest, rule_id: str) -> HttpResponse:
    """The form begins with what the URL says, so that a trial can be passed on or changed a little."""
    user = actor(request)
    require(user, Permission.LISTS_EDIT, to=RIGHT)
    territory = territory_of(user)
    rule, years = rule_of(rule_id, territory), looking.years(territory)
    form = TrialForm(request.POST or None, rule=rule, years=years, initial=request.GET.dict())
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("first_year", "last_year", "regions", "cost", "said")}
        made = actions.start(by=user, territory=territory, rule_id=rule.id, **given)
        return redirect("ui:job", made.job_id)
    context = {"form": form, "rule": rule, "years": years}
    return render(request, "assessments/laboratory/start.html", context, status=422 if form.errors else 200)


def _priced(request: HttpRequest, trial: Trial) -> int:
    """Roubles a school: as the URL says, else as the trial was started."""
    form = CostForm(request.GET)
    said = form.cleaned_data["cost"] if form.is_valid() else None
    return trial.cost if said is None else int(said)


@require_GET
def trial(request: HttpRequest, public_id: str) -> HttpResponse:
    """How the list would have moved, whom it meets, what it costs; while it is computed, how far it is."""
    user, found = actor(request), seen(request, public_id)
    cost = _priced(request, found)
    context = {"trial": found, "values": values_in_words(found), "cost": cost, "changing": urlencode(_changing(found))}
    if found.state != TrialState.DONE:
        context["stuck"] = actions.stuck(found)
        context["again"] = reverse("assessments:trial_again", args=[found.public_id])
        return render(request, "assessments/laboratory/trial.html", context)
    rows = queries.years(found, cost)
    charts = [pictures.changes(rows), pictures.fairness(found, rows)]
    context |= {"rows": rows, "charts": [one for one in charts if one], "form": CostForm({"cost": cost})}
    context |= {"others": queries.comparable(found, user)[:OFFERED], "truth": queries.truth(found)}
    table = MovedTable(request, queries.moved(found, user), title=f"Кто входил и выходил: {found}")
    return table.response("assessments/laboratory/trial.html", context)


def _changing(trial: Trial) -> dict[str, object]:
    """The fields of a new trial that begins as this one."""
    told = {name: getattr(trial, name) for name in ("first_year", "last_year", "regions", "cost")}
    try:
        return {**told, **written(trial.values, rule_as_run(trial))}
    except Refused:
        return told


@require_POST
@once
def again(request: HttpRequest, public_id: str) -> HttpResponse:
    made = actions.again(seen(request, public_id), by=actor(request))
    return redirect("ui:job", made.job_id)


@require_POST
@once
def delete(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen(request, public_id)
    if not confirmed(request):
        text = f"Проба «{found}» и списки её лет будут удалены. Расчёты и проекты списков останутся."
        return confirm(request, title="Удалить пробу?", text=text, button="Удалить", back=found.get_absolute_url())
    actions.delete(found, by=actor(request))
    tell(request, "Проба удалена.")
    return redirect("assessments:trials")


@require_GET
def compare(request: HttpRequest, public_id: str) -> HttpResponse:
    """Two trials (the other chosen, or else the newest), year by year."""
    user, found = actor(request), seen(request, public_id)
    others, asked = queries.comparable(found, user), request.GET.get("with", "")
    offered = list(others[:OFFERED])
    other = next((one for one in offered if one.public_id == asked or not asked), None)
    other = get_object_or_404(others, public_id=asked) if asked and other is None else other
    if found.state != TrialState.DONE or other is None:
        raise Refused("Сравнить пока не с чем: нужны две готовые пробы.")
    told = [
        {"trial": one, "values": values_in_words(one), "rows": queries.years(one, one.cost)} for one in (found, other)
    ]
    context = {"trial": found, "other": other, "told": told, "pairs": queries.pairs(found, other)}
    context["others"] = offered
    return render(request, "assessments/laboratory/compare.html", context)


@require_GET
def figures(request: HttpRequest, public_id: str) -> HttpResponse:
    """The figures of the years as a sheet; it names no school, but a list of one municipality's size tells enough."""
    user, found = actor(request), seen(request, public_id)
    title = f"Проба правила: {found}"
    rows = pictures.sheet(queries.years(found, _priced(request, found)))
    content = workbook(title, pictures.SHEET, rows, by=user)
    return release(
        by=user, name=title, kind="xlsx", content=content, on=found, path=found.territory.path, confidential=True
    )
