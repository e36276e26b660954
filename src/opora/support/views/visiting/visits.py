"""Seasons and visits in the browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import Actor, Denied, require
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.documents.printing import render as printed
from opora.exports.actions import release
from opora.journal.actions import opened
from opora.notices.clashes import on_days, warning
from opora.registry.queries import top_in
from opora.support.actions import advising
from opora.support.actions import visiting as actions
from opora.support.calendar import goers
from opora.support.forms.visits import CancelForm, MoveForm, NoteForm, ReportForm, VisitForm
from opora.support.models.mentoring import Mentor
from opora.support.models.visits import Visit, VisitMember, VisitState
from opora.support.papers.day_pack import day_pack as paper
from opora.support.papers.visit_report import visit_report as report_paper
from opora.support.queries import orders
from opora.support.tables.visits import VisitTable
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import Trail, form_page, tell
from opora.ui.requests import actor, form_methods


def trail(found: Visit | None = None) -> Trail:
    above = ("Визиты", reverse("support:visits"))
    return (above, (str(found), found.get_absolute_url())) if found else (above,)


def _visits(request: HttpRequest) -> Any:
    found = Visit.objects.visible(actor(request)).select_related("school__parent", "sheet")
    team = VisitMember.objects.select_related("mentor__organisation")
    return found.prefetch_related(Prefetch("team", queryset=team))


def visit_of(request: HttpRequest, public_id: str) -> Visit:
    found: Visit = get_object_or_404(_visits(request), public_id=public_id)
    return found


@require_GET
def visits(request: HttpRequest) -> HttpResponse:
    """Those to schools of which one may know, and those to which one's own organisation sends somebody."""
    user = actor(request)
    if not user.may(Permission.LISTS_VIEW):
        require(user, Permission.ASSIGNMENTS_REPORT, to="видеть визиты в школы")
    context = {"may_plan": user.may(Permission.LISTS_EDIT)}
    return VisitTable(request, _visits(request)).response("support/visiting/visits.html", context)


@form_methods
@once
def new(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.LISTS_EDIT, to=actions.TO_PLAN)
    territory = top_in(user, Permission.LISTS_EDIT)
    mentors = Mentor.objects.visible(user).active().filter(kind__in=actions.GOING).select_related("organisation")
    form = VisitForm(request.POST or None, user=user, territory=territory, mentors=mentors)
    made: list[Visit] = []
    if form.is_valid() and carried_out(form, lambda: made.append(actions.make_visit(by=user, **form.cleaned_data))):
        tell(
            request, f"Визит назначен. Теперь его согласуют школа и муниципалитет.{_warned(user, made[0], made[0].day)}"
        )
        return redirect(made[0])
    return form_page(request, form, "Новый визит", trail())


def _warned(user: Actor, found: Visit, day: dt.date) -> str:
    """What the team has on that day."""
    names = goers(found)
    return warning(on_days(user, names, day, day, but=found.public_id), names)


def _sides(user: Actor, found: Visit) -> list[dict[str, Any]]:
    """Both sides that agree: their word, when and who did, whether the person may now."""
    sides = []
    for side, word in ((actions.SCHOOL, "Согласие школы"), (actions.AREA, "Согласие муниципалитета")):
        at, who = getattr(found, f"{side}_agreed_at"), getattr(found, f"{side}_agreed_by")
        may = at is None and actions.may_agree(user, found, side)
        sides.append({"code": side, "word": word, "at": at, "who": who, "may": may})
    return sides


@require_GET
def visit(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), visit_of(request, public_id)
    opened(by=user, on=found, text=f"открыл(а) визит: {found}", path=found.school.path)
    path = found.school.path
    may_write = actions.may_write(user, found)
    advice = orders.advised(user, found)
    context = {
        "visit": found,
        "team": found.team.all(),
        "notes": found.notes.all(),
        "advice": advice,
        "may_order": advising.may_order(user, found) and any(one.waits for one in advice),
        "knows": knowledge(user).of(path),
        "may_write": may_write and found.state != VisitState.CANCELLED,
        "may_mark": may_write or (path in user.own.paths and user.may(Permission.ASSIGNMENTS_REPORT, path)),
        "may_cancel": user.may(Permission.LISTS_EDIT, path) and found.state == VisitState.PLANNED,
        "sides": _sides(user, found),
    }
    return render(request, "support/visiting/visit.html", context)


@require_POST
@once
def agree(request: HttpRequest, public_id: str, side: str) -> HttpResponse:
    found = visit_of(request, public_id)
    actions.agree(found, by=actor(request), side=side)
    tell(request, "Визит согласован.")
    return redirect(found)


def written(
    request: HttpRequest, found: Visit, form: forms.Form, heading: str, said: str, act: Callable[..., Any]
) -> HttpResponse:
    """A form of a visit: carried out, then back to it."""
    user = actor(request)
    if form.is_valid():
        given = getattr(form, "given", form.cleaned_data)
        if carried_out(form, lambda: act(found, by=user, **given)):
            tell(request, said)
            return redirect(found if act is not actions.cancel else reverse("support:visits"))
    return form_page(request, form, heading, trail(found))


def writing(request: HttpRequest, public_id: str) -> Visit:
    found = visit_of(request, public_id)
    if not actions.may_write(actor(request), found):
        raise Denied("Записи визита ведут его команда и региональный координатор.")
    return found


@form_methods
@once
def hold(request: HttpRequest, public_id: str) -> HttpResponse:
    found, form = writing(request, public_id), ReportForm(request.POST or None)
    return written(request, found, form, "Отчёт о визите", "Отчёт сдан.", actions.hold)


@form_methods
@once
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    found, form = visit_of(request, public_id), MoveForm(request.POST or None)
    require(actor(request), Permission.LISTS_EDIT, found.school.path, to=actions.TO_PLAN)
    said = "Визит перенесён, его согласуют заново."
    if form.is_valid():
        said += _warned(actor(request), found, form.cleaned_data["day"])
    return written(request, found, form, "Перенести визит", said, actions.move)


@form_methods
@once
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    found, form = visit_of(request, public_id), CancelForm(request.POST or None)
    require(actor(request), Permission.LISTS_EDIT, found.school.path, to=actions.TO_PLAN)
    return written(request, found, form, "Отменить визит", "Визит отменён.", actions.cancel)


@form_methods
@once
def add_note(request: HttpRequest, public_id: str) -> HttpResponse:
    found = writing(request, public_id)
    form = NoteForm(request.POST or None, sheet=found.sheet)
    return written(request, found, form, "Урок или консультация", "Записано.", actions.add_note)


@require_GET
def day_pack(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the team takes along, to print."""
    user, found = actor(request), visit_of(request, public_id)
    content, name = printed(paper(found, user), "docx"), f"Пакет дня {found.day:%d.%m.%Y}"
    path = found.school.path
    return release(by=user, name=name, kind="docx", content=content, on=found, path=path, confidential=True)


@require_GET
def report(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was seen and advised, as docx; before the report is handed in, what is written so far."""
    user, found = actor(request), visit_of(request, public_id)
    content, name = printed(report_paper(found, user), "docx"), f"Отчёт о визите {found.day:%d.%m.%Y}"
    path = found.school.path
    return release(by=user, name=name, kind="docx", content=content, on=found, path=path, confidential=True)
