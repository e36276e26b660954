"""Everything that happened around an assignment, in the order of time: one thread."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import BaseExpression

from opora.core.actor import Actor
from opora.roadmaps.models import (
    Activity,
    Assignment,
    Comment,
    Delegation,
    Postponement,
    PostponementState,
    Report,
    ReportState,
    Typed,
)
from opora.roadmaps.models.control import FORMS


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the thread: `kind` chooses how it is drawn, `item` is what it tells of."""

    at: dt.datetime
    kind: str
    who: str
    item: Any


AROUND: dict[str, QuerySet[Any]] = {
    "postponements": Postponement.objects.filter(assignment=OuterRef("pk")),
    "delegations": Delegation.objects.filter(assignment=OuterRef("pk")),
    "comments": Comment.objects.filter(assignment=OuterRef("pk")),
    "joined": Assignment.objects.filter(lead=OuterRef("pk")),
    "derived": Activity.objects.filter(origin=OuterRef("activity")),
}


def around(user: Actor) -> dict[str, BaseExpression]:
    """What is read along with an assignment, so that nothing is asked of what is not there: see `there`, `typed_by`."""
    mine = Typed.objects.filter(assignment=OuterRef("pk"), user__public_id=user.actor_id)
    typed = {f"typed_{form}": Subquery(mine.filter(form=form).values("text")[:1]) for form in FORMS}
    return {**typed, **{f"has_{name}": Exists(rows.order_by()) for name, rows in AROUND.items()}}


def there(assignment: Assignment, name: str) -> bool:
    """Whether there is any of `AROUND`, as far as it was read along."""
    return bool(getattr(assignment, f"has_{name}", True))


def typed_by(assignment: Assignment, user: Actor) -> dict[str, str]:
    """By the form, what the person has typed into it and not sent."""
    if all(hasattr(assignment, f"typed_{form}") for form in FORMS):
        return {form: getattr(assignment, f"typed_{form}") or "" for form in FORMS}
    rows = Typed.objects.filter(assignment=assignment, user__public_id=user.actor_id)
    return dict(rows.values_list("form", "text"))


def joined_to(assignment: Assignment) -> list[Assignment]:
    """Those whose parts it leads."""
    if not there(assignment, "joined"):
        return []
    return list(assignment.joined.select_related("executor").order_by("pk"))


def reports_of(assignment: Assignment, user: Actor) -> list[Report]:
    """Its reports; of a joint one those of the lead, and what the others gave."""
    own = [key for key in (assignment.pk, assignment.lead_id) if key]
    together = Assignment.objects.filter(Q(pk__in=own) | Q(lead=assignment.pk))  # few, and found by indexes
    rows = Report.objects.visible(user).filter(assignment__in=together.order_by().values("pk"))
    return list(rows.select_related("assignment__executor").prefetch_related("evidence").order_by("pk"))


def thread(assignment: Assignment, user: Actor, reports: list[Report]) -> list[Event]:
    """Reports with their decisions, postponements, delegations, comments; at most three queries beside the reports."""
    found: list[Event] = []
    for report in reports:
        found += _of_report(report)
    for moved in _rows(Postponement, assignment, user):
        found += _of_postponement(moved)
    for given in _rows(Delegation, assignment, user):
        found.append(Event(given.created_at, "delegated", given.giver, given))
        if given.ended_at:
            found.append(Event(given.ended_at, "delegation_ended", given.ended_by or "", given))
    for said in _rows(Comment, assignment, user):
        found.append(Event(said.created_at, "comment", said.author, said))
    return sorted(found, key=lambda event: event.at)


def _rows(model: Any, assignment: Assignment, user: Actor) -> list[Any]:
    asked = there(assignment, f"{model._meta.model_name}s")
    return list(model.objects.visible(user).filter(assignment=assignment)) if asked else []


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
