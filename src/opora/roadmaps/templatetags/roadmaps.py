from __future__ import annotations

from django import template

from opora.core.actor import Actor
from opora.core.secrecy import knowledge
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
