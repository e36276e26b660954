"""Running a rule, its verdicts with the arithmetic behind each, a run repeated to the bit, two runs compared."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.assessments.actions import repeating
from opora.assessments.actions import running as actions
from opora.assessments.forms.running import RunForm
from opora.assessments.models import Run, RunState
from opora.assessments.queries import arithmetic, comparing, looking, looks
from opora.assessments.queries import deciding as queries
from opora.assessments.queries.basis import Arithmetic
from opora.assessments.rules import not_used, rule_of, rules_of, values_in_words
from opora.assessments.tables.deciding import DifferenceTable, RunTable, VerdictTable
from opora.assessments.territory import territory_of
from opora.core.actor import require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.actions import opened
from opora.lists.actions import RIGHT
from opora.ui.once import once
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
    return RunTable(request, queries.runs(user).of_their_own()).response("assessments/runs/runs.html")


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """What rules there are: where each comes from, what it asks and what it does not tell."""
    user = actor(request)
    require(user, Permission.LISTS_EDIT, to=RIGHT)
    territory = territory_of(user)
    context = {"known": rules_of(territory), "not_used": list(not_used()), "off": queries.switched_off(user)}
    return render(request, "assessments/runs/rules.html", context)


@form_methods
@once
def start(request: HttpRequest, rule_id: str) -> HttpResponse:
    user = actor(request)
    require(user, Permission.LISTS_EDIT, to=RIGHT)
    territory = territory_of(user)
    rule = rule_of(rule_id, territory)
    years = looking.years(territory)
    form = RunForm(request.POST or None, rule=rule, years=years, initial=request.GET.dict())
    if form.is_valid():
        given = form.cleaned_data
        made = actions.start(by=user, territory=territory, rule_id=rule.id, year=given["year"], said=given["said"])
        return redirect("ui:job", made.job_id)
    context = {"form": form, "rule": rule, "years": years}
    return render(request, "assessments/runs/start.html", context, status=422 if form.errors else 200)


@require_GET
def run(request: HttpRequest, public_id: str) -> HttpResponse:
    """The verdicts of a run; while it is computed, how far it is."""
    user, found = actor(request), seen(request, public_id)
    context = {"run": found, "values": values_in_words(found)}
    if found.state != RunState.DONE:
        context["stuck"] = found.trial_id is None and actions.stuck(found)
        context["again"] = "" if found.trial_id else reverse("assessments:run_again", args=[found.public_id])
        return render(request, "assessments/runs/run.html", context)
    table = VerdictTable(request, queries.verdicts(found, user), title=str(found))
    context["others"] = comparing.comparable(found, user)[: comparing.OFFERED]
    context["repetition"] = last = getattr(found, "repetition", None)
    context["repeating"] = last is not None and repeating.going(last)
    return table.response("assessments/runs/run.html", context)


@require_POST
@once
def again(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(queries.runs(actor(request)), public_id=public_id)
    actions.again(found, by=actor(request))
    return redirect("ui:job", found.job_id)


@require_POST
@once
def repeat(request: HttpRequest, public_id: str) -> HttpResponse:
    """Compute it anew and say whether every bit is the same."""
    found = get_object_or_404(queries.runs(actor(request)), public_id=public_id)
    made = repeating.repeat(found, by=actor(request))
    return redirect("ui:job", made.job_id)


@require_GET
def verdict(request: HttpRequest, public_id: str, school_id: str) -> HttpResponse:
    """Why a school is or is not on the list: the sentence, the figures, and the counts they come from."""
    user, found = actor(request), seen(request, public_id)
    one = get_object_or_404(queries.verdicts(found, user), organisation__public_id=school_id)
    counted = arithmetic.counted(found, one.organisation, user)
    context = {"run": found, "verdict": one, "why": Arithmetic(one, values_in_words(found), counted)}
    context["signs"] = looks.signs_in_year(one.organisation, found.year, user)
    return render(request, "assessments/runs/verdict.html", context)


@require_GET
def compare(request: HttpRequest, public_id: str) -> HttpResponse:
    """Two runs (the other chosen, or else the newest): who is listed by one alone, and why."""
    user, found = actor(request), seen(request, public_id)
    asked = request.GET.get("with", "")
    others = comparing.beside(found, asked, user)
    offered = list(others[: comparing.OFFERED])
    other = next((one for one in offered if one.public_id == asked or not asked), None)
    other = get_object_or_404(others, public_id=asked) if asked and other is None else other
    if found.state != RunState.DONE or other is None:
        raise Refused("Сравнить пока не с чем: нужны два готовых расчёта.")
    table = DifferenceTable(request, comparing.differing(found, other, user), title=f"{found} и {other}")
    context = {
        "run": found,
        "other": other,
        "overlap": comparing.overlap(found, other),
        "settings": comparing.settings_of(found, other),
        "others": offered,
    }
    return table.response("assessments/runs/compare.html", context)
