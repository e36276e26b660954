"""The page of one assignment: the order, its thread, and the form of whatever the person may do next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.roadmaps.actions import working
from opora.roadmaps.forms import CommentForm, DecisionForm, PostponementDecisionForm, ReportForm
from opora.roadmaps.models import (
    Assignment,
    AssignmentState,
    Postponement,
    PostponementState,
    Report,
    ReportState,
)
from opora.roadmaps.queries import counts
from opora.roadmaps.queries.counts import Counts
from opora.roadmaps.queries.people import onlookers
from opora.roadmaps.queries.thread import asked_forms, joined_to, origins_of, read_around, thread, typed_by
from opora.roadmaps.templatetags.roadmaps import knows_source
from opora.roadmaps.views.common import waits_for_event
from opora.ui.requests import actor


def page(
    request: HttpRequest,
    found: Assignment,
    *,
    report: ReportForm | None = None,
    decision: DecisionForm | None = None,
    postponement: PostponementDecisionForm | None = None,
    comment: CommentForm | None = None,
    theirs: Report | None = None,
    status: int = 200,
) -> HttpResponse:
    """`theirs` is the draft that somebody else saved while the one of `report` was written."""
    user = actor(request)
    around = read_around(found, user)
    reports = around.reports
    draft = next((one for one in reports if one.state == ReportState.DRAFT and one.assignment_id == found.pk), None)
    typed = typed_by(found, user)
    events = thread(around)
    moves = (event.item for event in events if isinstance(event.item, Postponement))
    people = onlookers(found)
    context: dict[str, Any] = {
        "assignment": found,
        **rights(found, user),
        "thread": events,
        "parts": [one for one in reports if one.state == ReportState.GIVEN and one.assignment_id != found.pk],
        "joined": joined_to(found),
        "draft": draft,
        "returned": _returned(found, reports),
        "revisions": around.revisions if draft else [],
        "version": theirs.version if theirs else draft.version if draft else 0,
        "theirs": theirs,
        "refused": "",
        "asked": next((one for one in moves if one.state == PostponementState.ASKED), None),
        "handles": [(working.handle(one), str(one)) for one in people if one.actor_id != user.actor_id],
        "comment": comment or CommentForm(initial={"text": typed.get("comment", "")}),
        "may_record_event": _may_record_event(found, user),
        "document_seen": user.may(Permission.DOCUMENTS_VIEW),
        "below": counts.below(found, user),
        "forms": asked_forms(found, user),
        "place": found.activity.place,
        "source_known": knows_source(found, user),
        "origins": origins_of(found, user),
        "roadmap_seen": user.may(Permission.ROADMAPS_VIEW),
    }
    context |= _act(found, context, typed, report, decision, postponement)
    return render(request, "roadmaps/assignment.html", context, status=status)


def rights(found: Assignment, user: Actor) -> dict[str, bool]:
    """What the person may do with the assignment at all."""
    return {
        "executes": user.may(Permission.ASSIGNMENTS_REPORT, found.executor.path),
        "may_submit": user.may(Permission.ASSIGNMENTS_SUBMIT, found.executor.path),
        "decides": user.may(Permission.ASSIGNMENTS_DECIDE, found.controller.path),
        "manages": user.may(Permission.ROADMAPS_SEND, found.roadmap.organisation.path),
        "own": found.executor.path in user.own.paths,
        "assigned": found.assignee_id is not None and found.assignee_id == getattr(user, "pk", None),
    }


def _may_record_event(found: Assignment, user: Actor) -> bool:
    executes = user.may(Permission.ASSIGNMENTS_REPORT, found.executor.path)
    manages = user.may(Permission.ROADMAPS_SEND, found.roadmap.organisation.path)
    return waits_for_event(found) and (manages or (executes and found.activity.executors_record))


def _act(
    found: Assignment,
    context: dict[str, Any],
    typed: dict[str, str],
    report: ReportForm | None,
    decision: DecisionForm | None,
    postponement: PostponementDecisionForm | None,
) -> dict[str, Any]:
    """The one thing that is asked of the person now."""
    asked, returned = context["asked"], context["returned"]
    if asked and context["decides"] and found.is_open:
        postponement = postponement or PostponementDecisionForm(
            initial={"due": asked.asked_due, "comment": typed.get("postponement", "")}
        )
    if found.state == AssignmentState.REPORTED and context["decides"] and not found.lead_id:
        decision = decision or DecisionForm(initial={"comment": typed.get("decision", "")})
    if report is None and postponement is None and found.is_open and context["executes"]:  # one thing at a time
        report = ReportForm(initial=_initial(context["draft"] or returned, context["below"]))
    return {"report": report, "decision": decision, "postponement": postponement}


def _returned(found: Assignment, reports: list[Report]) -> Report | None:
    """What is to be mended: the report that was returned last."""
    if found.state != AssignmentState.RETURNED:
        return None
    mine = [one for one in reports if one.assignment_id == found.pk and one.state == ReportState.RETURNED]
    return mine[-1] if mine else None


def _initial(draft: Report | None, below: Counts) -> dict[str, str]:
    """The draft, or what was returned; else, as a figure to begin with, what the executor's own road map has done."""
    if draft is None:
        return {"figures": f"Исполнено ниже: {below.accepted} из {below.total}"} if below.total else {}
    return {"text": draft.text, "figures": "\n".join(f"{name}: {value}" for name, value in draft.figures)}
