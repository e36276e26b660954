"""The versions of what a region orders as data: its steps, its observation sheet."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from opora.core.actor import Actor
from opora.support.models import CaseState, ObservationSheet, StepSet


def sets(user: Actor) -> list[Any]:
    """The newest first, with `open_cases`: how many go by each."""
    found = StepSet.objects.visible(user).annotate(open_cases=Count("cases", filter=Q(cases__state=CaseState.OPEN)))
    return list(found.select_related("territory").order_by("-number"))


def sheets(user: Actor) -> list[Any]:
    """The newest first, with `visits_count`: how many visits go by each."""
    found = ObservationSheet.objects.visible(user).annotate(visits_count=Count("visits"))
    return list(found.select_related("territory").order_by("-number"))
