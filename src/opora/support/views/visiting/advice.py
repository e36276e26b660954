"""Recommendations of a visit: written, marked, and made into work."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from opora.core.actor import Denied
from opora.support.actions import advising as actions
from opora.support.forms.visits import AdviceForm, OrderForm
from opora.support.models.visits import Advice
from opora.support.views.visiting.visits import trail, visit_of, writing, written
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import form_page, tell
from opora.ui.requests import actor, form_methods


@form_methods
@once
def advise(request: HttpRequest, public_id: str) -> HttpResponse:
    found, form = writing(request, public_id), AdviceForm(request.POST or None)
    return written(request, found, form, "Рекомендация школе", "Рекомендация добавлена.", actions.advise)


@require_POST
@once
def mark(request: HttpRequest, public_id: str, advice_id: str, done: bool) -> HttpResponse:
    found = visit_of(request, public_id)
    rows = Advice.objects.filter(visit=found).select_related("visit__school")
    advice = get_object_or_404(rows, public_id=advice_id)
    actions.do_advice(advice, by=actor(request), done=done)
    undo = reverse("support:undo_advice", args=[public_id, advice_id]) if done else ""
    tell(request, "Отмечено." if done else "Отметка снята.", undo=undo)
    return redirect(found)


@form_methods
@once
def order(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who carries out each recommendation and who accepts it; then it is work with a deadline."""
    user, found = actor(request), visit_of(request, public_id)
    if not actions.may_order(user, found):
        raise Denied("Поручения по рекомендациям рассылают муниципалитет и регион.")
    form = OrderForm(request.POST or None, advice=actions.to_order(found), places=actions.places(found))
    made: list[int] = []
    if form.is_valid() and carried_out(form, lambda: made.append(actions.order(found, by=user, **form.given))):
        tell(request, f"Поручения разосланы: {made[0]}. Исполнители отчитаются в разделе «Поручения».")
        return redirect(found)
    text = "Поручение увидят только те, кто может знать, что школа в списке. Срок — из рекомендации."
    return form_page(request, form, "Поручить рекомендации", trail(found), button="Разослать поручения", text=text)
