"""Putting work into the queue, and putting it back after its worker died."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from opora.core.actor import Actor, Denied
from opora.core.models import Job, JobState
from opora.core.tasks.registry import name_of, queue_of
from opora.core.tasks.running import run_job
from opora.core.workflow import Refused

logger = logging.getLogger(__name__)

ATTEMPTS = 3
GRACE = dt.timedelta(minutes=1)  # between a worker's claim of the ticket and its taking the job
GIVEN_UP = "Не удалось выполнить: работа несколько раз прерывалась. Попробуйте ещё раз."

_queue = DBTaskResult.objects


@transaction.atomic
def enqueue(
    function: Callable[..., None], /, *, by: Actor, name: str, key: str, url: str = "", **arguments: Any
) -> Job:
    """Start the registered `function` in the background with `arguments` (JSON), once for each `key`.

    The same key gives the job there is, unless it failed or was stopped: then it starts anew. `name` is what people
    read on its page (`ui:job`), `url` where its result will stand. Commits and rolls back with the caller, as the
    queue is a table too.
    """
    dotted = name_of(function)
    values: dict[str, Any] = {
        "name": name[:300],
        "queue": queue_of(dotted),
        "actor_id": by.actor_id,
        "function": dotted,
        "arguments": arguments,
        "url": url,
    }
    job, created = Job.objects.get_or_create(key=key, defaults=values)
    if not created:
        values |= {"state": JobState.QUEUED, "attempts": 0, "done": 0, "total": 0, "message": "", "finished_at": None}
        if not Job.objects.filter(pk=job.pk, state__in=[JobState.FAILED, JobState.STOPPED]).update(**values):
            return job
        job.refresh_from_db()
    _send(job)
    return job


def _send(job: Job) -> None:
    result = run_job.using(queue_name=job.queue).enqueue(job.public_id)
    job.ticket = UUID(str(result.id))
    job.save(update_fields=["ticket"])


@transaction.atomic
def stop(job: Job, *, by: Actor) -> None:
    """End one's own job: its worker leaves it after the step in hand, and what is done stays done."""
    if job.actor_id != by.actor_id:
        raise Denied("Остановить работу может только тот, кто её начал.")
    going = Job.objects.filter(pk=job.pk, state__in=[JobState.QUEUED, JobState.RUNNING])
    if not going.update(state=JobState.STOPPED, lease_until=None, finished_at=timezone.now()):
        raise Refused("Работа уже закончена.")


def requeue_expired() -> int:
    """Queue the jobs of dead workers again, or give them up after three attempts; how many there were.

    A worker dies after it took the job (the lease runs out), or between its claim of the ticket and that.
    """
    now = timezone.now()
    expired = Job.objects.filter(state=JobState.RUNNING, lease_until__lte=now)
    claimed = _queue.exclude(status="READY").filter(started_at__lt=now - GRACE)
    dropped = Job.objects.filter(state=JobState.QUEUED, ticket__in=claimed.values("pk"))
    return sum(_again(job) for job in [*expired, *dropped])


@transaction.atomic
def _again(job: Job) -> bool:
    """Queue one job again by compare-and-swap; False where its worker lives after all, or another clock was first."""
    now = timezone.now()
    seen = {name: getattr(job, name) for name in ("pk", "state", "attempts", "ticket", "lease_until")}
    tried = job.attempts + (job.state == JobState.QUEUED)  # one that was never taken has not counted its attempt
    values: dict[str, Any] = {"state": JobState.QUEUED, "lease_until": None, "attempts": tried}
    if tried >= ATTEMPTS:
        values |= {"state": JobState.FAILED, "message": GIVEN_UP, "finished_at": now}
    if not Job.objects.filter(**seen).update(**values):
        return False
    logger.warning("The worker of the job %s (%s) died at attempt %s", job.public_id, job.function, tried)
    _queue.filter(pk=seen["ticket"], status="RUNNING").update(status="FAILED", finished_at=now)
    if tried < ATTEMPTS:
        job.refresh_from_db()
        _send(job)
    return True


def forget_old() -> None:
    """Drop the tickets of a week ago; the jobs themselves stay."""
    _queue.filter(finished_at__lt=timezone.now() - dt.timedelta(days=7)).delete()
