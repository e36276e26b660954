"""The page of a form."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from opora.support.models.mentoring import Pair


def form_page(
    request: HttpRequest, form: forms.Form, heading: str, back: str, *, text: str = "", pair: Pair | None = None
) -> HttpResponse:
    context = {"form": form, "heading": heading, "back": back, "text": text, "pair": pair}
    return render(request, "support/mentoring/form.html", context, status=422 if form.errors else 200)
