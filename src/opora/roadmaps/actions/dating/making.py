"""The assignments of windows that came later."""

from __future__ import annotations

from collections.abc import Iterable

from opora.core.actor import Actor, System
from opora.core.permissions import Permission
from opora.core.tasks import Progress
from opora.roadmaps.actions.sending import send
from opora.roadmaps.models import RoadMap, RoadMapState, Window


def send_windows(roadmap: RoadMap, windows: Iterable[Window], by: Actor, *, progress: Progress | None = None) -> int:
    """Make what is still missing of new windows, where the road map was sent; else its sender will."""
    keys = {window.pk for window in windows}
    if roadmap.state != RoadMapState.SENT or not keys:
        return 0
    may = by.may(Permission.ROADMAPS_SEND, roadmap.organisation.path)
    return send(roadmap, by=by if may else System(), windows=keys, progress=progress)
