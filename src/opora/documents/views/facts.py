"""Corrections of single facts: in place by HTMX, as a page without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from opora.core.actor import Actor
from opora.core.workflow import Refused
from opora.documents import actions
from opora.documents.forms import FactForm, SplitForm
from opora.documents.models import Document, Fact, FactKind
from opora.documents.presenting import IN_TABLES, reading_of, row_of
from opora.documents.views.common import edited, fact_of
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods


def _in_place(request: HttpRequest, fact: Fact) -> bool:
    return (
        request.headers.get("HX-Target") == f"fact-{fact.public_id}"
        and fact.kind in IN_TABLES
        and fact.kind != FactKind.ITEM
    )


def _back(fact: Fact) -> HttpResponse:
    return redirect(f"{fact.document.get_absolute_url()}#fact-{fact.public_id}")


@form_methods
def edit(request: HttpRequest, public_id: str, fact_id: str) -> HttpResponse:
    """The form of a fact; in the place of its row where HTMX asks. What is sent is saved once by its edition."""
    found = edited(request, public_id)
    fact = fact_of(found, fact_id)
    if "menu" in request.GET and request.headers.get("HX-Request"):
        return render(request, "documents/parts/menu_open.html", {**_row(fact), "document": found})
    in_place = _in_place(request, fact)
    if in_place and "row" in request.GET:
        return render(request, "documents/parts/row.html", {**_row(fact), "document": found, "may_correct": True})
    form = FactForm(request.POST or None, kind=fact.kind, fact=fact)
    if form.is_valid():
        try:
            edition = form.cleaned_data["edition"]
            fact = actions.correct(fact, by=actor(request), edition=edition, **form.values)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _saved(request, fact) if in_place else _back(fact)
    template = "documents/parts/row_form.html" if in_place else "documents/fact.html"
    return render(request, template, {**_row(fact), "form": form, "document": found, "heading": f"Исправить: {fact}"})


def _row(fact: Fact) -> dict[str, Any]:
    row = row_of(fact, fact.document.suffix)
    if fact.kind == FactKind.ACTIVITY:
        items = fact.children.filter(removed=False, kind=FactKind.ITEM).order_by("order", "pk")
        row.children = [row_of(item, fact.document.suffix) for item in items]
    return {"row": row}


def _saved(request: HttpRequest, fact: Fact) -> HttpResponse:
    """The row as it is now, and the list of findings, which may have become shorter."""
    context = {**_row(fact), "document": fact.document, "may_correct": True, "reading": reading_of(fact.document)}
    return render(request, "documents/parts/row_saved.html", context)


@form_methods
@once
def add(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    found = edited(request, public_id)
    if kind not in FactKind.values or kind in (FactKind.HEADING, FactKind.FINDING):
        raise Http404
    parent = _asked(found, request.GET.get("parent", ""))
    after = _asked(found, request.GET.get("after", ""))
    form = FactForm(request.POST or None, kind=kind)
    if form.is_valid():
        try:
            fact = actions.add_fact(found, by=actor(request), kind=kind, parent=parent, after=after, fields=form.values)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _back(fact)
    heading = f"Добавить: {FactKind(kind).label}"
    return render(request, "documents/fact.html", {"form": form, "document": found, "heading": heading, "row": None})


def _asked(document: Document, fact_id: str) -> Fact | None:
    return fact_of(document, fact_id) if fact_id else None


@form_methods
@once
def split(request: HttpRequest, public_id: str, fact_id: str) -> HttpResponse:
    found = edited(request, public_id)
    fact = fact_of(found, fact_id)
    form = SplitForm(request.POST or None, initial={"texts": fact.data.get("text", "")})
    if form.is_valid():
        try:
            actions.split(fact, by=actor(request), texts=form.cleaned_data["texts"].splitlines())
        except Refused as refusal:
            form.add_error("texts", str(refusal))
        else:
            return _back(fact)
    context = {"form": form, "document": found, "row": None}
    return render(request, "documents/fact.html", {**context, "heading": f"Разделить: {fact}"})


def _act(request: HttpRequest, public_id: str, fact_id: str, act: Callable[[Fact, Actor], object]) -> Fact:
    fact = fact_of(edited(request, public_id), fact_id)
    act(fact, actor(request))
    return fact


@require_POST
def remove(request: HttpRequest, public_id: str, fact_id: str) -> HttpResponse:
    fact = _act(request, public_id, fact_id, lambda fact, by: actions.remove_fact(fact, by=by))
    said = "Замечание отмечено просмотренным." if fact.kind == FactKind.FINDING else f"Убрано: {fact}."
    undo = f"{fact.document.get_absolute_url()}facts/{fact.public_id}/restore/"
    tell(request, said, undo=undo)
    return redirect(fact.document)


@require_POST
def restore(request: HttpRequest, public_id: str, fact_id: str) -> HttpResponse:
    return _back(_act(request, public_id, fact_id, lambda fact, by: actions.restore_fact(fact, by=by)))


@require_POST
def merge(request: HttpRequest, public_id: str, fact_id: str) -> HttpResponse:
    return _back(_act(request, public_id, fact_id, lambda fact, by: actions.merge(fact, by=by)))


@require_POST
def up(request: HttpRequest, public_id: str, fact_id: str) -> HttpResponse:
    return _back(_act(request, public_id, fact_id, lambda fact, by: actions.move(fact, by=by, up=True)))


@require_POST
def down(request: HttpRequest, public_id: str, fact_id: str) -> HttpResponse:
    return _back(_act(request, public_id, fact_id, lambda fact, by: actions.move(fact, by=by, up=False)))
