"""The lists and the work: who has joined or left since work was sent by it."""

from __future__ import annotations

from opora.registry.models import Organisation
from opora.roadmaps.lines import Line, Target
from opora.roadmaps.models import Assignment, AssignmentState, RoadMap


def compared(roadmap: RoadMap, lines: list[Line]) -> tuple[list[Organisation], list[Organisation]]:
    """Who would get work by the lists for the first time, and who has work by a list in which he stands no more.

    The work of those who left counts as sent no more. Two queries in any case, whatever the number of lines.
    """
    rows = Assignment.objects.filter(roadmap=roadmap, via_list=True).order_by()
    had = list(rows.values_list("window", "executor", "state"))
    windows = {window for window, _, _ in had}
    asked: dict[tuple[int, int], Target] = {}
    of_window: dict[int, Line] = {}
    for line in lines:
        for one in line.windows if line.listed or any(w.pk in windows for w in line.windows) else ():
            of_window[one.pk] = line
            asked |= {(one.pk, target.organisation.pk): target for target in line.targets_of(one)}
    gone = set()
    for window, executor, state in had:
        if (window, executor) not in asked and window in of_window:
            if not of_window[window].activity.readdressed:  # whose count is of those asked alone
                of_window[window].sent[window] -= 1
            if state != AssignmentState.CANCELLED:
                gone.add(executor)
    known = {executor for _, executor, _ in had}
    new = {t.organisation.pk: t.organisation for t in asked.values() if t.via_list and known}
    joined = [organisation for pk, organisation in new.items() if pk not in known]
    # A query less would tell that none has left.
    left = Organisation.objects.filter(pk__in=gone or {0}).order_by("sort_name")
    return sorted(joined, key=lambda one: one.sort_name), list(left)
