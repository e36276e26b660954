"""What events and schedules share: a new window takes over what waited without a day."""

from __future__ import annotations

from django.db.models import Q

from opora.core.actor import Actor, after
from opora.deadlines import Deadline, from_json
from opora.journal.actions import record
from opora.roadmaps.models import Activity, AssignmentState, Part, Window, WindowOrigin
from opora.roadmaps.models.assignments import OPEN

UNREPORTED = (*OPEN, AssignmentState.WAITING)


def deadline_of(activity: Activity, part: Part | None) -> Deadline | None:
    stated = part.deadline if part else activity.deadline
    return from_json(stated) if stated else None


def undated(activity: Activity, part: Part | None) -> Window | None:
    """The window that waits for a day; none where the deadline has days of its own."""
    return Window.objects.filter(activity=activity, part=part, origin=WindowOrigin.UNDATED).first()


def inside(window: Window) -> Q:
    """Assignments of the executors to which a window is narrowed."""
    if window.organisation is None:
        return Q()
    path = window.organisation.path
    return Q(executor__path__gte=path, executor__path__lt=after(path))


def write_down(
    code: str, text: str, activity: Activity, by: Actor, window: Window | None = None, **data: object
) -> None:
    """The journal entry: of a day that one school alone has, for those who may see the lists."""
    roadmap = activity.roadmap
    narrowed = window.organisation if window else None
    record(
        f"roadmaps.{code}",
        f"{text}: {activity.label}{f', {narrowed}' if narrowed else ''}",
        by=by,
        on=roadmap,
        path=narrowed.path if narrowed else roadmap.organisation.path,
        confidential=roadmap.confidential or narrowed is not None,
        data=data,
    )
