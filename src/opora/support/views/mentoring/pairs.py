"""Pairs of schools: all of them, one with its plan and contacts as either side sees it, and what is done there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import Denied, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.documents import queries as documents
from opora.documents.printing import render as printed
from opora.exports.actions import release
from opora.journal.actions import opened
from opora.lists.capability import may_entrust, may_entrust_some
from opora.registry.queries import top_in
from opora.support.actions import pairing as actions
from opora.support.forms.mentoring import ContactForm, EndForm, LineForm, PairForm, SignForm
from opora.support.models.mentoring import Pair, PlanLine, year_of
from opora.support.papers.agreement import agreement as paper
from opora.support.queries import mentoring as queries
from opora.support.queries.reserve import rewards
from opora.support.tables.mentoring import PairTable, attention
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import Trail, confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods


def _trail(found: Pair | None = None) -> Trail:
    above = ("Пары школ", reverse("support:pairs"))
    return (above, (str(found), found.get_absolute_url())) if found else (above,)


def _pair(request: HttpRequest, public_id: str) -> Pair:
    return get_object_or_404(queries.pairs(actor(request)), public_id=public_id)


@require_GET
def pairs(request: HttpRequest) -> HttpResponse:
    """Those whose school one may know, and those entrusted to one's own organisation as a mentor."""
    user = actor(request)
    if not user.may(Permission.LISTS_VIEW):
        require(user, Permission.ASSIGNMENTS_REPORT, to="видеть пары школ")
    context = {"may_pair": user.may(Permission.LISTS_EDIT)}
    return PairTable(request, queries.pairs(user)).response("support/mentoring/pairs.html", context)


@require_GET
def pair(request: HttpRequest, public_id: str) -> HttpResponse:
    """The same page for both sides; the way to the case is for those who may know of the school beyond the pair."""
    user, found = actor(request), _pair(request, public_id)
    following, may_pair = queries.following(found, user), may_entrust(user, found.school.path)
    opened(by=user, on=found, text=f"открыл(а) пару «{found}»", path=found.school.path)
    context = {
        "pair": found,
        "plan": found.plan.all(),
        "contacts": found.contacts.all(),
        "attention": attention(found),
        "knows": knowledge(user).of(found.school.path),
        "may_work": actions.may_work(user, found),
        "following": following,
        "may_end": may_pair and found.is_active,
        "may_renew": may_pair and found.is_active and not following and found.school_year <= year_of(today()),
        "may_reward": user.may(Permission.LISTS_EDIT, found.school.path),
        "rewards": rewards(user).filter(pair=found),  # read where they are shown
    }
    return render(request, "support/mentoring/pair.html", context)


@form_methods
@once
def new(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    if not may_entrust_some(user):
        raise Denied(f"У вас нет права {actions.TO_PAIR}. Обратитесь к региональному координатору.")
    mentors = queries.mentors(user).active()
    territory = top_in(user, Permission.LISTS_VIEW)
    form = PairForm(request.POST or None, user=user, territory=territory, mentors=mentors)
    made: list[Pair] = []
    if form.is_valid() and carried_out(form, lambda: made.append(actions.make_pair(by=user, **form.cleaned_data))):
        tell(request, "Пара назначена. Обе стороны получили уведомление.")
        return redirect(made[0])
    text = "Сотрудники наставника узнают, что этой школе помогают, и увидят эту пару — и ничего больше о школе."
    return form_page(request, form, "Новая пара", _trail(), text=text)


def _write(
    request: HttpRequest, found: Pair, form: forms.Form, heading: str, said: str, act: Callable[..., Any], **more: Any
) -> HttpResponse:
    """A form of a pair: carried out, then back to the pair."""
    user = actor(request)
    if form.is_valid() and carried_out(form, lambda: act(found, by=user, **form.cleaned_data)):
        tell(request, said)
        return redirect("support:pairs" if act is actions.end_pair else found)
    return form_page(request, form, heading, _trail(found), **more)


def _working(request: HttpRequest, public_id: str) -> Pair:
    found = _pair(request, public_id)
    if not actions.may_work(actor(request), found):
        raise Denied("В этой паре пишут её школа, наставник и те, кто их ведёт, пока пара действует.")
    return found


def _entrusted(request: HttpRequest, public_id: str) -> Pair:
    found = _pair(request, public_id)
    if not may_entrust(actor(request), found.school.path):
        raise Denied(f"У вас нет права {actions.TO_PAIR}. Обратитесь к региональному координатору.")
    return found


@form_methods
@once
def end(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _entrusted(request, public_id)
    form, later = EndForm(request.POST or None), queries.following(found, actor(request))
    text = f"Пара, продлённая на {later.year} учебный год, останется: её прекращают отдельно." if later else ""
    told = {"button": "Прекратить пару", "text": text}
    return _write(request, found, form, "Прекратить пару", "Пара прекращена.", actions.end_pair, **told)


@require_POST
@once
def renew(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _entrusted(request, public_id)
    if not confirmed(request):
        text = "Появится такая же пара следующего учебного года; невыполненное из плана перейдёт в неё на год позже."
        back = found.get_absolute_url()
        return confirm(request, title="Продлить пару на год?", text=text, button="Продлить пару", back=back)
    made = actions.renew_pair(found, by=actor(request))
    tell(request, f"Пара продлена на {made.year} учебный год.")
    return redirect(made)


@form_methods
@once
def sign(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _working(request, public_id)
    form = SignForm(request.POST or None, initial={"agreement": found.agreement})
    return _write(request, found, form, "Подписанное соглашение", "Соглашение отмечено.", actions.sign)


@form_methods
@once
def add_line(request: HttpRequest, public_id: str) -> HttpResponse:
    found, form = _working(request, public_id), LineForm(request.POST or None)
    return _write(request, found, form, "Строка совместного плана", "Добавлено в план.", actions.add_line)


def _line(request: HttpRequest, found: Pair, line_id: str) -> PlanLine:
    rows = PlanLine.objects.filter(pair=found).select_related("pair__school", "pair__mentor__organisation")
    return get_object_or_404(rows, public_id=line_id)


@form_methods
@once
def change_line(request: HttpRequest, public_id: str, line_id: str) -> HttpResponse:
    found = _working(request, public_id)
    line = _line(request, found, line_id)
    form = LineForm(request.POST or None, initial={"text": line.text, "due": line.due, "doer": line.doer})

    def act(_: Pair, **given: Any) -> None:
        actions.change_line(line, **given)

    return _write(request, found, form, "Исправить строку плана", "Строка плана исправлена.", act)


@require_POST
@once
def remove_line(request: HttpRequest, public_id: str, line_id: str) -> HttpResponse:
    found = _working(request, public_id)
    line = _line(request, found, line_id)
    if not confirmed(request):
        text = f"«{line}». Что строка была, останется в журнале."
        back = found.get_absolute_url()
        return confirm(request, title="Убрать строку плана?", text=text, button="Убрать", back=back)
    actions.remove_line(line, by=actor(request))
    tell(request, "Строка убрана из плана.")
    return redirect(found)


@form_methods
@once
def add_contact(request: HttpRequest, public_id: str) -> HttpResponse:
    found, form = _working(request, public_id), ContactForm(request.POST or None)
    return _write(request, found, form, "Записать контакт", "Контакт записан.", actions.add_contact)


@require_POST
@once
def mark(request: HttpRequest, public_id: str, line_id: str, done: bool) -> HttpResponse:
    """Mark a line of the plan, or take the mark back."""
    found, user = _pair(request, public_id), actor(request)
    line = _line(request, found, line_id)
    if done:
        actions.do_line(line, by=user)
        tell(request, "Отмечено.", undo=reverse("support:undo_line", args=[found.public_id, line.public_id]))
    else:
        actions.undo_line(line, by=user)
        tell(request, "Отметка снята.")
    return redirect(found)


@require_GET
def agreement(request: HttpRequest, public_id: str) -> HttpResponse:
    """The agreement to sign, with the joint plan, as docx."""
    user, found = actor(request), _pair(request, public_id)
    content, path = printed(paper(found, user), "docx"), found.school.path
    name = f"Соглашение {found.year}"
    return release(by=user, name=name, kind="docx", content=content, on=found, path=path, confidential=True)


@form_methods
@once
def of_document(request: HttpRequest, document_id: str) -> HttpResponse:
    """The pairs that an approved document names; one press makes those that are not there yet."""
    user = actor(request)
    document = get_object_or_404(documents.visible(user), public_id=document_id)
    require(user, Permission.LISTS_EDIT, document.organisation.path, to=actions.TO_PAIR)
    rows = queries.read_pairs(document)
    if request.method == "POST":
        made, problems = actions.pairs_from_document(document, rows, by=user)
        tell(request, f"Назначено пар: {len(made)}. {' '.join(problems)}".strip())
        return redirect("support:document_pairs", document.public_id)
    left = sum(bool(row["school"] and row["mentor"] and not row["made"]) for row in rows)
    context = {"document": document, "rows": rows, "left": left}
    return render(request, "support/mentoring/document.html", context)
