"""The programme of a case: looked at, drafted, changed item by item, compared, printed."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import Denied
from opora.core.clock import today
from opora.documents.printing import render as printed
from opora.exports.actions import release
from opora.journal.actions import opened
from opora.support.actions import programmes as actions
from opora.support.actions.reviewing import is_judged, points_of
from opora.support.forms.programmes import KINDS, ItemForm, factors_of, form_of
from opora.support.models import Case, Programme, ProgrammeState, ProgrammeVersion
from opora.support.papers.programmes import programme as paper
from opora.support.programmes import RISK_POINTS, Content, Goal, Measure, differences, lacks, shelf
from opora.support.queries import cases, risks
from opora.support.queries import programmes as queries
from opora.support.scoring import shipped
from opora.support.views.common import of_case
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import Trail, confirm, confirmed, tell
from opora.ui.requests import actor, form_methods


def case_of(request: HttpRequest, public_id: str) -> Case:
    return get_object_or_404(cases.one(public_id, actor(request)))


def programme_of(request: HttpRequest, public_id: str) -> Programme:
    return get_object_or_404(queries.of_case(public_id, actor(request)))


def trail(found: Programme) -> Trail:
    return of_case(found.case, ("Программа", found.get_absolute_url()))


@require_GET
def programme(request: HttpRequest, public_id: str) -> HttpResponse:
    """What it says, what it lacks, who is to decide. That it was opened is journalled."""
    user, titles = actor(request), shipped().titles
    found = queries.of_case(public_id, user).first()
    case = found.case if found else case_of(request, public_id)
    opened(by=user, on=case.school, text=f"открыл(а) дело школы «{case.school}»", path=case.school.path)
    chosen = risks.chosen(case)
    writes = case.is_open and actions.may_write(user, case)
    context: dict[str, Any] = {"case": case, "programme": found, "chosen": [titles[code] for code in chosen]}
    context |= {"may_start": writes and chosen, "writes": writes}
    if found:
        shown = queries.shown(found, titles, user)
        context |= {
            "shown": shown,
            "lacks": lacks(found.read, chosen, titles, today(), found.in_force) if found.is_written else [],
            "edits": writes and found.is_written,
            "points": points_of(shown.reviews),
            "judged": is_judged(shown.reviews),
            "waits": any(one.given_at is None for one in shown.reviews),
            **(decides := _decisions(request, found)),
            "withdraws": writes and found.state == ProgrammeState.SENT and not decides["approves"],
            "orders": found.state == ProgrammeState.AGREED and not shown.works and actions.may_agree(user, case),
            "revises": writes and found.state == ProgrammeState.AGREED,
            "drops": writes and found.is_written and found.is_revised,
        }
    return render(request, "support/programme.html", context)


def _decisions(request: HttpRequest, found: Programme) -> dict[str, bool]:
    user, case = actor(request), found.case
    approves = case.is_open and found.state == ProgrammeState.SENT and actions.may_approve(user, case)
    agrees = case.is_open and found.state == ProgrammeState.APPROVED and actions.may_agree(user, case)
    returned = case.is_open and found.state == ProgrammeState.RETURNED
    explains = returned and (actions.may_approve(user, case) or actions.may_agree(user, case))
    waits = case.is_open and found.state == ProgrammeState.APPROVED and not agrees
    unapproves = waits and actions.may_approve(user, case)
    return {"approves": approves, "unapproves": unapproves, "agrees": agrees, "remarks": approves or agrees or explains}


@require_POST
@once
def start(request: HttpRequest, public_id: str) -> HttpResponse:
    actions.start(case_of(request, public_id), by=actor(request))
    tell(request, "Проект составлен из библиотеки: проверьте его и допишите то, чего не хватает.")
    return redirect("support:programme", public_id)


def _may_write(request: HttpRequest, found: Programme) -> None:
    if not actions.may_write(actor(request), found.case):
        raise Denied("Программу меняет школа.")


def _factors(found: Programme) -> list[tuple[str, str]]:
    return factors_of(risks.chosen(found.case), shipped().titles, found)


@form_methods
@once
def add(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    """A new goal, measure or indicator; the library's are offered, a press fills the form with one."""
    found = programme_of(request, public_id)
    _may_write(request, found)
    goal = found.read.items.get(request.GET.get("goal", ""))
    if kind not in KINDS or (kind != "goal" and not isinstance(goal, Goal)):
        raise Http404
    factors = _factors(found)
    offered = [one for code in _codes(goal, factors) for one in _offered(kind, code)]
    taken = next((one for n, one in enumerate(offered) if str(n) == request.GET.get("from")), {})
    form = form_of(kind, factors, request.POST or None, {"revision": found.revision, **taken})
    key = goal.key if goal else ""
    new = KINDS[kind][0](found.read.new_key(queries.known_keys(found)), "")
    if form.is_valid() and _saved(request, found, form, new, key):
        tell(request, "Добавлено в программу.")
        return redirect(f"{found.get_absolute_url()}#{key or new.key}")
    return _form(request, found, form, KINDS[kind][1], kind=kind, offered=offered, goal=key)


def _codes(goal: object, factors: list[tuple[str, str]]) -> list[str]:
    """Factors for which the library is asked: that of the goal, or of a new goal all."""
    return [goal.factor] if isinstance(goal, Goal) else [code for code, _ in factors]


def _offered(kind: str, factor: str) -> list[dict[str, Any]]:
    """What the library has for a factor, as the fields of a form."""
    has = shelf(factor)
    if kind == "goal":
        return [{"title": title, "factor": factor, "unit": RISK_POINTS} for title in has.goals]
    if kind == "measure":
        return [{"title": one["title"], "owner": one["who"], "resources": one["resources"]} for one in has.measures]
    return [{name: one[name] for name in ("title", "unit", "source")} for one in has.indicators]


def _saved(request: HttpRequest, found: Programme, form: ItemForm, old: Any, goal: str = "") -> bool:
    told = {"revision": form.cleaned_data["revision"], "item": replace(old, **form.told()), "goal": goal}
    return carried_out(form, lambda: actions.put(found, by=actor(request), **told))


@form_methods
@once
def item(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    found = programme_of(request, public_id)
    _may_write(request, found)
    old = found.read.items.get(key)
    if old is None:
        raise Http404
    kind = "goal" if isinstance(old, Goal) else "measure" if isinstance(old, Measure) else "indicator"
    form = form_of(kind, _factors(found), request.POST or None, {**asdict(old), "revision": found.revision})
    if form.is_valid() and _saved(request, found, form, old):
        tell(request, "Изменено.")
        return redirect(f"{found.get_absolute_url()}#{key}")
    return _form(request, found, form, KINDS[kind][2])


def _form(request: HttpRequest, found: Programme, form: Any, heading: str, **more: Any) -> HttpResponse:
    context = {"form": form, "heading": heading, "trail": trail(found), "back": found.get_absolute_url(), **more}
    return render(request, "support/programme_form.html", context, status=422 if form.errors else 200)


@require_POST
@once
def remove(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    found = programme_of(request, public_id)
    _may_write(request, found)
    old = found.read.items.get(key)
    if old is None:
        raise Http404
    if not confirmed(request):
        text = "Вместе с целью уйдут её мероприятия и показатели." if isinstance(old, Goal) else ""
        back = found.get_absolute_url()
        return confirm(request, title=f"Убрать «{old.title}»?", text=text, button="Убрать", back=back)
    actions.remove(found, by=actor(request), revision=found.revision, key=key)
    tell(request, "Убрано из программы.")
    return redirect(found.get_absolute_url())


@require_GET
def version(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """How a sent version differs from the one before it, and what it says."""
    found = programme_of(request, public_id)
    one: ProgrammeVersion = get_object_or_404(found.versions, number=number)
    before = found.versions.filter(number=number - 1).first()
    changes = differences(before.read if before else Content(), one.read)
    context = {
        "case": found.case,
        "version": one,
        "before": before,
        "changes": changes,
        "standing": found.standing == one,
        "blocks": queries.blocks(one.read, shipped().titles),
        **dict.fromkeys(("edits", "remarks"), False),
        "shown": None,
        "back": found.get_absolute_url(),
    }
    return render(request, "support/programme_version.html", context)


@require_GET
def export(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    user, found = actor(request), programme_of(request, public_id)
    if kind not in ("docx", "pdf"):
        raise Http404
    school, number = found.case.school, request.GET.get("version", "")
    version = get_object_or_404(found.versions, number=number) if number.isdecimal() else None
    content = printed(paper(found, user, version), kind)
    name = f"Программа {school.short_name} {found.case.school_year}{f', версия {number}' if version else ''}"
    return release(by=user, name=name, kind=kind, content=content, on=found, path=school.path, confidential=True)
