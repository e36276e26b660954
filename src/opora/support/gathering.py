"""What is known of schools for their risk profiles: accepted forms, questionnaires, results of the newest year."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.urls import reverse

from opora.assessments.queries import totals
from opora.collection.queries.answers import Told, told
from opora.registry.models import Organisation
from opora.support.scoring import Source
from opora.support.scoring.factors import RESULTS


def sources(schools: Iterable[Organisation]) -> dict[int, dict[str, Source]]:
    """By the key of the school, then by the code of the form; three queries, whatever the number."""
    schools = list(schools)
    forms, results = told(schools), totals.newest(schools)
    found = {}
    for one in schools:
        known = {code: _form(given) for code, given in forms[one.pk].items()}
        if (counted := results.get(one.pk)) is not None:
            url = reverse("assessments:school", args=[one.public_id])
            figures = {name: getattr(counted, name) for name in ("participants", "failed", "graded", "good")}
            values = {name: Decimal(value) for name, value in figures.items()}
            known[RESULTS] = Source(f"Результаты {counted.year} года", None, url, values)
        found[one.pk] = known
    return found


def _form(given: Told) -> Source:
    counts = {key: one.counts for key, one in given.spreads.items()}
    return Source(given.title, given.day, given.url, given.values, counts)
