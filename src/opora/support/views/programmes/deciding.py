"""What is decided on a programme: sent, approved, returned, agreed; remarks to its items."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from opora.core.actor import Denied
from opora.support.actions import programmes as actions
from opora.support.forms.programmes import DocumentForm, ReasonForm, RemarkForm
from opora.support.models import Programme, ProgrammeRemark, ProgrammeState
from opora.support.views.programmes.pages import programme_of, trail
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods


def _once(
    request: HttpRequest, found: Programme, action: Callable[[], str], words: tuple[str, str, str]
) -> HttpResponse:
    """Asks once, and tells what `action` says was done; `words`: the question, what will happen, the button."""
    title, text, button = words
    back = found.get_absolute_url()
    if not confirmed(request):
        return confirm(request, title=title, text=text, button=button, back=back)
    tell(request, action())
    return redirect(back)


@require_POST
@once
def send(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), programme_of(request, public_id)
    if not actions.may_write(user, found.case):
        raise Denied("Программу отправляет школа.")

    def sent() -> str:
        return f"Программа отправлена муниципалитету: версия {actions.send(found, by=user).number}."

    text = "Пока муниципалитет не решит, менять программу будет нельзя."
    return _once(request, found, sent, ("Отправить программу на утверждение?", text, "Отправить"))


@require_POST
@once
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), programme_of(request, public_id)
    if not actions.may_write(user, found.case):
        raise Denied("Программу отзывает школа, которая её отправила.")

    def withdrawn() -> str:
        actions.withdraw(found, by=user)
        return "Программа отозвана: измените, что нужно, и отправьте снова."

    text = "Её снова можно будет изменить. Замечания останутся. Муниципалитет узнает, что решать пока нечего."
    return _once(request, found, withdrawn, ("Отозвать программу с утверждения?", text, "Отозвать"))


@require_POST
@once
def unapprove(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), programme_of(request, public_id)
    if not actions.may_approve(user, found.case):
        raise Denied("Утверждение программы отзывает муниципалитет.")

    def taken_back() -> str:
        actions.unapprove(found, by=user)
        return "Утверждение отозвано: утвердите программу снова или верните школе."

    text = (
        "Программа снова будет ждать вашего решения. Регион и школа узнают об этом, экспертов, которые ещё не "
        "ответили, больше не спрашивают."
    )
    return _once(request, found, taken_back, ("Отозвать утверждение программы?", text, "Отозвать"))


def _asked(
    request: HttpRequest,
    found: Programme,
    form: forms.Form,
    action: Callable[[dict[str, Any]], object],
    words: tuple[str, str, str],
) -> HttpResponse:
    """A form with one question; `words`: its heading, its button, what is said once it is done."""
    heading, button, done = words
    if form.is_valid() and carried_out(form, lambda: action(form.cleaned_data)):
        tell(request, done)
        return redirect(found.get_absolute_url())
    return form_page(request, form, heading, trail(found), button=button)


@form_methods
@once
def approve(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), programme_of(request, public_id)
    if not actions.may_approve(user, found.case):
        raise Denied("Программу утверждает муниципалитет.")
    words = ("Утвердить программу", "Утвердить", "Программа утверждена и передана на согласование.")
    return _asked(
        request, found, DocumentForm(request.POST or None), lambda told: actions.approve(found, by=user, **told), words
    )


@form_methods
@once
def return_(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), programme_of(request, public_id)
    approved = found.state == ProgrammeState.APPROVED
    if not (actions.may_agree if approved else actions.may_approve)(user, found.case):
        raise Denied("Программу возвращает тот, у кого она на рассмотрении.")
    words = ("Вернуть программу школе", "Вернуть", "Программа возвращена школе.")
    return _asked(
        request, found, ReasonForm(request.POST or None), lambda told: actions.return_(found, by=user, **told), words
    )


@form_methods
@once
def agree(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), programme_of(request, public_id)
    if not actions.may_agree(user, found.case):
        raise Denied("Программу согласует региональная группа.")
    words = ("Согласовать программу", "Согласовать", "Программа согласована, её мероприятия — поручения школы.")
    return _asked(
        request, found, DocumentForm(request.POST or None), lambda told: actions.agree(found, by=user, **told), words
    )


@form_methods
@once
def remark(request: HttpRequest, public_id: str) -> HttpResponse:
    """To the item that the address names, or to the whole."""
    user, found = actor(request), programme_of(request, public_id)
    if not (actions.may_approve(user, found.case) or actions.may_agree(user, found.case)):
        raise Denied("Замечания к программе пишут муниципалитет и регион.")
    key = request.GET.get("item", "")
    about = found.read.items.get(key)
    heading = f"Замечание: «{about.title}»" if about else "Замечание к программе в целом"
    words = (heading, "Записать", "Замечание записано.")
    return _asked(
        request,
        found,
        RemarkForm(request.POST or None),
        lambda told: actions.say(found, by=user, key=key if about else "", **told),
        words,
    )


@require_POST
@once
def settle(request: HttpRequest, public_id: str) -> HttpResponse:
    mine = ProgrammeRemark.objects.visible(actor(request)).select_related("programme__case__school__parent")
    found = get_object_or_404(mine, public_id=public_id)
    actions.settle(found, by=actor(request))
    tell(request, "Замечание отмечено учтённым.")
    return redirect(found.programme.get_absolute_url())


@require_POST
@once
def order(request: HttpRequest, public_id: str) -> HttpResponse:
    found = programme_of(request, public_id)
    count = actions.order_measures(found, by=actor(request))
    tell(request, f"Мероприятия поручены школе: {count}. Отчёты принимает муниципалитет.")
    return redirect(found.get_absolute_url())


@require_POST
@once
def revise(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), programme_of(request, public_id)
    if not actions.may_write(user, found.case):
        raise Denied("Новую версию программы составляет школа.")

    def begun() -> str:
        actions.begin_version(found, by=user)
        return "Новая версия начата: измените, что нужно, и отправьте на утверждение."

    text = (
        "Программу можно будет изменить и снова отправить на утверждение и согласование. До согласования "
        "действует нынешняя версия: поручения по ней идут, её ход разбирают. Когда новую версию согласуют, "
        "изменятся только те поручения, что ещё не исполнены. От новой версии можно отказаться."
    )
    return _once(request, found, begun, ("Начать новую версию программы?", text, "Начать"))


@require_POST
@once
def drop(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was changed is gone from the programme."""
    user, found = actor(request), programme_of(request, public_id)
    if not actions.may_write(user, found.case):
        raise Denied("От новой версии программы отказывается школа.")

    def dropped() -> str:
        actions.drop_version(found, by=user)
        return "От новой версии отказались: программа такая, как действует."

    text = "Изменения пропадут, замечания к ним закроются. Программа останется такой, как действует сейчас."
    return _once(request, found, dropped, ("Отказаться от новой версии?", text, "Отказаться"))
