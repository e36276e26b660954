"""The versions of a region's steps."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from opora.core.actor import Actor
from opora.support.models import CaseState, StepSet


def sets(user: Actor) -> list[Any]:
    """The newest first, with `open_cases`: how many go by each."""
    found = StepSet.objects.visible(user).annotate(open_cases=Count("cases", filter=Q(cases__state=CaseState.OPEN)))
    return list(found.select_related("territory").order_by("-number"))
