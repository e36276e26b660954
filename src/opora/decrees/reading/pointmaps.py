"""The points of a protocol, a decision or a plan without a table as a road map."""

from __future__ import annotations

import re

from opora.decrees.model import Activity, RoadMap, Section
from opora.decrees.reading.activities import Context, addresses
from opora.decrees.reading.clauses import Point, in_nominative, is_control
from opora.decrees.reading.responsible import read_responsible

_NO_WORK = re.compile(
    r"^(?:принять\s+к\s+сведению|отметить|считать|одобрить|признать|информацию\s+принять)", re.IGNORECASE
)


def roadmap_of(points: list[Point], title: str | None, context: Context, goal: str | None = None) -> list[RoadMap]:
    """One road map with a section for each addressee, or none where no point asks for anything."""
    numbers = [p.clause.number or "" for p in points]
    parents = {n for n in numbers if any(other.startswith(f"{n}.") for other in numbers if n)}
    sections: list[Section] = []
    owner: tuple[int, str] | None = None
    for point in points:
        number = point.clause.number or ""
        if number in parents or _NO_WORK.match(point.clause.text) or is_control(point.clause):
            continue
        top = number.rpartition(".")[0]
        if not sections or (point.part, top) != owner:
            sections.append(Section(None))
            owner = (point.part, top)
        sections[-1].activities.append(_activity(point, context))
    return [RoadMap(title, goal, context.period, sections)] if sections else []


def _activity(point: Point, context: Context) -> Activity:
    clause = point.clause
    who = [r for text in point.responsible for r in read_responsible([text], context.abbreviations)]
    if not who and clause.addressee:
        who = read_responsible([in_nominative(clause.addressee)], ())
    return Activity(
        clause.number,
        clause.text,
        clause.deadline,
        who,
        clause.source,
        round(0.9 - (0.2 if not who else 0) - (0.1 if clause.deadline is None else 0), 2),
        submit_to=addresses(clause.text),
    )
