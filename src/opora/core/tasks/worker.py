"""The worker: the one of django-tasks-db, with the clock ticking beside it."""

from __future__ import annotations

import logging
import threading

from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from opora.core.models import Beat
from opora.core.tasks.clock import tick

logger = logging.getLogger(__name__)

TICK = 30.0  # seconds


def run_worker(queue: str, interval: float = 1.0, stop: threading.Event | None = None) -> None:
    """Work through `queue` («default», «bulk», «*» for all) until a signal or `stop`, looking every `interval` seconds.

    The first SIGTERM lets the task in hand finish.
    """
    worker = Worker(
        queue_names=[queue],
        interval=interval,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )
    if threading.current_thread() is threading.main_thread():
        worker.configure_signals()
    stop = stop or threading.Event()
    ticking = threading.Thread(target=_tick_beside, args=(worker, queue, stop), name="clock", daemon=True)
    ticking.start()
    try:
        _work(worker, stop, interval)
    finally:
        stop.set()
        ticking.join(timeout=5)


def _work(worker: Worker, stop: threading.Event, interval: float) -> None:
    """Run the worker, and again after a database that was locked or away for a while."""
    while worker.running:
        try:
            worker.run()
        except OperationalError:
            logger.warning("The database is not available to the worker", exc_info=True)
            connection.close()
            stop.wait(max(interval, 1.0))


def _tick_beside(worker: Worker, queue: str, stop: threading.Event) -> None:
    try:
        while not stop.is_set():
            close_old_connections()
            _beat(queue)
            tick()
            close_old_connections()
            stop.wait(TICK)
    finally:
        worker.running = False
        connection.close()


def _beat(queue: str) -> None:
    """Say that the worker is alive; a database that is away is met by the worker itself."""
    try:
        Beat.objects.update_or_create(queue=queue, defaults={"at": timezone.now()})
    except OperationalError:
        logger.warning("The beat of the worker was not written", exc_info=True)
