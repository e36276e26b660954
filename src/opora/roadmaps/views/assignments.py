"""«Мои дела», the table of assignments, the page of one with its thread, its evidence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.exports.actions import release
from opora.roadmaps.actions import working
from opora.roadmaps.forms import CancelForm, ControllerForm, DecisionForm, ReportForm
from opora.roadmaps.menu import assignment_url
from opora.roadmaps.models import Assignment, Evidence
from opora.roadmaps.queries import work
from opora.roadmaps.queries.thread import around
from opora.roadmaps.tables import AssignmentTable
from opora.roadmaps.views.common import form_page, seen_assignment
from opora.roadmaps.views.page import page
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.points import menu_of, waiting
from opora.ui.requests import actor, form_methods
from opora.ui.saved import default_url

REPORT_BUTTONS: dict[str, tuple[Callable[..., object], str]] = {
    "draft": (working.save_draft, "Черновик сохранён."),
    "submit": (working.submit, "Отчёт сдан, решение за контролирующим."),
    "contribute": (working.contribute, "Ваша часть передана ведущему исполнителю."),
    "agree": (working.agree, "Согласовано."),
}


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The first page of everybody: what is asked of me. Who executes nothing is led to the first page he has."""
    user = actor(request)
    if not user.may(Permission.ASSIGNMENTS_VIEW):
        first = next(iter(menu_of(user)), None)
        return HttpResponseRedirect(first.url) if first else render(request, "roadmaps/nothing.html")
    heaps = work.my_work(user)
    asked = [heap for heap in heaps if heap.total]
    others = [heap for heap in waiting.call(user) if heap]
    context = {
        "heaps": asked,
        "others": others,
        "date_requests": work.dates_to_name(user),
        "asks_time": any(one.asked_due for heap in asked for one in heap.rows),
        "next_due": work.next_due(user) if not asked else None,
    }
    return render(request, "roadmaps/home.html", context)


@require_GET
def assignments(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.ASSIGNMENTS_VIEW, to="видеть поручения")
    usual = default_url(request, AssignmentTable.name)
    if usual:
        return HttpResponseRedirect(usual)
    rows = work.with_names(Assignment.objects.visible(user))
    return AssignmentTable(request, rows).response(
        "roadmaps/assignments.html", {"decides": user.may(Permission.ASSIGNMENTS_DECIDE)}
    )


@require_GET
def assignment(request: HttpRequest, public_id: str) -> HttpResponse:
    return page(request, seen_assignment(request, public_id, **around(actor(request))))


@require_POST
def start(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen_assignment(request, public_id)
    working.start(found, by=actor(request))
    tell(request, "Поручение взято в работу.")
    return HttpResponseRedirect(assignment_url(found))


@require_POST
@once
def report(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep the draft, hand it in or give it to the lead, as the button says. What does not fit is shown as typed."""
    found = seen_assignment(request, public_id)
    pressed = request.POST.get("do", "")
    act, said = REPORT_BUTTONS.get(pressed, REPORT_BUTTONS["draft"])
    form = ReportForm(request.POST, request.FILES, draft=act is working.save_draft)
    if not form.is_valid():
        return page(request, found, report=form, status=422)
    data = form.cleaned_data
    written = {name: data[name] for name in ("text", "figures", "version")}
    try:
        act(found, by=actor(request), attachments=form.attachments(), **written)
    except working.Overtaken as overtaken:
        return page(request, found, report=form, theirs=overtaken.report, status=422)
    except Refused as refused:
        form.add_error(None, str(refused))
        return page(request, found, report=form, status=422)
    tell(request, said)
    return HttpResponseRedirect(assignment_url(found))


@require_POST
@once
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """Accept or return, as the pressed button says."""
    found = seen_assignment(request, public_id)
    form = DecisionForm(request.POST)
    accepting = request.POST.get("do") == "accept"
    if form.is_valid():
        act: Callable[..., None] = working.accept if accepting else working.give_back
        try:
            act(found, by=actor(request), comment=form.cleaned_data["comment"])
        except Refused as refused:
            form.add_error("comment" if not accepting else None, str(refused))
        else:
            working.forget_typed(found, by=actor(request), form="decision")
            undo = reverse(f"roadmaps:{'reconsider' if accepting else 'take_again'}", args=[found.public_id])
            tell(request, "Отчёт принят." if accepting else "Отчёт возвращён на доработку.", undo=undo)
            return HttpResponseRedirect(assignment_url(found))
    return page(request, found, decision=form, status=422)


@require_POST
def reconsider(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen_assignment(request, public_id)
    working.reconsider(found, by=actor(request))
    tell(request, "Принятие отменено, отчёт снова ждёт решения.")
    return HttpResponseRedirect(assignment_url(found))


@require_POST
def take_again(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen_assignment(request, public_id)
    working.take_again(found, by=actor(request))
    tell(request, "Возврат отменён, отчёт снова ждёт решения.")
    return HttpResponseRedirect(assignment_url(found))


@form_methods
@once
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen_assignment(request, public_id)
    require(actor(request), Permission.ROADMAPS_SEND, found.roadmap.organisation.path, to="отменять поручения")
    form = CancelForm(request.POST or None)
    if form.is_valid():
        working.cancel(found, by=actor(request), comment=form.cleaned_data["comment"])
        tell(request, "Поручение отменено.", undo=reverse("roadmaps:restore", args=[found.public_id]))
        return HttpResponseRedirect(assignment_url(found))
    return form_page(request, form, "Отменить поручение", "Отменить поручение", found)


@require_POST
def restore(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen_assignment(request, public_id)
    working.restore(found, by=actor(request))
    tell(request, "Поручение восстановлено.")
    return HttpResponseRedirect(assignment_url(found))


@form_methods
@once
def controller(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen_assignment(request, public_id)
    require(actor(request), Permission.ROADMAPS_SEND, found.roadmap.organisation.path, to="менять контролирующего")
    initial = {"controller": found.controller.short_name}
    form = ControllerForm(request.POST or None, roadmap=found.roadmap, initial=initial)
    if form.is_valid():
        working.set_controller(found, by=actor(request), controller=form.cleaned_data["controller"])
        tell(request, "Контролирующий изменён.")
        return HttpResponseRedirect(assignment_url(found))
    return form_page(request, form, "Кто контролирует", "Сохранить", found)


@require_GET
def evidence(request: HttpRequest, public_id: str) -> HttpResponse:
    """A copy of a file that proves a report: always as an attachment, journalled."""
    user = actor(request)
    rows = Evidence.objects.visible(user).select_related("report__assignment__executor")
    found = get_object_or_404(rows.exclude(file=""), public_id=public_id)
    place = found.report.assignment
    with found.file.open("rb") as file:
        content = file.read()
    return release(
        by=user,
        name=PurePath(found.name).stem,
        kind=PurePath(found.name).suffix.lstrip(".").lower(),
        content=content,
        on=found,
        path=place.executor.path,
        confidential=place.via_list,
        original=True,
    )


@require_POST
def remove_evidence(request: HttpRequest, public_id: str) -> HttpResponse:
    user = actor(request)
    rows = Evidence.objects.visible(user).select_related("report__assignment__executor")
    found = get_object_or_404(rows, public_id=public_id)
    place = found.report.assignment.executor.path
    require(user, Permission.ASSIGNMENTS_REPORT, place, to=working.REPORT)
    back = assignment_url(found.report.assignment)
    if not confirmed(request):
        text = f"Убрать «{found.name}» из черновика отчёта?"
        return confirm(request, title="Убрать подтверждение", text=text, button="Убрать", back=back)
    working.detach(found, by=user)
    tell(request, "Убрано.")
    return HttpResponseRedirect(back)
