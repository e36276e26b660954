"""Decisions on very many reports: in the background, in chunks, each a transaction; taken back in the same way.

Each report is decided by itself, with its journal entry and its notices. Killed anywhere a chunk is whole or not there
at all, and the next worker goes on behind it; stopped, what is decided stays decided and can be taken back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from opora.core.actor import Actor, require
from opora.core.models import Job, JobState
from opora.core.permissions import Permission
from opora.core.tasks import Progress, enqueue, task
from opora.core.workflow import Refused
from opora.roadmaps.actions.working.bulk import SAY_WHY, UNDONE, Outcome, each
from opora.roadmaps.actions.working.common import DECIDE
from opora.roadmaps.actions.working.deciding import accept, give_back, reconsider, take_again
from opora.roadmaps.models import Assignment, MassDecision

CHUNK = 25  # reports of a transaction: half a second
BREATH = 0.02  # seconds between chunks, in which others get at a database with one writer


@transaction.atomic
def decide_very_many(ids: Sequence[str], *, by: Actor, returned: bool, comment: str) -> MassDecision:
    """Begin to accept (or return) the reports on the assignments of these public ids."""
    require(by, Permission.ASSIGNMENTS_DECIDE, to=DECIDE)
    if returned and not comment.strip():
        raise Refused(SAY_WHY)
    decision = MassDecision.objects.create(actor_id=by.actor_id, returned=returned)
    name = f"{'Возврат отчётов' if returned else 'Приём отчётов'}: {len(ids)}"
    _enqueue(decide_in_background, decision, by, name, ids=list(ids), comment=comment)
    return decision


@transaction.atomic
def undo_very_many(decision: MassDecision, *, by: Actor) -> None:
    """Begin to take a mass decision back, as far as nothing followed."""
    going = job_of(decision)
    if going and going.state in (JobState.QUEUED, JobState.RUNNING):
        raise Refused("Решение ещё исполняется. Остановите работу или дождитесь её конца, затем отменяйте.")
    if MassDecision.objects.filter(pk=decision.pk, undone_at=None).update(undone_at=timezone.now()) != 1:
        raise Refused(UNDONE)
    count = len(decision.assignments)
    _enqueue(undo_in_background, decision, by, f"Отмена решения по отчётам: {count}", ids=decision.assignments)


def job_of(decision: MassDecision, *, undoing: bool = False) -> Job | None:
    """The job that carries the decision out, or takes it back."""
    return Job.objects.filter(key=_key(decision, undoing)).first()


def _key(decision: MassDecision, undoing: bool) -> str:
    return f"roadmaps.{'undo' if undoing else 'decide'}:{decision.public_id}"


def _enqueue(function: Callable[..., None], decision: MassDecision, by: Actor, name: str, **arguments: object) -> Job:
    return enqueue(
        function,
        by=by,
        name=name,
        key=_key(decision, function is undo_in_background),
        url=decision.get_absolute_url(),
        decision=decision.public_id,
        **arguments,
    )


@task(queue="bulk")
def decide_in_background(job: Progress, *, decision: str, ids: list[str], comment: str) -> None:
    done = 0
    for start in range(0, len(ids), CHUNK):
        done = _decide(decision, ids[start : start + CHUNK], comment)
        _say(job, min(start + CHUNK, len(ids)), len(ids), f"Решено отчётов: {done} из {len(ids)}")


@task(queue="bulk")
def undo_in_background(job: Progress, *, decision: str, ids: list[str]) -> None:
    for start in range(0, len(ids), CHUNK):
        left = _undo(decision, ids[start : start + CHUNK])
        _say(job, min(start + CHUNK, len(ids)), len(ids), f"Отменено решений: {len(ids) - left} из {len(ids)}")


def _say(job: Progress, done: int, total: int, words: str) -> None:
    job.step(done, total, words)
    time.sleep(BREATH)


@transaction.atomic
def _decide(public_id: str, ids: Iterable[str], comment: str) -> int:
    """Decide on the chunk, on what is not decided yet; how many are in all."""
    decision, by = _locked(public_id)
    known = set(decision.assignments)

    def act(one: Assignment) -> None:
        (give_back if decision.returned else accept)(one, by=by, comment=comment)

    outcome = _each([one for one in ids if one not in known], by, act)
    decision.assignments = [*decision.assignments, *(one.public_id for one in outcome.done)]
    decision.save(update_fields=["assignments"])
    return len(decision.assignments)


@transaction.atomic
def _undo(public_id: str, ids: Iterable[str]) -> int:
    """Take the chunk back: what stays decided stays named by the decision. How many it names."""
    decision, by = _locked(public_id)
    known = set(decision.assignments)
    undo = take_again if decision.returned else reconsider
    outcome = _each([one for one in ids if one in known], by, lambda one: undo(one, by=by))
    gone = {one.public_id for one in outcome.done}
    decision.assignments = [one for one in decision.assignments if one not in gone]
    decision.save(update_fields=["assignments"])
    return len(decision.assignments)


def _locked(public_id: str) -> tuple[MassDecision, Actor]:
    """The decision, which two workers cannot carry out at once, and whose it is."""
    from opora.access.models import User

    decision = MassDecision.objects.select_for_update().get(public_id=public_id)
    by: Actor = User.objects.get(public_id=decision.actor_id)
    return decision, by


def _each(ids: Iterable[str], by: Actor, act: Callable[[Assignment], None]) -> Outcome:
    rows = Assignment.objects.visible(by).filter(public_id__in=list(ids)).order_by("pk")
    return each(rows.select_related("activity", "executor", "controller", "roadmap"), act)
