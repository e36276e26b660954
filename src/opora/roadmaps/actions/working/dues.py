"""Moving the deadline of an assignment: the one place that does it."""

from __future__ import annotations

import datetime as dt

from opora.core.actor import Actor
from opora.core.points import Point
from opora.core.workflow import Refused, Stale
from opora.roadmaps.models import Assignment

# The day of one assignment was agreed anew: (assignment, who).
moved: Point[[Assignment, Actor], None] = Point()


def move_due(assignment: Assignment, due: dt.date) -> None:
    """Move the deadline, and that of those who join the report. The first one is kept; a request for it is answered."""
    if assignment.due is None:
        raise Refused("У поручения нет срока, переносить нечего.")
    for one in (assignment, *assignment.joined.all()):
        _move(one, due)


def _move(one: Assignment, due: dt.date) -> None:
    old = one.due
    changes = {
        "due": due,
        "first_due": one.first_due or old,
        "moved": one.moved + 1,
        "asked_due": None,
        "starts": None if one.starts and one.starts > due else one.starts,
        "inner_due": min(one.inner_due, due) if one.inner_due else None,
    }
    if Assignment.objects.filter(pk=one.pk, due=old, moved=one.moved).update(**changes) != 1:
        raise Stale("Пока вы работали, срок уже изменил кто-то другой. Обновите страницу и посмотрите.")
    for name, value in changes.items():
        setattr(one, name, value)
