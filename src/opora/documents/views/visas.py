"""Visas: whom to ask, to decide, to hand on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from opora.core.actor import Denied, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.documents.actions import visas as actions
from opora.documents.actions.common import TO_EDIT
from opora.documents.actions.drafts import send_to_visas
from opora.documents.forms.drafts import HandOnForm, Route, VisaForm, people_of
from opora.documents.models import Draft, Visa
from opora.documents.views.drafts import kept, seen
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods


@form_methods
@once
def route(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who agrees, in which order."""
    found = kept(request, public_id)
    rows = Route(request.POST or None, prefix="who", form_kwargs={"members": people_of(found)})
    problem = ""
    if request.method == "POST" and rows.is_valid():
        asked = [one for form in rows.forms if (one := form.asked) is not None]
        try:
            send_to_visas(found, by=actor(request), asked=asked)
        except Refused as refusal:
            problem = str(refusal)
        else:
            tell(request, "Проект отправлен на согласование, согласующие получили уведомления.")
            return redirect(found)
    return render(request, "documents/drafts/route.html", {"draft": found, "rows": rows, "problem": problem})


def _visa(request: HttpRequest, public_id: str, visa_id: str) -> tuple[Draft, Visa, bool]:
    """The draft, its visa, and whether the person is the one who was asked."""
    found = seen(request, public_id)
    rows = found.visas.select_related("person__person", "organisation")
    visa = get_object_or_404(rows, public_id=visa_id)
    return found, visa, Visa.objects.filter(pk=visa.pk).before(actor(request)).exists()


@form_methods
@once
def decide(request: HttpRequest, public_id: str, visa_id: str) -> HttpResponse:
    found, visa, mine = _visa(request, public_id, visa_id)
    if not mine:
        raise Denied("Визу ставит тот, у кого она запрошена.")
    form = VisaForm(request.POST or None)
    if form.is_valid():
        try:
            actions.decide(visa, by=actor(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error("comment" if "комментарий" in str(refusal) else None, str(refusal))
        else:
            tell(request, "Ваша виза поставлена.")
            return redirect(found)
    context = {"form": form, "draft": found, "heading": "Ваша виза", "button": "Поставить визу"}
    return render(request, "documents/drafts/form.html", context)


@form_methods
@once
def hand_on(request: HttpRequest, public_id: str, visa_id: str) -> HttpResponse:
    found, visa, mine = _visa(request, public_id, visa_id)
    if not mine:
        require(actor(request), Permission.DOCUMENTS_EDIT, found.organisation.path, to=TO_EDIT)
    form = HandOnForm(request.POST or None, visa=visa)
    if form.is_valid():
        try:
            actions.hand_on(visa, by=actor(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            tell(request, f"Виза передана: {form.cleaned_data['to']}.")
            return redirect("documents:drafts") if mine else redirect(found)
    context = {"form": form, "draft": found, "heading": f"Передать визу: {visa.who}", "button": "Передать"}
    return render(request, "documents/drafts/form.html", context)
