"""Background work that survives the death of its worker.

A floor writes `@task(queue="bulk")` over a function `f(job: Progress, **arguments)` and calls `enqueue(f, by=…, …)`.
A worker takes the job for the time of a lease, which every step renews; where the worker dies, the lease runs out and
the clock gives the job to another. So a function may be run again from its start: it must find what it did before.
"""

from opora.core.tasks.queue import enqueue, requeue_expired, stop
from opora.core.tasks.registry import task
from opora.core.tasks.running import Progress

__all__ = ["Progress", "enqueue", "requeue_expired", "stop", "task"]
