"""The sums of areas brought up to date from the schools' results, whenever these change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import CharField, Count, QuerySet, Sum
from django.db.models.functions import Substr

from opora.assessments.counting import KEY
from opora.assessments.models import AreaResult, SchoolResult
from opora.core.actor import LEVEL, after
from opora.identification.aggregating import COUNTED
from opora.registry.models import Organisation


@transaction.atomic
def refresh(territory: Organisation, keys: Iterable[tuple[int, str, str, int]]) -> None:
    """Add these procedures (year, procedure, subject, grade) up anew for the territory and each municipality of it."""
    below = {"gte": territory.path, "lt": after(territory.path)}
    for key in dict.fromkeys(keys):
        chosen = dict(zip(KEY, key, strict=True))
        inside = {f"organisation__path__{bound}": path for bound, path in below.items()}
        rows = SchoolResult.objects.current().filter(**inside, **chosen).order_by()
        found = [row for digits in (LEVEL, 2 * LEVEL) for row in _sums(rows, digits)]
        areas = dict(Organisation.objects.filter(path__in={row["at"] for row in found}).values_list("path", "pk"))
        AreaResult.objects.filter(**{f"area__path__{bound}": path for bound, path in below.items()}, **chosen).delete()
        AreaResult.objects.bulk_create(AreaResult(area_id=areas[row.pop("at")], **chosen, **row) for row in found)


def _sums(rows: QuerySet[SchoolResult], digits: int) -> list[dict[str, Any]]:
    """The sums by the first `digits` of the schools' paths: of regions, or of municipalities."""
    place = Substr("organisation__path", 1, digits, output_field=CharField())
    sums = {name: Sum(name) for name in COUNTED}
    return list(rows.annotate(at=place).values("at").annotate(schools=Count("pk"), **sums))
