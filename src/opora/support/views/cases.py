"""Cases of schools: the table, the board, the page of one, and what is done there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.access.models import User
from opora.assessments import pictures
from opora.assessments.queries import looks
from opora.core.actor import Actor, Denied, require
from opora.core.permissions import Permission
from opora.identification.clusters import TITLES
from opora.journal.actions import opened
from opora.lists.models import school_year_label
from opora.support.actions import stepping as actions
from opora.support.actions.concerns import may_raise
from opora.support.actions.rights import may_do
from opora.support.conditions import CONDITIONS, lacking
from opora.support.forms.cases import DoForm, UndoForm
from opora.support.models import Case, CaseState, StepDone
from opora.support.models.progress import lights_in_words
from opora.support.points import parts_of
from opora.support.queries import brief, proofs
from opora.support.queries import cases as queries
from opora.support.queries.passports import passport_of
from opora.support.tables.cases import CaseTable, held_up
from opora.support.views.common import of_case
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import form_page, tell
from opora.ui.points import tabs_of
from opora.ui.requests import actor, form_methods

TO_SEE = "видеть дела школ"
WORK = 10  # assignments of a school on the page of its case


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.LISTS_VIEW, to=TO_SEE)
    return CaseTable(request, queries.cases(user)).response("support/cases.html")


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """How many cases of a year stand at which step; a press leads to them."""
    user = actor(request)
    require(user, Permission.LISTS_VIEW, to=TO_SEE)
    years = queries.years(user)
    year = looks.chosen_year(years, request.GET.get("year", ""))
    piles, ended = queries.board(user, year) if year else ([], {})
    context = {
        "piles": piles,
        "ended": [(state.value, state.label, ended[state]) for state in CaseState if ended.get(state)],
        "years": [(one, school_year_label(one)) for one in years],
        "year": year,
        "year_label": school_year_label(year) if year else "",
    }
    return render(request, "support/board.html", context)


def _chosen(found: list[Case], asked: str) -> Case | None:
    """The case of the year that the address asks for, or the newest."""
    return next((one for one in found if str(one.school_year) == asked), found[0] if found else None)


@require_GET
def school(request: HttpRequest, public_id: str) -> HttpResponse:
    """The case of a school in a year. That it was opened is journalled."""
    user = actor(request)
    every = queries.of_school(public_id, user)
    found = every[0].school if every else get_object_or_404(queries.schools(user), public_id=public_id)
    opened(by=user, on=found, text=f"открыл(а) дело школы «{found}»", path=found.path)
    case = _chosen(every, request.GET.get("year", ""))
    context = {"school": found, "tabs": tabs_of(user, found), "every": every, "case": case}
    if case is None:
        return render(request, "support/no_case.html", context)
    around = brief.of_case(case, user)
    course, rows = queries.course(case, around.proofs), looks.with_looks(found, user)
    newest = [row for row in rows if row.year == rows[0].year]
    last = course.last
    context |= {
        "course": course,
        "parts": parts_of(user, found),
        "held": held_up(case, user),
        "asked": [CONDITIONS[code].title for code in (case.step.codes if case.step else ()) if code in CONDITIONS],
        "may_raise": case.is_open and may_raise(user, found.path),
        "may_do": case.is_open and may_do(user, case, case.step),
        "lacking": lacking(case),
        "writes_lists": user.may(Permission.LISTS_EDIT, found.path),
        "last": last if last and _may_undo(request, case, last, course) else None,
        "provable": _provable(user, case, course),
        "brief": around,
        "lights": lights_in_words(case.reviewed or ()),  # type: ignore[attr-defined]  # annotated
        "passport": passport_of(found),
        "work": around.work[:WORK],
        "more_work": len(around.work) > WORK,
        "chart": pictures.marks(newest, title=f"Отметки за {rows[0].year} год") if rows else None,
        "cluster": TITLES.get(rows[0].cluster or "", "") if rows else "",  # type: ignore[attr-defined]  # annotated
    }
    return render(request, "support/case.html", context)


def _may_undo(request: HttpRequest, case: Case, last: StepDone, course: queries.Course) -> bool:
    step = next(one.step for one in course.steps if one.step.pk == last.step_id)
    return case.state in (CaseState.OPEN, CaseState.DONE) and may_do(actor(request), case, step)


def _provable(user: Actor, case: Case, course: queries.Course) -> set[int]:
    """Keys of the steps to whose document the person may add files."""
    changes = case.state in (CaseState.OPEN, CaseState.DONE)
    return {one.step.pk for one in course.steps if changes and one.done and may_do(user, case, one.step)}


@form_methods
@once
def do(request: HttpRequest, public_id: str) -> HttpResponse:
    """Mark the next step as done."""
    user = actor(request)
    case = get_object_or_404(queries.one(public_id, user))
    if case.step is None or not may_do(user, case, case.step):
        raise Denied("У вас нет права отметить этот шаг. Кто его выполняет, сказано в деле школы.")
    step = case.step
    known = proofs.of_case(case, user)
    form = DoForm(request.POST or None, request.FILES or None, step=step, known=known)
    if form.is_valid() and carried_out(form, lambda: actions.do_step(case, by=user, step=step, **form.cleaned_data)):
        tell(request, f"Выполнено: {step}.")
        return redirect(case)
    return form_page(request, form, f"Отметить шаг «{step}»", of_case(case), button="Отметить выполненным")


@form_methods
@once
def undo(request: HttpRequest, public_id: str, done_id: str) -> HttpResponse:
    """Undo the last step, with a reason."""
    user = actor(request)
    case = get_object_or_404(queries.one(public_id, user))
    done = get_object_or_404(case.done.all().standing().select_related("step"), public_id=done_id)
    if not may_do(user, case, done.step):
        raise Denied("У вас нет права отменить этот шаг. Кто его выполняет, сказано в деле школы.")
    form = UndoForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, lambda: actions.undo_step(case, by=user, done=done, reason=form.cleaned_data["reason"])
    ):
        tell(request, f"Шаг «{done.step}» отменён: он снова следующий.")
        return redirect(case)
    return form_page(request, form, f"Отменить шаг «{done.step}»", of_case(case), button="Отменить шаг")


def _account(request: HttpRequest) -> User:
    user: User = request.user  # type: ignore[assignment]
    return user


@require_POST
def watch(request: HttpRequest, public_id: str) -> HttpResponse:
    case = get_object_or_404(queries.one(public_id, actor(request)))
    actions.watch(case, by=_account(request))
    tell(request, "Вы следите за делом.", undo=reverse("support:unwatch", args=[case.public_id]))
    return redirect(case)


@require_POST
def unwatch(request: HttpRequest, public_id: str) -> HttpResponse:
    case = get_object_or_404(queries.one(public_id, actor(request)))
    actions.unwatch(case, by=_account(request))
    tell(request, "Вы больше не следите за делом.", undo=reverse("support:watch", args=[case.public_id]))
    return redirect(case)
