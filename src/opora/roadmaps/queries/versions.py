"""What a road map said on a day."""

from __future__ import annotations

import datetime as dt

from opora.roadmaps.changing.rows import Row, from_json, rows_of
from opora.roadmaps.models import RoadMap, Version


def versions_of(roadmap: RoadMap) -> list[Version]:
    """In the order in which they came into force; none where nothing has changed yet. Without their rows."""
    found = Version.objects.filter(roadmap=roadmap).select_related("document").defer("rows")
    return list(found.order_by("on", "number"))


def version_on(roadmap: RoadMap, day: dt.date) -> Version | None:
    """The version in force on the day; before the first one, the first; None where nothing has changed yet."""
    found = Version.objects.filter(roadmap=roadmap).select_related("document")
    return found.filter(on__lte=day).order_by("on", "number").last() or found.order_by("on", "number").first()


def rows_in(roadmap: RoadMap, version: Version | None) -> list[Row]:
    """The rows of a version; those of today where there is none."""
    return [from_json(row) for row in version.rows] if version else list(rows_of(roadmap).values())


def before(version: Version) -> Version | None:
    """The version that this one replaced."""
    return Version.objects.filter(roadmap=version.roadmap_id, number=version.number - 1).first()
