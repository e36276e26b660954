"""The controller's part: accepted, returned; either taken back."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.notices.models import NoticeKind
from opora.roadmaps.actions.working.common import DECIDE, write_down
from opora.roadmaps.actions.working.joining import follow
from opora.roadmaps.actions.working.stepping import go_on, hold_back
from opora.roadmaps.models import Assignment, AssignmentState, Report, ReportState
from opora.roadmaps.models.assignments import ASSIGNMENT_WORKFLOW
from opora.roadmaps.telling.reports import tell_executors


@transaction.atomic
def accept(assignment: Assignment, *, by: Actor, comment: str = "") -> None:
    """The controller accepts: the assignment is done."""
    report = _decide(assignment, by, "accept", comment, ReportState.ACCEPTED)
    entry = write_down("accepted", "принял(а) отчёт", assignment, by, report=report.public_id, comment=comment)
    key = f"accepted:{report.public_id}:{entry.number}"
    tell_executors(assignment, by=by, kind=NoticeKind.ACCEPTED, text="Отчёт принят", key=key, remark=comment)
    go_on(assignment, by)


@transaction.atomic
def give_back(assignment: Assignment, *, by: Actor, comment: str) -> None:
    """The controller returns the report, saying why."""
    report = _decide(assignment, by, "return", comment, ReportState.RETURNED)
    entry = write_down("returned", "вернул(а) на доработку", assignment, by, report=report.public_id, comment=comment)
    text, key = "Отчёт вернули на доработку", f"returned:{report.public_id}:{entry.number}"
    tell_executors(assignment, by=by, kind=NoticeKind.RETURNED, text=text, key=key, remark=comment)


def _decide(assignment: Assignment, by: Actor, transition: str, comment: str, state: str) -> Report:
    require(by, Permission.ASSIGNMENTS_DECIDE, assignment.controller.path, to=DECIDE)
    if assignment.lead_id:
        raise Refused("Отчёт совместный: решение принимают по отчёту ведущего исполнителя.")
    now, who = timezone.now(), by.label
    remark = comment.strip()
    ASSIGNMENT_WORKFLOW.move(assignment, transition, comment=comment, decided_at=now, decided_by=who, remark=remark)
    report = assignment.reports.filter(state=ReportState.SUBMITTED).latest("pk")
    report.state, report.decided_at, report.decided_by, report.comment = state, now, who, comment.strip()
    report.save()
    followed = {"decided_at": now, "decided_by": who, "remark": remark}
    follow(assignment, transition, [AssignmentState.REPORTED], **followed)
    return report


@transaction.atomic
def reconsider(assignment: Assignment, *, by: Actor) -> None:
    """Undo an acceptance: the report waits for a decision again."""
    require(by, Permission.ASSIGNMENTS_DECIDE, assignment.controller.path, to=DECIDE)
    if assignment.lead_id:
        raise Refused("Отчёт совместный: решение отменяют по отчёту ведущего исполнителя.")
    ASSIGNMENT_WORKFLOW.move(assignment, "reconsider", decided_at=None, decided_by=None)
    follow(assignment, "reconsider", [AssignmentState.ACCEPTED], decided_at=None, decided_by=None)
    hold_back(assignment, by)
    report = assignment.reports.filter(state=ReportState.ACCEPTED).latest("pk")
    report.state, report.decided_at, report.decided_by = ReportState.SUBMITTED, None, None
    report.save()
    write_down("reconsidered", "отменил(а) принятие отчёта", assignment, by, report=report.public_id)


@transaction.atomic
def take_again(assignment: Assignment, *, by: Actor) -> None:
    """Undo one's own return: the report waits for a decision again, if its executor has not begun another."""
    require(by, Permission.ASSIGNMENTS_DECIDE, assignment.controller.path, to=DECIDE)
    if assignment.lead_id:
        raise Refused("Отчёт совместный: решение отменяют по отчёту ведущего исполнителя.")
    ASSIGNMENT_WORKFLOW.check(assignment, "take_again")
    report = assignment.reports.filter(state=ReportState.RETURNED).order_by("pk").last()
    if report is None or report.decided_by != by.label:
        raise Refused("Этот отчёт вернули не вы. Отменить возврат может тот, кто вернул.")
    if Report.objects.filter(_of_all(assignment), state=ReportState.DRAFT).exists():
        raise Refused("Исполнитель уже дорабатывает отчёт. Дождитесь, пока он сдаст его снова.")
    ASSIGNMENT_WORKFLOW.move(assignment, "take_again", decided_at=None, decided_by=None, remark="")
    follow(assignment, "take_again", [AssignmentState.RETURNED], decided_at=None, decided_by=None, remark="")
    report.state, report.decided_at, report.decided_by, report.comment = ReportState.SUBMITTED, None, None, ""
    report.save()
    entry = write_down("taken_again", "отменил(а) возврат отчёта", assignment, by, report=report.public_id)
    text, key = "Возврат отменён, отчёт снова на проверке", f"taken-again:{report.public_id}:{entry.number}"
    tell_executors(assignment, by=by, kind=NoticeKind.CHANGED, text=text, key=key)


def _of_all(assignment: Assignment) -> Q:
    """Reports on it, and of those who join it."""
    return Q(assignment=assignment.pk) | Q(assignment__lead=assignment.pk)
