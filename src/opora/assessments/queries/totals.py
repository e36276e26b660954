"""All works of a school in its newest year put together, for the floors above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, OuterRef, Subquery, Sum

from opora.assessments.models import SchoolResult
from opora.registry.models import Organisation


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of works; `graded` those that bear a mark, `good` those of them marked «4» and «5»."""

    year: int
    participants: int
    failed: int
    graded: int
    good: int


def newest(organisations: Iterable[Organisation]) -> dict[int, Totals]:
    """By the key of the school; those without results are absent. One query."""
    rows = SchoolResult.objects.current().filter(organisation__in=[one.pk for one in organisations])
    same = SchoolResult.objects.current().filter(organisation=OuterRef("organisation")).order_by("-year")
    last = rows.annotate(last=Subquery(same.values("year")[:1])).filter(year=F("last"))
    good = F("marks_4") + F("marks_5")
    told = (
        last.order_by()
        .values("organisation", "year")
        .annotate(
            participants_all=Sum("participants"),
            failed_all=Sum("failed"),
            graded=Sum(F("marks_2") + F("marks_3") + good),
            good=Sum(good),
        )
    )
    return {
        row["organisation"]: Totals(row["year"], row["participants_all"], row["failed_all"], row["graded"], row["good"])
        for row in told
    }
