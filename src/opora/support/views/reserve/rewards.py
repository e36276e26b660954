"""Rewards of pairs in the browser; the region's alone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.support.actions import rewards as actions
from opora.support.forms.reserve import RewardForm
from opora.support.queries import mentoring
from opora.support.queries import reserve as queries
from opora.support.tables.reserve import RewardTable
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods


@require_GET
def rewards(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.LISTS_EDIT, to=actions.TO_REWARD)
    return RewardTable(request, queries.rewards(user)).response("support/reserve/rewards.html")


@form_methods
@once
def new(request: HttpRequest, public_id: str) -> HttpResponse:
    """Of one side of a pair."""
    user = actor(request)
    pair = get_object_or_404(mentoring.pairs(user), public_id=public_id)
    require(user, Permission.LISTS_EDIT, pair.school.path, to=actions.TO_REWARD)
    form = RewardForm(request.POST or None)
    if form.is_valid() and carried_out(form, lambda: actions.reward(pair, by=user, **form.cleaned_data)):
        tell(request, "Поощрение записано.")
        return redirect(pair)
    trail = ("Пары школ", reverse("support:pairs")), (str(pair), pair.get_absolute_url())
    text = "Записи о поощрениях видит только регион. Каждой стороне пары — своя запись."
    return form_page(request, form, "Записать поощрение", trail, text=text)


@require_POST
@once
def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(queries.rewards(actor(request)), public_id=public_id)
    back = found.pair.get_absolute_url()
    if not confirmed(request):
        text = "Убирают запись, сделанную по ошибке. В журнале останется, что она была."
        return confirm(request, title="Убрать запись о поощрении?", text=text, button="Убрать запись", back=back)
    actions.remove_reward(found, by=actor(request))
    tell(request, "Запись о поощрении убрана.")
    return redirect(back)
