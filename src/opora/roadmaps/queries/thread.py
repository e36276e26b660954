"""Everything that happened around an assignment, in the order of time: one thread."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from opora.core.actor import Actor
from opora.roadmaps.models import Assignment, Comment, Delegation, Postponement, PostponementState, Report, ReportState


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the thread: `kind` chooses how it is drawn, `item` is what it tells of."""

    at: dt.datetime
    kind: str
    who: str
    item: Any


def reports_of(assignment: Assignment, user: Actor) -> list[Report]:
    """Its reports; of a joint one those of the lead, and what the others gave."""
    own = [key for key in (assignment.pk, assignment.lead_id) if key]
    together = Assignment.objects.filter(Q(pk__in=own) | Q(lead=assignment.pk))  # few, and found by indexes
    rows = Report.objects.visible(user).filter(assignment__in=together.order_by().values("pk"))
    return list(rows.select_related("assignment__executor").prefetch_related("evidence").order_by("pk"))


def thread(assignment: Assignment, user: Actor, reports: list[Report]) -> list[Event]:
    """Reports with their decisions, postponements, delegations, comments; three queries beside the reports."""
    found: list[Event] = []
    for report in reports:
        found += _of_report(report)
    for moved in Postponement.objects.visible(user).filter(assignment=assignment):
        found += _of_postponement(moved)
    for given in Delegation.objects.visible(user).filter(assignment=assignment):
        found.append(Event(given.created_at, "delegated", given.giver, given))
        if given.ended_at:
            found.append(Event(given.ended_at, "delegation_ended", given.ended_by or "", given))
    for said in Comment.objects.visible(user).filter(assignment=assignment):
        found.append(Event(said.created_at, "comment", said.author, said))
    return sorted(found, key=lambda event: event.at)


def _of_report(report: Report) -> list[Event]:
    if report.state == ReportState.DRAFT or not report.submitted_at:
        return []
    kind = "given" if report.state == ReportState.GIVEN else "report"
    found = [Event(report.submitted_at, kind, report.submitted_by or "", report)]
    if report.decided_at:
        found.append(Event(report.decided_at, "decision", report.decided_by or "", report))
    return found


def _of_postponement(moved: Postponement) -> list[Event]:
    decided = moved.decided_at and Event(moved.decided_at, "postponement_decided", moved.decided_by or "", moved)
    by_itself = moved.state == PostponementState.GRANTED and moved.asker == moved.decided_by
    if by_itself and decided:  # moved by the one who sent the work
        return [Event(decided.at, "due_moved", decided.who, moved)]
    asked = Event(moved.created_at, "postponement_asked", moved.asker, moved)
    return [asked, decided] if decided else [asked]
