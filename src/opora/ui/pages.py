"""Pages that views of every floor answer with: a form and the way to it, asking once, offering to undo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

Trail = tuple[tuple[str, str], ...]  # (words, address) of the pages above; the last is where one goes back to
UNDO = "undo:"  # the start of a message's tag that holds the address to post to


def form_page(
    request: HttpRequest,
    form: forms.Form,
    heading: str,
    trail: Trail,
    *,
    button: str = "Сохранить",
    text: str = "",
    revision: int | None = None,
    template: str = "ui/form.html",
    **more: Any,
) -> HttpResponse:
    """The page of a form, wherever it stands; 422 where the form has mistakes. `template`, told `more`, extends it.

    `revision` of what is changed comes back as `seen_revision`.
    """
    if revision is not None:
        form.fields["revision"] = forms.IntegerField(widget=forms.HiddenInput, initial=revision, required=False)
    context = {"form": form, "heading": heading, "trail": trail, "button": button, "text": text, "back": trail[-1][1]}
    return render(request, template, {**context, **more}, status=422 if form.errors else 200)


def confirmed(request: HttpRequest) -> bool:
    """Whether the person has said yes on the page of `confirm`."""
    return request.method == "POST" and request.POST.get("confirmed") == "1"


def confirm(
    request: HttpRequest, *, title: str, text: str, button: str, back: str, heed: str = "", rows: Sequence[str] = ()
) -> HttpResponse:
    """Ask once: what will happen, a button that says it, and a way back. What the form sent is sent again.

    `heed` warns, and `rows` are what it warns of.
    """
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in ("csrfmiddlewaretoken", "once", "confirmed")
    ]
    context = {"title": title, "text": text, "button": button, "back": back, "kept": kept, "heed": heed, "rows": rows}
    return render(request, "ui/confirm.html", context)


def tell(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """Say on the next page what was done; `undo` is the address that a button «Отменить» posts to."""
    messages.success(request, text, extra_tags=UNDO + undo if undo else "")
