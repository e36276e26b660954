from __future__ import annotations

import datetime as dt
import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.deadlines import calendar
from opora.roadmaps.actions import working
from opora.roadmaps.models import Assignment, Comment

register = template.Library()

CLOSED = "документ с ограниченным доступом"


@register.filter
def knows_source(assignment: Assignment, user: Actor) -> bool:
    """Whether the person may know which document and road map the work comes from."""
    roadmap = assignment.roadmap
    return not roadmap.confidential or knowledge(user).of(roadmap.organisation.path)


@register.filter
def acceptable(assignment: Assignment, user: Actor) -> bool:
    """Whether the person may accept its report now."""
    waits = assignment.state == "reported" and assignment.lead_id is None
    return waits and user.may(Permission.ASSIGNMENTS_DECIDE, assignment.controller.path)


@register.filter
def is_of(said: Comment, user: Actor) -> bool:
    """Whether the person wrote it."""
    return said.author_user_id is not None and said.author_user_id == getattr(user, "pk", None)


@register.filter
def is_fresh(said: Comment, user: Actor) -> bool:
    """Whether the person may still change it."""
    return working.editable(said, user)


@register.filter
def said(comment: Comment) -> SafeString:
    """The text with the names of those whom it calls marked."""
    text = conditional_escape(comment.text).replace("\n", mark_safe("<br>"))
    for _, handle in comment.mentioned:
        mark = conditional_escape(f"@{handle}")
        text = re.sub(re.escape(mark) + r"(?!\w)", lambda found: f"<strong>{found.group()}</strong>", text, flags=re.I)
    return mark_safe(text)  # noqa: S308  (escaped above)


@register.filter
def source(assignment: Assignment, user: Actor) -> str:
    """The title of the road map, or that it is closed to him."""
    return assignment.roadmap.title if knows_source(assignment, user) else CLOSED


@register.filter
def free_day(value: dt.date) -> str:
    """«воскресенье; ближайший рабочий день — 05.05.2026» of a day on which nobody works; empty of a working one."""
    return calendar.hint(value)
