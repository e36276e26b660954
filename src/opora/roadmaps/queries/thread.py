"""Everything that happened around an assignment, in the order of time: one thread."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import BaseExpression

from opora.core.actor import Actor
from opora.core.together import read_together
from opora.roadmaps.models import (
    Assignment,
    Comment,
    Delegation,
    Evidence,
    Postponement,
    PostponementState,
    Report,
    ReportState,
    Revision,
    Typed,
)
from opora.roadmaps.models.control import FORMS
from opora.roadmaps.points import Asked, Origin, forms_asked, forms_there, origins_there, origins_told
from opora.roadmaps.queries import counts

_OF_ASSIGNMENT: tuple[Any, ...] = (Postponement, Delegation, Comment)


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
    "reports": Report.objects.filter(Q(assignment=OuterRef("pk")) | Q(assignment=OuterRef("lead"))),
    "joined": Assignment.objects.filter(lead=OuterRef("pk")),
}


def around(user: Actor) -> dict[str, BaseExpression]:
    """What is read along with an assignment, so that nothing is asked of what is not there: see `there`, `typed_by`."""
    mine = Typed.objects.filter(assignment=OuterRef("pk"), user__public_id=user.actor_id)
    typed = {f"typed_{form}": Subquery(mine.filter(form=form).values("text")[:1]) for form in FORMS}
    forms = {f"has_forms_{number}": asked for number, asked in enumerate(forms_there.call(user))}
    told = {"told_below": counts.below_there(user), **_origins(user)}
    return {**typed, **forms, **told, **{f"has_{name}": Exists(rows.order_by()) for name, rows in AROUND.items()}}


def _origins(user: Actor) -> dict[str, BaseExpression]:
    return {f"origin_{number}": told for number, told in enumerate(origins_there.call(user))}


def origins_of(assignment: Assignment, user: Actor) -> list[Origin]:
    """What made the work necessary, beside its document."""
    along = _origins(user)
    if not all(hasattr(assignment, name) for name in along):
        assignment = Assignment.objects.annotate(**along).get(pk=assignment.pk)
    said = [(tell, getattr(assignment, name)) for tell, name in zip(origins_told, along, strict=True)]
    return [tell(text) for tell, text in said if text]


def asked_forms(assignment: Assignment, user: Actor) -> list[Asked]:
    """What the floors above want filled in for the assignment; of those that have nothing none is asked."""
    return [
        one
        for number, forms in enumerate(forms_asked)
        if there(assignment, f"forms_{number}")
        for one in forms(user, assignment)
    ]


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


@dataclass(slots=True)
class Around:
    """What stands around an assignment."""

    reports: list[Report] = field(default_factory=list)  # of a joint one those of the lead, and what the others gave
    postponements: list[Postponement] = field(default_factory=list)
    delegations: list[Delegation] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)  # of the draft


def read_around(assignment: Assignment, user: Actor) -> Around:
    """Reports in one query, everything else in another; of what is not there neither."""
    found = Around()
    reports = _reports(assignment, user)
    rows: list[QuerySet[Any]] = []
    if there(assignment, "reports") or there(assignment, "joined"):
        found.reports = list(reports.select_related("assignment__executor").order_by("pk"))
    if any(there(assignment, name) for name in ("postponements", "delegations", "comments")) or found.reports:
        rows = [model.objects.visible(user).filter(assignment=assignment) for model in _OF_ASSIGNMENT]
        drafts = Report.objects.filter(assignment=assignment, state=ReportState.DRAFT)
        of_reports = Evidence.objects.filter(report__in=[one.pk for one in found.reports])
        rows += [Revision.objects.filter(report__in=drafts.values("pk")), of_reports]
        *lists, evidence = read_together(*rows)
        found.postponements, found.delegations, found.comments, found.revisions = lists
        for one in found.reports:
            one.proofs = [proof for proof in evidence if proof.report_id == one.pk]
    return found


def thread(around: Around) -> list[Event]:
    """Reports with their decisions, postponements, delegations, comments, in the order of time."""
    found: list[Event] = []
    for report in around.reports:
        found += _of_report(report)
    for moved in around.postponements:
        found += _of_postponement(moved)
    for given in around.delegations:
        found.append(Event(given.created_at, "delegated", given.giver, given))
        if given.ended_at:
            found.append(Event(given.ended_at, "delegation_ended", given.ended_by or "", given))
    found += [Event(said.created_at, "comment", said.author, said) for said in around.comments]
    return sorted(found, key=lambda event: event.at)


def _reports(assignment: Assignment, user: Actor) -> QuerySet[Report]:
    own = [key for key in (assignment.pk, assignment.lead_id) if key]
    together = Assignment.objects.filter(Q(pk__in=own) | Q(lead=assignment.pk))  # few, and found by indexes
    return Report.objects.visible(user).filter(assignment__in=together.order_by().values("pk"))


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
