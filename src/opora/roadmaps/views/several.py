"""Decisions on several assignments at once: chosen in a list, confirmed on a page that names them, undone at once."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.core.text import plural
from opora.core.workflow import Refused
from opora.roadmaps.actions import working
from opora.roadmaps.actions.working.common import DECIDE
from opora.roadmaps.forms import DecisionForm, ReturnForm
from opora.roadmaps.models import Assignment, MassDecision, Postponement, PostponementState
from opora.roadmaps.queries.work import with_names
from opora.roadmaps.tables import PostponementTable
from opora.ui.once import once
from opora.ui.pages import confirmed, tell
from opora.ui.requests import actor

MOST = 100  # of one press: a page of the list


def _decider(request: HttpRequest) -> None:
    require(actor(request), Permission.ASSIGNMENTS_DECIDE, to=DECIDE)


def _chosen(request: HttpRequest) -> QuerySet[Assignment]:
    ids = request.POST.getlist("assignment")[:MOST]
    return with_names(Assignment.objects.visible(actor(request)).filter(public_id__in=ids)).order_by("due", "pk")


def _back(request: HttpRequest) -> str:
    """The list that the rows were chosen in."""
    query = request.POST.get("back", "")
    home = reverse("roadmaps:home")
    return home if query == "home" else f"{reverse('roadmaps:assignments')}?{query}"


def _failures(request: HttpRequest, outcome: working.Outcome, said: str) -> None:
    for one, why in outcome.failed:
        messages.error(request, f"{said} — {one.executor.short_name}, {one.activity.label}: {why}")


def _reports(count: int) -> str:
    return f"{count} {plural(count, 'отчёт', 'отчёта', 'отчётов')}"


@require_POST
@once
def decide(request: HttpRequest) -> HttpResponse:
    """Ask once, naming what and how many; then accept all or return all, telling what could not be."""
    _decider(request)
    rows, returning = list(_chosen(request)), request.POST.get("do") == "return"
    chosen: type[DecisionForm] = ReturnForm if returning else DecisionForm
    form = chosen(request.POST) if confirmed(request) else chosen()
    if not rows:
        messages.warning(request, "Ничего не выбрано. Отметьте поручения, отчёты по которым проверили.")
        return HttpResponseRedirect(_back(request))
    if not form.is_valid():
        context = {"rows": rows, "form": form, "back": _back(request), "query": request.POST.get("back", "")}
        context["returning"] = returning
        return render(request, "roadmaps/decide.html", context, status=422 if form.is_bound else 200)
    act = working.return_several if returning else working.accept_several
    outcome = act(rows, by=actor(request), comment=form.cleaned_data["comment"])
    _failures(request, outcome, "Не возвращено" if returning else "Не принято")
    if outcome.decision:
        undo = reverse("roadmaps:undo_decision", args=[outcome.decision.public_id])
        tell(request, f"{'Возвращено' if returning else 'Принято'} {_reports(len(outcome.done))}.", undo=undo)
    return HttpResponseRedirect(_back(request))


@require_POST
def undo_decision(request: HttpRequest, public_id: str) -> HttpResponse:
    user = actor(request)
    found = get_object_or_404(MassDecision.objects.visible(user), public_id=public_id)
    outcome = working.undo(found, by=user)
    _failures(request, outcome, "Осталось возвращённым" if found.returned else "Осталось принятым")
    tell(request, f"{'Возврат отменён' if found.returned else 'Принятие отменено'}: {_reports(len(outcome.done))}.")
    return HttpResponseRedirect(f"{reverse('roadmaps:assignments')}?whose=controlled&state=decide")


def _requests(request: HttpRequest) -> QuerySet[Postponement]:
    """Requests that wait for the person's decision."""
    user = actor(request)
    waiting = Postponement.objects.visible(user).filter(state=PostponementState.ASKED)
    mine = waiting.filter(user.scope(Permission.ASSIGNMENTS_DECIDE).q("assignment__controller_path"))
    names = ("activity", "part", "executor", "controller", "roadmap__organisation")
    found: QuerySet[Postponement] = mine.select_related(*(f"assignment__{name}" for name in names))
    return found


@require_GET
def postponements(request: HttpRequest) -> HttpResponse:
    _decider(request)
    return PostponementTable(request, _requests(request)).response("roadmaps/postponements.html")


@require_POST
@once
def decide_postponements(request: HttpRequest) -> HttpResponse:
    """Grant each of the chosen the day it asks for, or refuse all with one comment."""
    _decider(request)
    chosen = list(_requests(request).filter(public_id__in=request.POST.getlist("postponement")[:MOST]))
    page = HttpResponseRedirect(reverse("roadmaps:postponements"))
    granted, comment = request.POST.get("do") == "grant", request.POST.get("comment", "")[:4000]
    if not chosen:
        messages.warning(request, "Ничего не выбрано. Отметьте просьбы, о которых решаете.")
        return page
    if not granted and not comment.strip():
        raise Refused("Чтобы отказать, напишите комментарий: исполнителям нужно знать причину.")
    outcome = working.postpone_several(chosen, by=actor(request), granted=granted, comment=comment)
    _failures(request, outcome, "Не решено")
    count = len(outcome.done)
    if count:
        said = "Сроки перенесены" if granted else "В переносе отказано"
        tell(request, f"{said}: {count} {plural(count, 'поручение', 'поручения', 'поручений')}.")
    return page
