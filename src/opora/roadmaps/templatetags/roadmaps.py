from __future__ import annotations

import datetime as dt

from django import template

from opora.core.actor import Actor
from opora.core.secrecy import knowledge
from opora.deadlines import calendar
from opora.roadmaps.models import Assignment

register = template.Library()

CLOSED = "документ с ограниченным доступом"


@register.filter
def knows_source(assignment: Assignment, user: Actor) -> bool:
    """Whether the person may know which document and road map the work comes from."""
    roadmap = assignment.roadmap
    return not roadmap.confidential or knowledge(user).of(roadmap.organisation.path)


@register.filter
def source(assignment: Assignment, user: Actor) -> str:
    """The title of the road map, or that it is closed to him."""
    return assignment.roadmap.title if knows_source(assignment, user) else CLOSED


@register.filter
def free_day(value: dt.date) -> str:
    """«воскресенье; ближайший рабочий день — 05.05.2026» of a day on which nobody works; empty of a working one."""
    return calendar.hint(value)
