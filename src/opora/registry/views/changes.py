"""Forms that change an organisation."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.registry import actions, forms
from opora.registry.actions.aliases import territory_of
from opora.registry.actions.organisations import DETAILS
from opora.registry.models import Organisation
from opora.registry.queries import top_in
from opora.registry.views.common import editable, form_page
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor, form_methods


def _page(organisation: Organisation) -> str:
    return reverse("registry:organisation", args=[organisation.public_id])


@form_methods
@once
def create(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.REGISTRY_EDIT, to="изменять реестр организаций")
    top = top_in(user, Permission.REGISTRY_EDIT)
    given = Organisation.objects.visible(user).filter(public_id=request.GET.get("parent", "")).first()
    initial = {"parent": (given.code or given.short_name) if given else "", "kind": "school"}
    form = forms.NewOrganisationForm(request.POST or None, initial=initial, user=user, territory=given or top)
    if form.is_valid():
        made: list[Organisation] = []
        if carried_out(form, lambda: made.append(actions.create(by=user, **form.given))):
            tell(request, f"Организация «{made[0]}» внесена в реестр.")
            return HttpResponseRedirect(_page(made[0]))
    back = reverse("registry:organisations")
    return form_page(request, form, title="Новая организация", button="Внести в реестр", back=back)


@form_methods
@once
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    organisation = editable(request, public_id)
    initial = {name: getattr(organisation, name) for name in ("name", "short_name", *DETAILS)}
    initial["coordinates"] = organisation.coordinates
    form = forms.OrganisationForm(request.POST or None, initial=initial)
    if form.is_valid():
        given = form.given

        @transaction.atomic
        def save() -> None:
            names = {"name": given.pop("name"), "short_name": given.pop("short_name")}
            actions.rename(organisation, by=actor(request), **names)
            actions.edit(organisation, by=actor(request), **given)

        if carried_out(form, save):
            tell(request, "Сведения сохранены.")
            return HttpResponseRedirect(_page(organisation))
    text = "Если сменить название, прежнее останется среди других названий: документы с ним по-прежнему читаются."
    context = {"title": f"Изменить: {organisation}", "text": text, "button": "Сохранить"}
    return form_page(request, form, **context, back=_page(organisation), organisation=organisation)


@form_methods
@once
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    user, organisation = actor(request), editable(request, public_id)
    form = forms.MoveForm(request.POST or None, user=user, territory=organisation)
    context = {"title": f"Переподчинить: {organisation}", "button": "Переподчинить", "back": _page(organisation)}
    if form.is_valid():
        parent = form.cleaned_data["parent"]
        if carried_out(form, partial(actions.move, organisation, by=user, parent=parent)):
            tell(request, f"Теперь организация подчинена: {parent}.")
            return HttpResponseRedirect(_page(organisation))
    return form_page(request, form, **context, organisation=organisation)


@form_methods
@once
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    user, organisation = actor(request), editable(request, public_id)
    form = forms.CloseForm(request.POST or None, user=user, territory=organisation.parent or organisation)
    context = {"title": f"Закрыть: {organisation}", "button": "Закрыть организацию", "back": _page(organisation)}
    if form.is_valid():
        successor, on = form.cleaned_data["successor"], form.cleaned_data["on"]
        if not confirmed(request):
            rest = f"Незакрытые поручения перейдут преемнику: {successor}." if successor else "Преемника нет."
            return confirm(request, text=f"«{organisation}» больше не получит поручений. {rest}", **context)
        if carried_out(form, partial(actions.close, organisation, by=user, successor=successor, on=on)):
            tell(request, f"Организация «{organisation}» закрыта.")
            return HttpResponseRedirect(_page(organisation))
    return form_page(request, form, **context, organisation=organisation)


@form_methods
@once
def merge(request: HttpRequest, public_id: str) -> HttpResponse:
    user, organisation = actor(request), editable(request, public_id)
    form = forms.MergeForm(request.POST or None, user=user, territory=organisation.parent or organisation)
    context = {"title": f"Присоединить: {organisation}", "button": "Присоединить", "back": _page(organisation)}
    if form.is_valid():
        into, on = form.cleaned_data["into"], form.cleaned_data["on"]
        if not confirmed(request):
            text = f"«{organisation}» закроется. Люди, рабочие группы, подчинённые и названия перейдут: {into}."
            return confirm(request, text=text, **context)
        if carried_out(form, partial(actions.merge, organisation, by=user, into=into, on=on)):
            tell(request, f"«{organisation}» присоединена: {into}.")
            return HttpResponseRedirect(_page(into))
    return form_page(request, form, **context, organisation=organisation)


@form_methods
@once
def add_alias(request: HttpRequest, public_id: str) -> HttpResponse:
    organisation = editable(request, public_id)
    form = forms.AliasForm(request.POST or None)
    if form.is_valid():
        given = {"territory": territory_of(organisation), "name": form.cleaned_data["name"]}
        if carried_out(form, partial(actions.add_alias, by=actor(request), organisation=organisation, **given)):
            tell(request, "Название записано.")
            return HttpResponseRedirect(_page(organisation))
    context = {"title": f"Другое название: {organisation}", "button": "Записать", "back": _page(organisation)}
    return form_page(request, form, **context, organisation=organisation)


@require_POST
@once
def remove_alias(request: HttpRequest, public_id: str, pk: int) -> HttpResponse:
    organisation = editable(request, public_id)
    alias = get_object_or_404(organisation.aliases.select_related("territory", "organisation"), pk=pk)
    if not confirmed(request):
        text = f"Документы, где организация названа «{alias}», больше не будут узнаваться."
        context = {"title": "Убрать название", "button": "Убрать название", "back": _page(organisation)}
        return confirm(request, text=text, **context)
    actions.remove_alias(alias, by=actor(request))
    tell(request, f"Название «{alias}» убрано.")
    return HttpResponseRedirect(_page(organisation))
