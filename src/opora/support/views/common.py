"""The page of a form, wherever it stands: the way to it, the form, the way back."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from opora.support.models import Case

Trail = tuple[tuple[str, str], ...]  # (words, address) of the pages above; the last is where one goes back to


def of_case(case: Case, *further: tuple[str, str]) -> Trail:
    return ("Дела школ", reverse("support:cases")), (case.school.short_name, case.get_absolute_url()), *further


def form_page(
    request: HttpRequest, form: forms.Form, heading: str, trail: Trail, *, button: str = "Сохранить", text: str = ""
) -> HttpResponse:
    """422 where the form has mistakes."""
    context = {"form": form, "heading": heading, "trail": trail, "button": button, "text": text, "back": trail[-1][1]}
    return render(request, "support/form.html", context, status=422 if form.errors else 200)
