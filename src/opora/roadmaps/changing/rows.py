"""A row of a road map as a value: what versions keep, what two documents are compared by."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from opora.deadlines import to_json as deadline_json
from opora.decrees import model
from opora.decrees import to_json as part_json
from opora.roadmaps.models import Activity, Part, Responsible, RoadMap, Section

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PartRow:
    """One of several things that a row enumerates beside as many dates."""

    text: str
    deadline: Json | None = None
    responsible: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """Deadlines as `opora.deadlines.to_json` gives them, the responsible as `decrees.model.Responsible`."""

    number: str
    text: str
    deadline: Json | None = None
    responsible: tuple[Json, ...] = ()
    parts: tuple[PartRow, ...] = ()
    section: str = ""
    submit_to: tuple[str, ...] = ()
    activity: str = ""  # public id; empty for a row that is not there yet

    @property
    def deadline_text(self) -> str:
        return str(self.deadline["text"]) if self.deadline else ""

    @property
    def people(self) -> list[str]:
        return [str(one["text"]) for one in self.responsible]

    @property
    def said(self) -> tuple[object, ...]:
        """What a reader compares: equal rows say the same."""
        parts = tuple((part.text, part.deadline and part.deadline["text"]) for part in self.parts)
        return self.number, self.text, self.deadline_text, tuple(self.people), parts


def to_json(row: Row) -> Json:
    return asdict(row)


def from_json(data: Json) -> Row:
    parts = tuple(PartRow(p["text"], p["deadline"], tuple(p["responsible"])) for p in data["parts"])
    listed = {"responsible": tuple(data["responsible"]), "submit_to": tuple(data["submit_to"]), "parts": parts}
    return Row(**{**data, **listed})


def rows_of(roadmap: RoadMap) -> dict[int, Row]:
    """The rows in force in their order, by the key of the activity. Four queries."""
    people: dict[tuple[int, int | None], list[Json]] = defaultdict(list)
    for one in Responsible.objects.filter(activity__roadmap=roadmap).order_by("order", "pk"):
        people[one.activity_id, one.part_id].append(
            {"text": one.text, "kind": one.kind, "name": one.name or None, "role": one.role or None}
        )
    parts: dict[int, list[PartRow]] = defaultdict(list)
    for part in Part.objects.filter(activity__roadmap=roadmap).order_by("order", "pk"):
        found = tuple(people[part.activity_id, part.pk])
        parts[part.activity_id].append(PartRow(part.text, part.deadline, found))
    sections = dict(Section.objects.filter(roadmap=roadmap).values_list("pk", "title"))
    rows = {}
    for activity in Activity.objects.filter(roadmap=roadmap).in_force().order_by("order", "pk"):
        rows[activity.pk] = Row(
            activity.number,
            activity.text,
            activity.deadline,
            tuple(people[activity.pk, None]),
            tuple(parts[activity.pk]),
            sections[activity.section_id],
            tuple(activity.submit_to),
            activity.public_id,
        )
    return rows


def row_from(source: model.Activity, section: str = "") -> Row:
    """A row that the reader found."""
    parallel = [item for item in source.items if item.deadline is not None]
    parts = [
        PartRow(
            item.text,
            deadline_json(item.deadline) if item.deadline else None,
            tuple(map(part_json, item.responsible)),
        )
        for item in parallel
    ]
    return Row(
        source.number or "",
        source.text,
        deadline_json(source.deadline) if source.deadline else None,
        tuple(map(part_json, source.responsible)),
        tuple(parts) if len(parts) > 1 else (),
        section,
        tuple(source.submit_to),
    )


def with_deadline(row: Row, deadline: Json | None) -> Row:
    """The row with another deadline; as many days as it has parts are theirs, one each."""
    windows = deadline["windows"] if deadline else []
    if deadline is None or len(windows) != len(row.parts) or deadline["recurrence"]:
        return replace(row, deadline=deadline)
    parts = [
        replace(part, deadline={**deadline, "text": deadline["text"], "windows": [window]})
        for part, window in zip(row.parts, windows, strict=True)
    ]
    return replace(row, deadline=deadline, parts=tuple(parts))


def last_day(deadline: Json | None) -> dt.date | None:
    """The last day that a deadline names."""
    days = [window[1] for window in deadline["windows"] if window[1]] if deadline else []
    return max(map(dt.date.fromisoformat, days), default=None)


@dataclass(slots=True)
class Sectioned:
    """Rows under the title of their section."""

    title: str
    rows: list[Row] = field(default_factory=list)


def by_sections(rows: list[Row]) -> list[Sectioned]:
    found: list[Sectioned] = []
    for row in rows:
        if not found or found[-1].title != row.section:
            found.append(Sectioned(row.section))
        found[-1].rows.append(row)
    return found
