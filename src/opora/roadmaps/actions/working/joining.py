"""Joint reports: co-executors give their part to the lead, one report settles all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.roadmaps.actions.working.common import SUBMIT, write_down
from opora.roadmaps.actions.working.reporting import Attachment, save_draft
from opora.roadmaps.models import Assignment, AssignmentState, Report, ReportState
from opora.roadmaps.models.assignments import ASSIGNMENT_WORKFLOW
from opora.roadmaps.telling import control as telling

ALONE = "Ведущий исполнитель больше не отчитывается за вас: отчитайтесь сами."


@transaction.atomic
def contribute(
    assignment: Assignment,
    *,
    by: Actor,
    text: str,
    figures: Sequence[tuple[str, str]] = (),
    attachments: Sequence[Attachment] = (),
    version: int | None = None,
) -> Report:
    """A co-executor gives its part to the lead; from then on the lead is asked, not the co-executor."""
    require(by, Permission.ASSIGNMENTS_SUBMIT, assignment.executor.path, to=SUBMIT)
    if assignment.lead is None:
        raise Refused("Этот отчёт не совместный: сдайте его сами.")
    if not text.strip():
        raise Refused("Напишите, что сделано: без этого передавать нечего.")
    report = save_draft(assignment, by=by, text=text, figures=figures, attachments=attachments, version=version)
    report.state, report.submitted_at, report.submitted_by = ReportState.GIVEN, timezone.now(), by.label
    report.save()
    ASSIGNMENT_WORKFLOW.move(assignment, "contribute")
    write_down("contributed", "передал(а) свою часть ведущему", assignment, by, report=report.public_id)
    telling.contributed(assignment, by)
    return report


@transaction.atomic
def take_back(assignment: Assignment, *, by: Actor) -> None:
    """The co-executor has more to say: its part becomes a draft again, until the lead hands in."""
    require(by, Permission.ASSIGNMENTS_SUBMIT, assignment.executor.path, to=SUBMIT)
    report = assignment.reports.filter(state=ReportState.GIVEN).last()
    if assignment.lead_id is None or report is None:
        raise Refused("Ведущему ничего не передано.")
    ASSIGNMENT_WORKFLOW.move(assignment, "take_back")
    _open_again(report)
    write_down("taken_back", "забрал(а) свою часть у ведущего", assignment, by, report=report.public_id)


def _open_again(report: Report | None) -> None:
    """What was given becomes a draft: its words are not lost."""
    if report:
        report.state, report.submitted_at, report.submitted_by = ReportState.DRAFT, None, None
        report.save()


def follow(lead: Assignment, code: str, sources: Sequence[str], **changes: Any) -> None:
    """Those who join the report go where the lead went."""
    for one in lead.joined.filter(state__in=sources):
        ASSIGNMENT_WORKFLOW.move(one, code, comment=str(changes.get("remark", "")), **changes)


def release(lead: Assignment, by: Actor) -> None:
    """The lead is not there any more: each of the others answers for itself."""
    now, who = timezone.now(), by.label
    for one in lead.joined.select_related("activity", "executor", "roadmap"):
        if one.state == AssignmentState.WAITING:
            ASSIGNMENT_WORKFLOW.move(one, "take_back")
            _open_again(one.reports.filter(state=ReportState.GIVEN).last())
        elif one.state == AssignmentState.REPORTED:
            ASSIGNMENT_WORKFLOW.move(one, "return", comment=ALONE, remark=ALONE, decided_at=now, decided_by=who)
        one.reports.filter(state=ReportState.GIVEN).update(state=ReportState.RETURNED, comment=ALONE)
        one.lead = None
        one.save(update_fields=["lead"])
        write_down("released", "больше не соисполнитель, отчитывается сам(а)", one, by)
