"""The clock: every worker ticks. What floors register must be safe in two processes at once."""

from __future__ import annotations

import logging

from opora.core.points import Point
from opora.core.tasks.queue import forget_old, requeue_expired

logger = logging.getLogger(__name__)

every_tick: Point[[], object] = Point()


def tick() -> None:
    """Run everything that is due; a failure is logged and stops nothing else."""
    for function in (requeue_expired, forget_old, *every_tick):
        try:
            function()
        except Exception:
            logger.exception("%s failed at the tick", function.__qualname__)
