"""Working groups and commissions."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.registry import actions, forms
from opora.registry.models import Body, Organisation
from opora.registry.resolve import resolve_person
from opora.registry.views.common import editable
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor, form_methods


def _seen(request: HttpRequest, public_id: str) -> Body:
    bodies = Body.objects.visible(actor(request)).select_related("organisation")
    return get_object_or_404(bodies, public_id=public_id)


def _editable(request: HttpRequest, public_id: str) -> Body:
    found = _seen(request, public_id)
    require(actor(request), Permission.REGISTRY_EDIT, found.organisation.path, to="изменять рабочие группы")
    return found


def _page(found: Body) -> str:
    return reverse("registry:body", args=[found.public_id])


@require_GET
def body(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _seen(request, public_id)
    context = {
        "body": found,
        "members": found.members.select_related("person", "organisation"),
        "edits": actor(request).may(Permission.REGISTRY_EDIT, found.organisation.path),
    }
    return render(request, "registry/body.html", context)


@form_methods
@once
def create(request: HttpRequest, public_id: str) -> HttpResponse:
    organisation = editable(request, public_id)
    form, members = forms.BodyForm(request.POST or None), forms.MemberFormSet(request.POST or None)
    if request.method == "POST" and form.is_valid() and members.is_valid():
        made = actions.create_body(
            by=actor(request), organisation=organisation, members=_members(members, organisation), **form.cleaned_data
        )
        tell(request, f"Создана: {made}.")
        return HttpResponseRedirect(_page(made))
    back = reverse("registry:organisation", args=[organisation.public_id])
    context = {"title": f"Новая рабочая группа: {organisation}", "button": "Создать", "back": back}
    return render(request, "registry/body_form.html", {"form": form, "members": members, **context})


@form_methods
@once
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _editable(request, public_id)
    form = forms.BodyForm(request.POST or None, initial={"kind": found.kind, "name": found.name})
    rows = list(found.members.values("name", "position", "role"))
    members = forms.MemberFormSet(request.POST or None, initial=rows)
    if request.method == "POST" and form.is_valid() and members.is_valid():
        given = _members(members, found.organisation, found)
        save = partial(actions.edit_body, found, by=actor(request), members=given, **form.cleaned_data)
        if carried_out(form, save):
            tell(request, "Рабочая группа сохранена.")
            return HttpResponseRedirect(_page(found))
    context = {"title": f"Изменить: {found}", "button": "Сохранить", "back": _page(found)}
    return render(request, "registry/body_form.html", {"form": form, "members": members, **context})


@require_POST
@once
def dissolve(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _editable(request, public_id)
    if not confirmed(request):
        text = f"«{found}» больше не получит поручений. Состав и история останутся."
        return confirm(request, title=f"Распустить: {found}", text=text, button="Распустить", back=_page(found))
    actions.dissolve_body(found, by=actor(request))
    tell(request, f"«{found}» распущена.")
    return HttpResponseRedirect(_page(found))


def _members(formset: BaseFormSet[Any], organisation: Organisation, found: Body | None = None) -> list[actions.Member]:
    """The filled rows; who is known to the registry keeps his place there."""
    known = {member.name: member for member in found.members.select_related("person", "organisation")} if found else {}
    members = []
    for row in formset.cleaned_data:
        name = row.get("name")
        if not name:
            continue
        before = known.get(name)
        members.append(
            actions.Member(
                name,
                row["position"],
                row["role"],
                before.person if before else resolve_person(name, organisation),
                before.organisation if before else None,
            )
        )
    return members
