"""Inside an organisation: its head gives an assignment to one of its people, who does it or gives it back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from opora.access.models import User
from opora.core.actor import Actor, Denied, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.workflow import Refused, Stale
from opora.roadmaps.actions.working.common import write_down
from opora.roadmaps.models import Assignment, Delegation, DelegationEnd
from opora.roadmaps.models.assignments import OPEN
from opora.roadmaps.queries.people import colleagues
from opora.roadmaps.telling import control as telling

GIVE = "поручать работу внутри этой организации: это делает её руководитель"


@transaction.atomic
def delegate(assignment: Assignment, *, by: Actor, to: User, note: str = "", due: dt.date | None = None) -> Delegation:
    """Give the work to a person of the organisation; whoever had it before is relieved."""
    require(by, Permission.ASSIGNMENTS_SUBMIT, assignment.executor.path, to=GIVE)
    _lock(assignment)
    if to.pk not in {one.pk for one in colleagues(assignment)}:
        raise Refused("Поручить можно только тому, кто работает в этой организации и готовит её отчёты.")
    if due and due < today():
        raise Refused("Внутренний срок уже прошёл. Укажите сегодняшний день или более поздний.")
    if due and assignment.due and due > assignment.due:
        raise Refused(f"Внутренний срок не может быть позже срока поручения — {assignment.due:%d.%m.%Y}.")
    _end(assignment, by, DelegationEnd.PASSED)
    given = Delegation.objects.create(
        assignment=assignment,
        assignee=to,
        assignee_name=str(to),
        note=note.strip(),
        due=due,
        giver=by.label,
    )
    _point(assignment, to, due)
    write_down("delegated", f"поручил(а) {to}", assignment, by, due=due and due.isoformat(), note=note)
    telling.delegated(given, by)
    return given


@transaction.atomic
def recall(assignment: Assignment, *, by: Actor, comment: str = "") -> None:
    """The head takes the work from the person again."""
    require(by, Permission.ASSIGNMENTS_SUBMIT, assignment.executor.path, to=GIVE)
    _lock(assignment)
    given = _end(assignment, by, DelegationEnd.RECALLED, comment)
    if given is None:
        raise Refused("Работа никому не поручена.")
    _point(assignment, None, None)
    write_down("recalled", f"отозвал(а) у {given.assignee_name}", assignment, by, comment=comment)
    telling.recalled(given, by)


@transaction.atomic
def hand_back(assignment: Assignment, *, by: Actor, comment: str) -> None:
    """The person cannot do it, and says why."""
    require(by, Permission.ASSIGNMENTS_REPORT, assignment.executor.path, to="вернуть эту работу")
    _lock(assignment)
    if assignment.assignee_id is None or assignment.assignee_id != getattr(by, "pk", None):
        raise Denied("Вернуть работу может только тот, кому она поручена.")
    if not comment.strip():
        raise Refused("Напишите, почему возвращаете: руководителю нужно знать.")
    given = _end(assignment, by, DelegationEnd.RETURNED, comment)
    _point(assignment, None, None)
    write_down("handed_back", "вернул(а) руководителю", assignment, by, comment=comment)
    if given:
        telling.handed_back(given, by)


def _lock(assignment: Assignment) -> None:
    Assignment.objects.select_for_update().get(pk=assignment.pk)
    assignment.refresh_from_db(fields=["state", "due", "assignee", "inner_due"])
    if assignment.state not in OPEN:
        raise Refused(f"Поручение — «{assignment.get_state_display()}»: делать по нему сейчас нечего.")


def _end(assignment: Assignment, by: Actor, end: str, comment: str = "") -> Delegation | None:
    given = Delegation.objects.filter(assignment=assignment, end="").first()
    if given is None:
        return None
    changes = {"end": end, "comment": comment.strip(), "ended_at": timezone.now(), "ended_by": by.label}
    if Delegation.objects.filter(pk=given.pk, end="").update(**changes) != 1:
        raise Stale("Пока вы работали, это уже изменил кто-то другой. Обновите страницу и посмотрите.")
    for name, value in changes.items():
        setattr(given, name, value)
    return given


def _point(assignment: Assignment, to: User | None, due: dt.date | None) -> None:
    Assignment.objects.filter(pk=assignment.pk).update(assignee=to, inner_due=due)
    assignment.assignee, assignment.inner_due = to, due
