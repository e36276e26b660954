"""Versions of a procedure's results, and what differs between two of them."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet, Sum

from opora.assessments.counting import KEY
from opora.assessments.models import Part, PartState
from opora.assessments.models.results import PartQuerySet
from opora.core.actor import Actor
from opora.registry.models import Organisation


def parts(user: Actor) -> PartQuerySet:
    """Those that count or did."""
    kept = (PartState.CURRENT, PartState.REPLACED, PartState.UNDONE)
    return Part.objects.visible(user).filter(state__in=kept).select_related("territory", "loading")


def versions(part: Part, user: Actor) -> PartQuerySet:
    """Every loading of the same procedure, the newest first."""
    key = {name: getattr(part, name) for name in KEY}
    return parts(user).filter(territory=part.territory, **key).order_by("-accepted_at", "-pk")


def differing(old: Part, new: Part) -> QuerySet[Organisation]:
    """Schools whose counts are not the same in the two, with `before_…` and `after_…`."""
    names = ("participants", "failed", "marks_2", "marks_3", "marks_4", "marks_5", "absent")
    sums = {
        f"{when}_{name}": Sum(f"results__{name}", filter=Q(results__part=part))
        for when, part in (("before", old), ("after", new))
        for name in names
    }
    same = Q()
    for name in names:
        same &= Q(**{f"before_{name}": F(f"after_{name}")})
    concerned = Organisation.objects.filter(results__part__in=[old, new]).select_related("parent")
    absent = Q(before_participants__isnull=True) | Q(after_participants__isnull=True)
    return concerned.annotate(**sums).filter(absent | ~same)
