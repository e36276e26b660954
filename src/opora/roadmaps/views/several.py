"""Decisions on several assignments at once: chosen in a list, confirmed on a page that names them, undone at once."""

from __future__ import annotations

import hashlib
from copy import copy

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.models import Job
from opora.core.permissions import Permission
from opora.core.text import plural
from opora.core.workflow import Refused
from opora.roadmaps.actions import working
from opora.roadmaps.actions.working.common import DECIDE
from opora.roadmaps.forms import DecisionForm, ReturnForm
from opora.roadmaps.models import Assignment, AssignmentState, MassDecision, Postponement, PostponementState
from opora.roadmaps.queries.work import with_names
from opora.roadmaps.tables import AssignmentTable, PostponementTable
from opora.ui.once import once
from opora.ui.pages import confirmed, tell
from opora.ui.requests import actor

MOST = 100  # of one press: a page of the list; more are decided in the background
EVERY = 20_000  # of one decision


def _decider(request: HttpRequest) -> None:
    require(actor(request), Permission.ASSIGNMENTS_DECIDE, to=DECIDE)


def _chosen(request: HttpRequest) -> QuerySet[Assignment]:
    """The marked rows; or all that wait for the person's decision in the list they were looked at."""
    user = actor(request)
    if request.POST.get("every"):
        shown = copy(request)
        shown.GET = QueryDict(request.POST.get("back", ""))
        listed = AssignmentTable(shown, with_names(Assignment.objects.visible(user))).queryset
        mine = user.scope(Permission.ASSIGNMENTS_DECIDE).q("controller_path")
        return listed.filter(mine, state=AssignmentState.REPORTED, lead=None)
    ids = request.POST.getlist("assignment")[:MOST]
    return with_names(Assignment.objects.visible(user).filter(public_id__in=ids)).order_by("due", "pk")


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
    chosen, returning = _chosen(request), request.POST.get("do") == "return"
    ids = list(chosen.values_list("public_id", flat=True)[: EVERY + 1])
    if not ids:
        messages.warning(request, "Ничего не выбрано. Отметьте поручения, отчёты по которым проверили.")
        return HttpResponseRedirect(_back(request))
    if len(ids) > EVERY:
        raise Refused(f"Отчётов больше {EVERY}. Сузьте отбор, например одной дорожной картой, и решите по частям.")
    kind: type[DecisionForm] = ReturnForm if returning else DecisionForm
    sure = confirmed(request) and request.POST.get("shown", "") in ("", _digest(ids))
    form = kind(request.POST) if sure else kind(initial={"comment": request.POST.get("comment", "")})
    if not form.is_valid():
        return _ask(request, chosen, ids, form, returning)
    if len(ids) > MOST:
        comment = form.cleaned_data["comment"]
        begun = working.decide_very_many(ids, by=actor(request), returned=returning, comment=comment)
        return _job_page(working.job_of(begun), begun)
    act = working.return_several if returning else working.accept_several
    outcome = act(list(chosen), by=actor(request), comment=form.cleaned_data["comment"])
    _failures(request, outcome, "Не возвращено" if returning else "Не принято")
    if outcome.decision:
        undo = reverse("roadmaps:undo_decision", args=[outcome.decision.public_id])
        tell(request, f"{'Возвращено' if returning else 'Принято'} {_reports(len(outcome.done))}.", undo=undo)
    return HttpResponseRedirect(_back(request))


def _ask(
    request: HttpRequest, chosen: QuerySet[Assignment], ids: list[str], form: DecisionForm, returning: bool
) -> HttpResponse:
    """The page that names what would be decided; of very many the first, and that nothing has changed since."""
    every = bool(request.POST.get("every"))
    if confirmed(request) and not form.is_bound:
        messages.warning(request, "Пока вы решали, отчётов в отборе стало больше или меньше. Проверьте ещё раз.")
    context = {
        "rows": (rows := list(chosen[:MOST])),
        "chosen": [] if every else rows,  # the marked are sent again, of all only what they were
        "count": len(ids),
        "more": max(0, len(ids) - MOST),
        "shown": _digest(ids) if every else "",
        "form": form,
        "back": _back(request),
        "query": request.POST.get("back", ""),
        "returning": returning,
    }
    return render(request, "roadmaps/decide.html", context, status=422 if form.is_bound else 200)


def _digest(ids: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


def _job_page(job: Job | None, decision: MassDecision) -> HttpResponse:
    return HttpResponseRedirect(reverse("ui:job", args=[job.public_id]) if job else decision.get_absolute_url())


@require_GET
def mass_decision(request: HttpRequest, public_id: str) -> HttpResponse:
    """What became of a decision on very many, and the press that takes it back."""
    user = actor(request)
    found = get_object_or_404(MassDecision.objects.visible(user), public_id=public_id)
    job, undoing = working.job_of(found), working.job_of(found, undoing=True)
    last = undoing or job
    wanted = set(last.arguments["ids"]) if last else set()
    standing = set(found.assignments)
    left = standing if undoing else wanted - standing
    rows = with_names(Assignment.objects.visible(user).filter(public_id__in=list(left)[:MOST])).order_by("due", "pk")
    context = {"decision": found, "job": last, "undoing": undoing, "left": len(left), "rows": rows}
    context["count"] = len(wanted - standing if undoing else standing)
    return render(request, "roadmaps/mass_decision.html", context)


@require_POST
def undo_decision(request: HttpRequest, public_id: str) -> HttpResponse:
    user = actor(request)
    found = get_object_or_404(MassDecision.objects.visible(user), public_id=public_id)
    if len(found.assignments) > MOST or working.job_of(found):
        working.undo_very_many(found, by=user)
        return _job_page(working.job_of(found, undoing=True), found)
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
