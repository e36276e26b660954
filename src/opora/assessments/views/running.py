"""Running a rule, its verdicts with the arithmetic behind each, and two runs compared."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from opora.assessments.actions import running as actions
from opora.assessments.forms.running import RunForm
from opora.assessments.models import Run, RunState
from opora.assessments.queries import deciding as queries
from opora.assessments.queries import looking
from opora.assessments.queries.basis import Arithmetic
from opora.assessments.rules import all_rules, parameters_said, rule_of
from opora.assessments.tables.deciding import DifferenceTable, RunTable, VerdictTable
from opora.assessments.territory import territory_of
from opora.core.actor import require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.actions import opened
from opora.lists.actions import RIGHT
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods


def seen(request: HttpRequest, public_id: str) -> Run:
    """The run, or 404 where the person does not write lists there; that it was opened is journalled."""
    user = actor(request)
    found = get_object_or_404(queries.runs(user), public_id=public_id)
    opened(by=user, on=found, text=f"открыл(а) расчёт «{found}»", path=found.territory.path)
    return found


@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.LISTS_EDIT, to=RIGHT)
    return RunTable(request, queries.runs(user)).response("assessments/runs/runs.html")


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """What rules there are: where each comes from, what it asks and what it does not tell."""
    require(actor(request), Permission.LISTS_EDIT, to=RIGHT)
    return render(request, "assessments/runs/rules.html", {"rules": all_rules()})


@form_methods
@once
def start(request: HttpRequest, rule_id: str) -> HttpResponse:
    user = actor(request)
    territory = territory_of(user)
    rule = rule_of(rule_id)
    years = looking.years(territory)
    form = RunForm(request.POST or None, rule=rule, years=years)
    if form.is_valid():
        given = form.cleaned_data
        made = actions.start(by=user, territory=territory, rule_id=rule.id, year=given["year"], said=given["said"])
        tell(request, "Расчёт начат.")
        return redirect(made)
    return render(request, "assessments/runs/start.html", {"form": form, "rule": rule, "years": years})


@require_GET
def run(request: HttpRequest, public_id: str) -> HttpResponse:
    """The verdicts of a run; while it is computed, how far it is."""
    user, found = actor(request), seen(request, public_id)
    rule = rule_of(found.rule_id)
    context = {"run": found, "rule": rule, "values": parameters_said(rule, found.values)}
    if found.state != RunState.DONE:
        return render(request, "assessments/runs/run.html", context)
    table = VerdictTable(request, queries.verdicts(found, user), title=str(found))
    context["others"] = queries.comparable(found, user)[:20]
    return table.response("assessments/runs/run.html", context)


@require_POST
@once
def again(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(queries.runs(actor(request)), public_id=public_id)
    actions.again(found, by=actor(request))
    tell(request, "Расчёт начат снова.")
    return redirect(found)


@require_GET
def verdict(request: HttpRequest, public_id: str, school_id: str) -> HttpResponse:
    """Why a school is or is not on the list: the sentence, the figures, and the counts they come from."""
    user, found = actor(request), seen(request, public_id)
    one = get_object_or_404(queries.verdicts(found, user), organisation__public_id=school_id)
    rows = looking.school_rows(one.organisation, user)
    context = {"run": found, "verdict": one, "rule": rule_of(found.rule_id), "why": Arithmetic.of(one, rows)}
    return render(request, "assessments/runs/verdict.html", context)


@require_GET
def compare(request: HttpRequest, public_id: str) -> HttpResponse:
    """Two runs (the other chosen, or else the newest): who is listed by one alone, and why."""
    user, found = actor(request), seen(request, public_id)
    others, asked = queries.comparable(found, user), request.GET.get("with", "")
    other = get_object_or_404(others, public_id=asked) if asked else others.first()
    if found.state != RunState.DONE or other is None:
        raise Refused("Сравнить пока не с чем: нужны два готовых расчёта.")
    table = DifferenceTable(request, queries.differing(found, other, user), title=f"{found} и {other}")
    context = {"run": found, "other": other, "overlap": queries.overlap(found, other)}
    return table.response("assessments/runs/compare.html", context)
