"""Steps of one activity: what is approved («утверждение») is agreed on («согласование») after that, by itself."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.roadmaps.actions.working.common import write_down
from opora.roadmaps.actions.working.joining import follow
from opora.roadmaps.models import Assignment, AssignmentState, ReportState
from opora.roadmaps.models.assignments import ASSIGNMENT_WORKFLOW, OPEN, AssignmentQuerySet
from opora.roadmaps.telling import control as telling

S = AssignmentState
REFUSE = "не согласовать то, что утверждено на предыдущем шаге"


def earlier_of(later: Assignment) -> AssignmentQuerySet:
    """What a step waits for: the earlier steps of its window in its own territory; where none lies there, all."""
    return _before(later).exclude(state=S.CANCELLED)


def _before(later: Assignment) -> AssignmentQuerySet:
    rows = Assignment.objects.filter(window=later.window_id, step__lt=later.step)
    inside = rows.filter(executor__path__startswith=later.executor.path)
    return inside if inside.exists() else rows


def must_wait(later: Assignment) -> bool:
    return later.step > 0 and earlier_of(later).exclude(state=S.ACCEPTED).exists()


def _later(earlier: Assignment) -> list[Assignment]:
    """The steps that wait for this one, locked: of two acceptances at once the second sees the first."""
    rows = Assignment.objects.select_for_update(of=("self",)).filter(window=earlier.window_id, step__gt=earlier.step)
    found = list(rows.select_related("executor", "controller", "activity", "roadmap").order_by("step", "pk"))
    return [one for one in found if _before(one).filter(pk=earlier.pk).exists()]


def go_on(earlier: Assignment, by: Actor) -> None:
    """Open the steps that waited for this one alone."""
    for one in _later(earlier):
        if one.state == S.WAITING and not must_wait(one):
            ASSIGNMENT_WORKFLOW.move(one, "open")
            write_down("opened", "предыдущий шаг исполнен, можно начинать", one, by)
            telling.step_opened(one)


def hold_back(earlier: Assignment, by: Actor) -> None:
    """A step is not done any more: what it opened waits again, if nobody has begun."""
    for one in _later(earlier):
        if one.state in (S.IN_PROGRESS, S.RETURNED, S.REPORTED, S.ACCEPTED):
            raise Refused(f"Следующий шаг уже начат: {one.executor}. Он может вернуть эту работу, не согласовав её.")
        if one.state == S.SENT:
            ASSIGNMENT_WORKFLOW.move(one, "hold")
            write_down("held", "снова ждёт предыдущего шага", one, by)


@transaction.atomic
def refuse(later: Assignment, *, by: Actor, earlier: Sequence[Assignment], comment: str) -> None:
    """The next step does not agree: what was approved goes back for rework, and this step waits again."""
    require(by, Permission.ASSIGNMENTS_SUBMIT, later.executor.path, to=REFUSE)
    if later.state not in OPEN:
        raise Refused(f"Не согласовать сейчас нельзя: поручение — «{later.get_state_display()}».")
    allowed = set(earlier_of(later).values_list("pk", flat=True))
    if not earlier or any(one.pk not in allowed for one in earlier):
        raise Refused("Выберите, чью работу вернуть на доработку.")
    ASSIGNMENT_WORKFLOW.move(later, "hold")
    now, who, remark = timezone.now(), by.label, comment.strip()
    for one in earlier:
        changes = {"decided_at": now, "decided_by": who, "remark": remark}
        ASSIGNMENT_WORKFLOW.move(one, "rework", comment=comment, **changes)
        follow(one, "rework", [S.ACCEPTED], **changes)
        report = one.reports.filter(state=ReportState.ACCEPTED).latest("pk")
        report.state, report.decided_at, report.decided_by, report.comment = ReportState.RETURNED, now, who, remark
        report.save()
        write_down("reworked", "не согласовал(а), вернул(а) на доработку", one, by, comment=comment)
        telling.reworked(one, by)
    write_down("disagreed", "не согласовал(а), ждёт доработки", later, by, comment=comment)
