"""Postponement: asked for with a reason, granted, refused or withdrawn; or a deadline moved by who sent the work."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from opora.core.actor import Actor, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.roadmaps.actions.working.common import write_down
from opora.roadmaps.actions.working.dues import move_due, moved
from opora.roadmaps.models import Assignment, Postponement, PostponementState
from opora.roadmaps.models.assignments import OPEN
from opora.roadmaps.models.control import POSTPONEMENT_WORKFLOW
from opora.roadmaps.queries.cascade import limits
from opora.roadmaps.telling import control as telling

ASK = "просить о переносе срока: это делает руководитель организации"
DECIDE = "решать о переносе срока этого поручения"
MOVE = "переносить сроки поручений"


def _open(assignment: Assignment) -> Assignment:
    """The row, locked and read again, if its executor still has to act."""
    Assignment.objects.select_for_update().get(pk=assignment.pk)
    assignment.refresh_from_db(fields=["state", "due", "first_due", "moved", "asked_due", "starts", "inner_due"])
    if assignment.state not in OPEN:
        raise Refused(f"Срок сейчас не переносят: поручение — «{assignment.get_state_display()}».")
    if assignment.due is None:
        raise Refused("У поручения нет срока, переносить нечего.")
    if assignment.lead_id:
        raise Refused("Срок совместного отчёта общий: о переносе просит ведущий исполнитель.")
    return assignment


def _reasoned(reason: str) -> str:
    if not reason.strip():
        raise Refused("Напишите причину переноса: без неё срок не переносят.")
    return reason.strip()


@transaction.atomic
def ask(assignment: Assignment, *, by: Actor, due: dt.date, reason: str) -> Postponement:
    """The executor asks for a later deadline, saying why."""
    require(by, Permission.ASSIGNMENTS_SUBMIT, assignment.executor.path, to=ASK)
    old = _open(assignment).due
    if old is None or due <= old:
        raise Refused("Новый срок должен быть позже нынешнего.")
    if due < today():
        raise Refused("Новый срок уже прошёл. Укажите день, к которому успеете.")
    if assignment.asked_due:
        raise Refused("О переносе уже просили, решения ещё нет. Отзовите ту просьбу, чтобы попросить заново.")
    found = Postponement.objects.create(
        assignment=assignment,
        old_due=old,
        asked_due=due,
        reason=_reasoned(reason),
        asker=by.label,
        asker_user_id=getattr(by, "pk", None),
    )
    _mark(assignment, due)
    write_down("postponement_asked", f"попросил(а) перенести срок на {due:%d.%m.%Y}", assignment, by, reason=reason)
    telling.postponement_asked(found, by)
    return found


def _mark(assignment: Assignment, due: dt.date | None) -> None:
    """Keep beside the assignment what is asked for, so that lists find it without a join."""
    Assignment.objects.filter(pk=assignment.pk).update(asked_due=due)
    assignment.asked_due = due


@transaction.atomic
def withdraw(found: Postponement, *, by: Actor) -> None:
    """The executor does not need it any more."""
    assignment = found.assignment
    require(by, Permission.ASSIGNMENTS_SUBMIT, assignment.executor.path, to=ASK)
    _decide(found, "withdraw", by)
    _mark(assignment, None)
    write_down("postponement_withdrawn", "отозвал(а) просьбу о переносе срока", assignment, by)


def _decide(found: Postponement, code: str, by: Actor, comment: str = "", granted_due: dt.date | None = None) -> None:
    """The decision with its comment, stored first: a refusal says why. What others were typing is needless now."""
    POSTPONEMENT_WORKFLOW.check(found, code, comment)
    found.assignment.typed.filter(form="postponement").delete()
    found.comment = comment.strip()
    found.save(update_fields=["comment"])
    now = timezone.now()
    POSTPONEMENT_WORKFLOW.move(
        found, code, comment=comment, granted_due=granted_due, decided_at=now, decided_by=by.label
    )


@transaction.atomic
def grant(found: Postponement, *, by: Actor, due: dt.date | None = None, comment: str = "") -> None:
    """The controller moves the deadline: to the day asked for, or to another."""
    assignment = found.assignment
    require(by, Permission.ASSIGNMENTS_DECIDE, assignment.controller.path, to=DECIDE)
    old, due = _open(assignment).due, due or found.asked_due
    if due < today() or (old and due < old):
        raise Refused(f"Новый срок {due:%d.%m.%Y} раньше нынешнего или уже прошёл. Укажите более поздний.")
    limit = _limit(assignment)
    if limit and due > limit and not comment.strip():
        raise Refused(f"В дорожной карте выше срок — до {limit:%d.%m.%Y}. Чтобы перенести позже, напишите, почему.")
    _decide(found, "grant", by, comment, granted_due=due)
    move_due(assignment, due)
    write_down("postponed", f"перенёс(ла) срок с {old:%d.%m.%Y} на {due:%d.%m.%Y}", assignment, by, comment=comment)
    telling.postponement_decided(found, by)
    moved.call(assignment, by)


def _limit(assignment: Assignment) -> dt.date | None:
    """The last day of the row above, of work that carries one out and has not been explained to be later."""
    activity = assignment.activity
    if activity.origin_id is None or activity.later_reason:
        return None
    return limits([activity.origin_id], assignment.roadmap.organisation).get(activity.origin_id)


@transaction.atomic
def refuse(found: Postponement, *, by: Actor, comment: str) -> None:
    """The controller leaves the deadline as it is, saying why."""
    assignment = found.assignment
    require(by, Permission.ASSIGNMENTS_DECIDE, assignment.controller.path, to=DECIDE)
    _decide(found, "refuse", by, comment)
    _mark(assignment, None)
    write_down("postponement_refused", "отказал(а) в переносе срока", assignment, by, comment=comment)
    telling.postponement_decided(found, by)


@transaction.atomic
def move(assignment: Assignment, *, by: Actor, due: dt.date, reason: str) -> Postponement:
    """Who sent the work moves its deadline himself, saying why; a request that waits is answered by it."""
    require(by, Permission.ROADMAPS_SEND, assignment.roadmap.organisation.path, to=MOVE)
    old = _open(assignment).due
    if due == old or old is None:
        raise Refused("Это и есть нынешний срок. Укажите другой день.")
    if due < today():
        raise Refused("Этот день уже прошёл. Укажите сегодняшний или более поздний.")
    found = Postponement.objects.filter(assignment=assignment, state=PostponementState.ASKED).first()
    if found:
        _decide(found, "grant", by, _reasoned(reason), granted_due=due)
    else:
        found = Postponement.objects.create(
            assignment=assignment,
            old_due=old,
            asked_due=due,
            granted_due=due,
            reason=_reasoned(reason),
            asker=by.label,
            asker_user_id=getattr(by, "pk", None),
            state=PostponementState.GRANTED,
            decided_at=timezone.now(),
            decided_by=by.label,
        )
    move_due(assignment, due)
    write_down("postponed", f"перенёс(ла) срок с {old:%d.%m.%Y} на {due:%d.%m.%Y}", assignment, by, reason=reason)
    telling.postponement_decided(found, by)
    moved.call(assignment, by)
    return found


def settle_request(assignment: Assignment, by: Actor) -> None:
    """A report was handed in, or the work was taken back: a request that waits has become needless."""
    if assignment.asked_due is None:
        return
    for found in Postponement.objects.filter(assignment=assignment, state=PostponementState.ASKED):
        _decide(found, "withdraw", by)
    _mark(assignment, None)
