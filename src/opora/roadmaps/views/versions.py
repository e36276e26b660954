"""«Редакции»: what the road map said on any day, and two of its versions side by side."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from opora.roadmaps.changing.rows import by_sections
from opora.roadmaps.changing.showing import difference
from opora.roadmaps.models import RoadMap, Version
from opora.roadmaps.queries.versions import rows_in, version_on, versions_of
from opora.roadmaps.views.common import seen_roadmap, shown


def day_of(request: HttpRequest) -> dt.date | None:
    """The day that the address asks for: `?on=2026-03-01`; None where it names none."""
    try:
        return dt.date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return None


def roadmap_on(request: HttpRequest, roadmap: RoadMap, day: dt.date) -> HttpResponse:
    """The rows in force on a day, without what was done about them."""
    version = version_on(roadmap, day)
    sections = by_sections(rows_in(roadmap, version))
    return shown(request, roadmap, "on", day=day, version=version, sections=sections)


@require_GET
def versions(request: HttpRequest, public_id: str) -> HttpResponse:
    roadmap = seen_roadmap(request, public_id)
    listed = versions_of(roadmap)
    numbers = {str(one.number): one for one in listed}
    first, second = numbers.get(request.GET.get("from", "")), numbers.get(request.GET.get("to", ""))
    rows = None
    if first and second:
        whole = {one.pk: one for one in Version.objects.filter(pk__in=[first.pk, second.pk])}
        rows = difference(rows_in(roadmap, whole[first.pk]), rows_in(roadmap, whole[second.pk]))
    chosen = (first or (listed[-2] if len(listed) > 1 else None), second or (listed[-1] if listed else None))
    return shown(request, roadmap, "versions", versions=listed, chosen=chosen, compared=rows)
