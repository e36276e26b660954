"""Several decisions at once: each on its own, failures told one by one, the whole taken back by one press."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from opora.core.actor import Actor, Denied
from opora.core.workflow import Refused
from opora.roadmaps.actions.working import postponing
from opora.roadmaps.actions.working.deciding import accept, give_back, reconsider, take_again
from opora.roadmaps.models import Assignment, MassDecision, Postponement

SAY_WHY = "Чтобы вернуть отчёты, напишите комментарий: исполнителям нужно знать, что исправить."
UNDONE = "Это решение уже отменено."


@dataclass(slots=True)
class Outcome:
    """What was done, and why not with the rest."""

    done: list[Assignment] = field(default_factory=list)
    failed: list[tuple[Assignment, str]] = field(default_factory=list)
    decision: MassDecision | None = None


def each(rows: Iterable[Assignment], act: Callable[[Assignment], None]) -> Outcome:
    """Act on each by itself: what may not be is told, and does not stop the rest."""
    found = Outcome()
    for one in rows:
        try:
            with transaction.atomic():
                act(one)
        except (Refused, Denied) as problem:
            found.failed.append((one, str(problem)))
        else:
            found.done.append(one)
    return found


@transaction.atomic
def accept_several(rows: Iterable[Assignment], *, by: Actor, comment: str = "") -> Outcome:
    """Accept the reports of the rows."""
    return _remembered(each(rows, lambda one: accept(one, by=by, comment=comment)), by, returned=False)


@transaction.atomic
def return_several(rows: Iterable[Assignment], *, by: Actor, comment: str) -> Outcome:
    """Return the reports of the rows, all with one comment."""
    if not comment.strip():
        raise Refused(SAY_WHY)
    return _remembered(each(rows, lambda one: give_back(one, by=by, comment=comment)), by, returned=True)


def _remembered(found: Outcome, by: Actor, *, returned: bool) -> Outcome:
    if found.done:
        ids = [one.public_id for one in found.done]
        found.decision = MassDecision.objects.create(actor_id=by.actor_id, assignments=ids, returned=returned)
    return found


@transaction.atomic
def undo(decision: MassDecision, *, by: Actor) -> Outcome:
    """Take a mass decision back: its reports wait for a decision again, as far as nothing followed."""
    if MassDecision.objects.filter(pk=decision.pk, undone_at=None).update(undone_at=timezone.now()) != 1:
        raise Refused(UNDONE)
    rows = Assignment.objects.visible(by).filter(public_id__in=decision.assignments)
    related = rows.select_related("activity", "executor", "controller", "roadmap")
    act = take_again if decision.returned else reconsider
    return each(related.order_by("pk"), lambda one: act(one, by=by))


@transaction.atomic
def postpone_several(rows: Iterable[Postponement], *, by: Actor, granted: bool, comment: str = "") -> Outcome:
    """Decide several requests: each gets the day it asks for, or all are refused with one comment."""
    requests = {one.assignment_id: one for one in rows}

    def act(one: Assignment) -> None:
        if granted:
            postponing.grant(requests[one.pk], by=by, comment=comment)
        else:
            postponing.refuse(requests[one.pk], by=by, comment=comment)

    return each((one.assignment for one in requests.values()), act)
