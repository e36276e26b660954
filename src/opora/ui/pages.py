"""Pages that views of every floor answer with: asking once before something is destroyed, and offering to undo it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

UNDO = "undo:"  # the start of a message's tag that holds the address to post to


def confirmed(request: HttpRequest) -> bool:
    """Whether the person has said yes on the page of `confirm`."""
    return request.method == "POST" and request.POST.get("confirmed") == "1"


def confirm(request: HttpRequest, *, title: str, text: str, button: str, back: str) -> HttpResponse:
    """Ask once: what will happen, a button that says it, and a way back. What the form sent is sent again."""
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in ("csrfmiddlewaretoken", "once", "confirmed")
    ]
    context = {"title": title, "text": text, "button": button, "back": back, "kept": kept}
    return render(request, "ui/confirm.html", context)


def tell(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """Say on the next page what was done; `undo` is the address that a button «Отменить» posts to."""
    messages.success(request, text, extra_tags=UNDO + undo if undo else "")
