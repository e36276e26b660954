"""The part of the one who sent the work: taken back, restored, given to another to control."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation
from opora.roadmaps.actions.working.common import write_down
from opora.roadmaps.actions.working.joining import release
from opora.roadmaps.actions.working.postponing import settle_request
from opora.roadmaps.actions.working.stepping import go_on, hold_back, must_wait
from opora.roadmaps.models import Assignment, AssignmentState, ReportState
from opora.roadmaps.models.assignments import ASSIGNMENT_WORKFLOW, OPEN
from opora.roadmaps.telling.reports import tell_controllers, tell_executors


@transaction.atomic
def cancel(assignment: Assignment, *, by: Actor, comment: str) -> None:
    """The one who sent the work takes it back, saying why."""
    require(by, Permission.ROADMAPS_SEND, assignment.roadmap.organisation.path, to="отменять поручения")
    ASSIGNMENT_WORKFLOW.move(assignment, "cancel", comment=comment, remark=comment.strip())
    assignment.reports.filter(state=ReportState.SUBMITTED).update(
        state=ReportState.RETURNED, decided_at=timezone.now(), decided_by=by.label, comment="Поручение отменено."
    )
    entry = write_down("cancelled", "отменил(а) поручение", assignment, by, comment=comment)
    key = f"cancelled:{assignment.public_id}:{entry.number}"
    tell_executors(assignment, by=by, kind=NoticeKind.CANCELLED, text="Поручение отменено", key=key, remark=comment)
    settle_request(assignment, by)
    release(assignment, by)
    go_on(assignment, by)


@transaction.atomic
def restore(assignment: Assignment, *, by: Actor) -> None:
    require(by, Permission.ROADMAPS_SEND, assignment.roadmap.organisation.path, to="восстанавливать поручения")
    ASSIGNMENT_WORKFLOW.move(assignment, "restore")
    if must_wait(assignment):
        ASSIGNMENT_WORKFLOW.move(assignment, "hold")
    hold_back(assignment, by)
    entry = write_down("restored", "восстановил(а) поручение", assignment, by)
    key = f"restored:{assignment.public_id}:{entry.number}"
    tell_executors(assignment, by=by, kind=NoticeKind.CHANGED, text="Поручение снова действует", key=key)


@transaction.atomic
def set_controller(assignment: Assignment, *, by: Actor, controller: Organisation) -> None:
    """Another organisation of the territory accepts the report."""
    require(by, Permission.ROADMAPS_SEND, assignment.roadmap.organisation.path, to="менять контролирующего")
    if not controller.path.startswith(assignment.roadmap.organisation.path[:8]):
        raise Refused("Контролировать может только организация этого региона.")
    old = assignment.controller
    Assignment.objects.filter(pk=assignment.pk).update(controller=controller)
    assignment.controller = controller
    entry = write_down("controller_set", f"назначил(а) контролирующим: {controller} (было: {old})", assignment, by)
    if assignment.state == AssignmentState.REPORTED:
        key = f"controller:{assignment.public_id}:{entry.number}"
        tell_controllers(assignment, by=by, text="Отчёт ждёт вашего решения", key=key)


def organisation_succeeded(old: Organisation, successor: Organisation, by: Actor) -> None:
    """The registry's point: open work passes to the successor; what the successor has already is cancelled."""
    rest = Assignment.objects.filter(executor=old, state__in=[*OPEN, "waiting", "reported"]).select_related(
        "activity", "executor", "roadmap"
    )
    taken = set(
        Assignment.objects.filter(executor=successor, window__in=rest.values("window")).values_list("window", flat=True)
    )
    leaving = [row for row in rest if row.window_id in taken]
    doubled = [row.pk for row in leaving]
    Assignment.objects.filter(pk__in=doubled).update(state="cancelled", remark=f"Исполняет правопреемник: {successor}")
    for row in leaving:  # whoever joined their report or waited for their step goes on alone
        release(row, by)
        go_on(row, by)
    passed = rest.exclude(pk__in=doubled)
    count = passed.update(executor=successor, assignee=None, inner_due=None)
    Assignment.objects.filter(controller=old).update(controller=successor)
    if count or doubled:
        record(
            "assignments.passed",
            f"передал(а) поручения ({count}) правопреемнику: {successor}",
            by=by,
            on=successor,
            path=successor.path,
            data={"from": old.public_id, "passed": count, "cancelled": len(doubled)},
        )
