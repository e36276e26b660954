"""The versions of a road map: what its rows said, from when, by which document."""

from __future__ import annotations

import datetime as dt

from opora.core.actor import Actor
from opora.core.clock import day_of, today
from opora.documents.models import Document
from opora.roadmaps.changing.rows import Json, rows_of, to_json
from opora.roadmaps.models import RoadMap, Version


def keep_first(roadmap: RoadMap, *, by: Actor) -> None:
    """Before the first change: the rows as the document of the road map left them."""
    if Version.objects.filter(roadmap=roadmap).exists():
        return
    document = roadmap.document
    day = document.date or roadmap.sent_on or day_of(roadmap.created_at)
    author = str(document.approved_by or by.label)
    _keep(roadmap, min(day, today()), document, author, "Первая редакция", 1)


def keep(
    roadmap: RoadMap, *, by: Actor, on: dt.date, document: Document | None, summary: str, like: Version | None = None
) -> Version:
    """After a change; `like` is the version whose rows are in force again."""
    number = Version.objects.filter(roadmap=roadmap).count() + 1
    return _keep(roadmap, on, document, by.label, summary, number, like.rows if like else None)


def _keep(
    roadmap: RoadMap,
    on: dt.date,
    document: Document | None,
    author: str,
    summary: str,
    number: int,
    rows: list[Json] | None = None,
) -> Version:
    if rows is None:
        rows = [to_json(row) for row in rows_of(roadmap).values()]
    return Version.objects.create(
        roadmap=roadmap, number=number, on=on, document=document, made_by=author[:300], summary=summary, rows=rows
    )
