"""The way to the pages of a case."""

from __future__ import annotations

from django.urls import reverse

from opora.support.models import Case
from opora.ui.pages import Trail


def of_case(case: Case, *further: tuple[str, str]) -> Trail:
    return ("Дела школ", reverse("support:cases")), (case.school.short_name, case.get_absolute_url()), *further
