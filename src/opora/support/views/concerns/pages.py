"""Concerns in the browser: the list, the page of one, and every way it goes on."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import Denied, require
from opora.core.permissions import Permission
from opora.journal.actions import opened
from opora.support.actions import concerns as actions
from opora.support.forms.concerns import DecisionForm, LevelForm, RaiseForm, ReasonForm, ResolveForm, TickForm
from opora.support.levels import levels
from opora.support.models import Case
from opora.support.models.concerns import Concern
from opora.support.queries import cases as cases_queries
from opora.support.queries import concerns as queries
from opora.support.tables.concerns import ConcernTable
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods

UP_TO_REGION = (
    "Выше сигнал поднимает регион: он его видит. Нужна помощь региона — нажмите «Записать решение» и напишите, какая: "
    "региону придёт уведомление."
)


def _seen(request: HttpRequest, public_id: str) -> Concern:
    return get_object_or_404(queries.concerns(actor(request)), public_id=public_id)


def _acted_on(request: HttpRequest, public_id: str) -> Concern:
    """The concern, for those who may do something about it."""
    found = _seen(request, public_id)
    require(actor(request), Permission.ASSIGNMENTS_DECIDE, found.case.school.path, to=actions.TO_RAISE)
    return found


def _page(
    request: HttpRequest, form: forms.Form, heading: str, button: str, *, of: Concern | Case, text: str = ""
) -> HttpResponse:
    if isinstance(of, Case):
        above = ("Дела школ", reverse("support:cases"))
    else:
        above = ("Тревожные сигналы", f"{reverse('support:concerns')}?state=open")
    return form_page(request, form, heading, (above, (str(of), of.get_absolute_url())), button=button, text=text)


@require_GET
def concerns(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    if not queries.may_see(user):
        raise Denied("У вас нет права видеть тревожные сигналы. Если оно вам нужно, обратитесь к администратору.")
    return ConcernTable(request, queries.concerns(user)).response("support/concerns/list.html")


@require_GET
def concern(request: HttpRequest, public_id: str) -> HttpResponse:
    """How far it has gone, what was checked and decided. That it was opened is journalled."""
    user, found = actor(request), _seen(request, public_id)
    school = found.case.school
    opened(by=user, on=found, text=f"открыл(а) тревожный сигнал о школе «{school}»", path=school.path)
    level = levels(found.version)[found.rank - 1]
    context = {
        "concern": found,
        "school": school,
        "level": level,
        "stages": queries.stages(found),
        "history": queries.history(found),
        "may_act": actions.may_raise(user, school.path),
        "may_put": actions.may_put(user, school.path, level),
    }
    return render(request, "support/concerns/concern.html", context)


@form_methods
@once
def raise_concern(request: HttpRequest, public_id: str) -> HttpResponse:
    user = actor(request)
    case = get_object_or_404(cases_queries.one(public_id, user))
    path = case.school.path
    require(user, Permission.ASSIGNMENTS_DECIDE, path, to=actions.TO_RAISE)
    form = RaiseForm(request.POST or None, user=user, path=path)
    if form.is_valid():
        made: list[Concern] = []
        given = form.cleaned_data
        if carried_out(form, lambda: made.append(actions.raise_concern(case, by=user, **given))):
            tell(request, "Сигнал подан.")
            return redirect(made[0])
    return _page(request, form, "Подать тревожный сигнал", "Подать сигнал", of=case)


@form_methods
@once
def level(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), _acted_on(request, public_id)
    path = found.case.school.path
    here, *_ = [one for one in levels(found.version) if one.rank == found.rank]
    others = [one for one in levels(found.version) if one != here and actions.may_put(user, path, one)]
    if not actions.may_put(user, path, here):
        raise Denied(f"Уровень «{here.title}» ставит и снимает только регион.")
    form = LevelForm(request.POST or None, here=here, others=others)
    if form.is_valid() and carried_out(form, lambda: actions.put(found, by=user, **form.cleaned_data)):
        tell(request, "Уровень изменён.")
        return redirect(found)
    highest = all(actions.may_put(user, path, one) for one in levels(found.version))
    return _page(request, form, "Изменить уровень", "Изменить уровень", of=found, text="" if highest else UP_TO_REGION)


def _said(
    form_class: type[forms.Form],
    action: Callable[..., object],
    heading: str,
    button: str,
    done: str,
    hint: Callable[[Concern], str] = lambda concern: "",
) -> Callable[..., HttpResponseBase]:
    """A page with one form that an action takes."""

    def view(request: HttpRequest, public_id: str) -> HttpResponse:
        user, found = actor(request), _acted_on(request, public_id)
        form = form_class(request.POST or None)
        if form.is_valid() and carried_out(form, lambda: action(found, by=user, **form.cleaned_data)):
            tell(request, done)
            return redirect(found)
        return _page(request, form, heading, button, of=found, text=hint(found))

    return form_methods(once(view))


def _unchecked(concern: Concern) -> str:
    """Said before anybody writes a reason in vain."""
    left = queries.missing(concern)
    return (
        f"Сначала отметьте в контрольном листе: {'; '.join(left)}. Пока они не отмечены, сигнал не снять."
        if left
        else ""
    )


decide = _said(DecisionForm, actions.decide, "Записать решение", "Записать решение", "Решение записано.")
resolve = _said(ResolveForm, actions.resolve, "Снять сигнал", "Снять сигнал", "Сигнал снят.", _unchecked)
reopen = _said(ReasonForm, actions.reopen, "Открыть сигнал снова", "Открыть снова", "Сигнал снова открыт.")


@form_methods
@once
def tick(request: HttpRequest, public_id: str, item: str) -> HttpResponse:
    user, found = actor(request), _acted_on(request, public_id)
    line = levels(found.version)[found.rank - 1].item(item)
    if line is None:
        raise Http404
    form = TickForm(request.POST or None)
    if form.is_valid() and carried_out(form, lambda: actions.tick(found, by=user, item=item, **form.cleaned_data)):
        tell(request, "Отмечено.", undo=reverse("support:concern_untick", args=[found.public_id, item]))
        return redirect(found)
    return _page(request, form, line.title, "Отметить", of=found)


@require_POST
def untick(request: HttpRequest, public_id: str, item: str) -> HttpResponse:
    found = _acted_on(request, public_id)
    actions.untick(found, by=actor(request), item=item)
    tell(request, "Отметка снята.")
    return redirect(found)


@require_POST
@once
def share(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _acted_on(request, public_id)
    if not confirmed(request):
        text = "Школа увидит сигнал, его историю и контрольный лист и получит уведомление. Скрыть его потом нельзя."
        back = found.get_absolute_url()
        return confirm(request, title="Показать сигнал школе?", text=text, button="Показать школе", back=back)
    actions.share(found, by=actor(request))
    tell(request, "Школа видит сигнал.")
    return redirect(found)
