"""Questionnaires as those who ask see them: all of them, one with its answers, the sum of many."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.collection import codes
from opora.collection.actions import coding
from opora.collection.actions import questionnaires as actions
from opora.collection.forms.questionnaires import CodesForm, OpenForm, SumForm
from opora.collection.models import Questionnaire
from opora.collection.queries import questionnaires as queries
from opora.collection.showing import FIVE, answers_shown
from opora.collection.tables import QuestionnaireTable
from opora.core.actor import Denied, require
from opora.core.permissions import Permission
from opora.exports.actions import release
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor, form_methods

TO_SEE = "видеть анкеты организаций"
NOT_A_SCHOOL = "Анкету своей школы открывает её руководитель. Многим школам её рассылают из раздела «Формы»."
CODES = ("pdf", "png", "svg")


def _seen(request: HttpRequest, public_id: str) -> Questionnaire:
    return get_object_or_404(queries.questionnaires(actor(request)), public_id=public_id)


def _address(request: HttpRequest, one: Questionnaire) -> str:
    """As people type it: of the site as the world knows it, where that was set."""
    path = reverse("collection:answer", args=[one.link])
    return settings.OPORA_SITE + path if settings.OPORA_SITE else request.build_absolute_uri(path)


@require_GET
def questionnaires(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.ASSIGNMENTS_VIEW, to=TO_SEE)
    table = QuestionnaireTable(request, queries.with_count(queries.questionnaires(user)))
    return table.response("collection/people/list.html", {"opens": queries.may_open(user)})


@form_methods
@once
def new(request: HttpRequest) -> HttpResponse:
    """The school asks its teachers, pupils or parents by itself."""
    user = actor(request)
    if not queries.may_open(user):
        raise Denied(
            "Анкету своей школы открывает её руководитель. Многим школам сразу её рассылают из раздела «Формы»."
        )
    form = OpenForm(request.POST or None, schools=queries.own_schools(user))
    if form.is_valid():
        made: list[Questionnaire] = []
        if carried_out(form, lambda: made.append(actions.open_own(**form.cleaned_data, by=user))):
            hand = "Напечатайте и раздайте листки с кодами" if made[0].by_codes else "Раздайте ссылку или код"
            tell(request, f"Анкета открыта. {hand}.")
            return redirect(made[0])
    context = {"form": form, "back": reverse("collection:questionnaires")}
    return render(request, "collection/people/new.html", context, status=422 if form.errors else 200)


@require_GET
def questionnaire(request: HttpRequest, public_id: str) -> HttpResponse:
    """The link with its code while it is open, and what was answered, from five people on."""
    one, user = _seen(request, public_id), actor(request)
    address, (came, spread) = _address(request, one), queries.spread_of(one)
    outline, side = codes.drawn(address)
    context = {
        "one": one,
        "address": address,
        "outline": outline,
        "side": side,
        "runs": queries.may_run(user, one),
        "results": queries.results(one.campaign.version.content, spread),
        "enough": came >= FIVE,
        "shown": answers_shown(came),
    }
    return render(request, "collection/people/questionnaire.html", context)


@require_GET
def summed(request: HttpRequest) -> HttpResponse:
    """What the people of many organisations answered: the sum of what each of them shows."""
    user = actor(request)
    require(user, Permission.ASSIGNMENTS_VIEW, to=TO_SEE)
    form = SumForm(request.GET or None, user=user)
    chosen, place = form.chosen
    context: dict[str, Any] = {"form": form, "chosen": chosen}
    if chosen:
        definition = queries.newest_of(chosen)
        found = queries.questionnaires(user).filter(campaign__version__form=chosen)
        if place:
            found = found.filter(organisation__path__startswith=place.path)
        whole = queries.summed(found, definition)
        context |= {"sum": whole, "results": queries.results(definition, whole.spread)}
    return render(request, "collection/people/sum.html", context)


@require_GET
def code(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    """The code to print or to put elsewhere: as a picture, or as a sheet for the wall."""
    if kind not in CODES:
        raise Http404
    one = _seen(request, public_id)
    address = _address(request, one)
    content = codes.sheet(one, address) if kind == "pdf" else codes.picture(address, kind)
    return _released(request, one, "Код анкеты", kind, content)


def _released(request: HttpRequest, one: Questionnaire, name: str, kind: str, content: bytes) -> HttpResponse:
    return release(
        by=actor(request),
        name=f"{name}, {one.form}",
        kind=kind,
        content=content,
        on=one,
        path=one.organisation.path,
        confidential=one.campaign.confidential,
    )


@form_methods
def print_codes(request: HttpRequest, public_id: str) -> HttpResponse:
    """New codes on slips to cut up; they are told this once."""
    one, user = _seen(request, public_id), actor(request)
    if not queries.may_run(user, one):
        raise Denied(coding.NOT_YOURS)
    form = CodesForm(request.POST or None)
    made: list[list[str]] = []
    if form.is_valid() and carried_out(form, lambda: made.append(coding.make(one, by=user, **form.cleaned_data))):
        return _released(request, one, "Листки с кодами", "pdf", codes.slips(one, _address(request, one), made[0]))
    context = {"form": form, "one": one, "back": one.get_absolute_url()}
    return render(request, "collection/people/slips.html", context, status=422 if form.errors else 200)


@require_POST
@once
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    one = _seen(request, public_id)
    actions.close(one, by=actor(request))
    undo = reverse("collection:reopen_questionnaire", args=[one.public_id])
    tell(request, "Анкета закрыта: ответы больше не принимаются.", undo=undo)
    return redirect(one)


@require_POST
def reopen(request: HttpRequest, public_id: str) -> HttpResponse:
    one = _seen(request, public_id)
    actions.reopen(one, by=actor(request))
    tell(request, "Анкета снова открыта, по той же ссылке.")
    return redirect(one)


@require_POST
def renew_link(request: HttpRequest, public_id: str) -> HttpResponse:
    one = _seen(request, public_id)
    if queries.may_run(actor(request), one) and not confirmed(request):
        text = "Прежняя ссылка и напечатанные коды перестанут работать. Ответы, которые уже пришли, останутся."
        return confirm(request, title="Заменить ссылку?", text=text, button="Заменить", back=one.get_absolute_url())
    actions.renew_link(one, by=actor(request))
    tell(request, "Ссылка заменена. Раздайте новую.")
    return redirect(one)
