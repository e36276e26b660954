"""A worker's side of a job: take it, renew the lease with every step, say how it ended."""

from __future__ import annotations

import datetime as dt
import logging
import time
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django_tasks import task as queued

from opora.core.actor import Denied
from opora.core.errors import Problem
from opora.core.models import Job, JobState
from opora.core.tasks.registry import function_of
from opora.core.workflow import Refused

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=5)  # how long a step of a function may take at most
STORED_EVERY = 1.0  # seconds
FAILED = "Не удалось выполнить: ошибка в системе, она записана. Попробуйте ещё раз."


class Lost(Exception):
    """The lease ran out and another worker has the job, or its owner stopped it: leave it."""


class Progress:
    """What a function gets: `job`, and `step` to say how far it is."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._stored = time.monotonic()

    def step(self, done: int, total: int, message: str = "") -> None:
        """Say how far it is, at most once a second to the database, and keep the job for another lease."""
        self.job.done, self.job.total = done, total
        self.job.message = message or self.job.message
        if time.monotonic() - self._stored >= STORED_EVERY:
            self._store(lease_until=timezone.now() + LEASE)
            self._stored = time.monotonic()

    def finish(self, state: JobState, message: str) -> None:
        """The job is over."""
        self.job.message = message
        self._store(state=state, lease_until=None, finished_at=timezone.now())

    def release(self) -> None:
        """Let another worker have the job at once: this one is being stopped."""
        self._store(lease_until=timezone.now())

    def _store(self, **values: Any) -> None:
        job = self.job
        values = {"done": job.done, "total": job.total, "message": job.message, **values}
        mine = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
        if mine.update(**values) != 1:
            raise Lost
        for name, value in values.items():
            setattr(job, name, value)


def take(public_id: str) -> Job | None:
    """The job, taken by this worker alone; None where there is nothing to do or another has it."""
    now = timezone.now()
    free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lte=now)
    job = Job.objects.filter(free, public_id=public_id).first()
    if job is None:
        return None
    values = {
        "state": JobState.RUNNING,
        "attempts": job.attempts + 1,
        "lease_until": now + LEASE,
        "started_at": now,
    }
    if Job.objects.filter(free, pk=job.pk, attempts=job.attempts).update(**values) != 1:
        return None
    for name, value in values.items():
        setattr(job, name, value)
    return job


@queued()
def run_job(public_id: str) -> None:
    """The one task that django-tasks-db knows: run the job."""
    job = take(public_id)
    if job is None:
        return
    progress = Progress(job)
    try:
        try:
            function_of(job.function)(progress, **job.arguments)
        except Lost:
            raise
        except (Denied, Refused, Problem) as reason:
            progress.finish(JobState.FAILED, str(reason))
        except Exception:
            logger.exception("The job %s (%s) failed", job.public_id, job.function)
            progress.finish(JobState.FAILED, FAILED)
        except BaseException:
            progress.release()
            raise
        else:
            progress.finish(JobState.DONE, job.message or "Готово.")
    except Lost:
        logger.warning("The job %s (%s) was stopped, or taken by another worker", job.public_id, job.function)
