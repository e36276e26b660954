from __future__ import annotations

import datetime as dt
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from opora.core.actor import System
from opora.core.models import Job, JobState
from opora.core.tasks import Progress, clock, enqueue, requeue_expired, running
from opora.core.tasks.running import LEASE, Lost, run_job, take
from opora.core.tasks.worker import run_worker
from tests import factories
from tests.core import background

ROOT = Path(__file__).parents[2]
PAST = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _no_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "calls", [])


def start(function: Callable[..., None] = background.count, key: str = "счёт", **arguments: object) -> Job:
    if function is background.count:
        arguments.setdefault("upto", 3)
    return enqueue(function, by=System(), name="Счёт", key=key, url="/there/", **arguments)


def work() -> None:
    """Run everything in the queue, inside the transaction of the test."""
    with mock.patch("django_tasks_db.management.commands.db_worker.close_old_connections"):
        call_command("db_worker", batch=True, queue_name="*", startup_delay=False, reload=False, verbosity=0)


def die(job: Job) -> Job:
    """The worker takes the job and dies; the lease runs out."""
    DBTaskResult.objects.filter(pk=job.ticket).update(status="RUNNING", started_at=timezone.now() - PAST)
    taken = take(job.public_id)
    assert taken
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - PAST)
    return taken


@pytest.mark.django_db
def test_a_job_is_done_once() -> None:
    job = start()
    assert (job.state, job.queue, DBTaskResult.objects.get().queue_name) == (JobState.QUEUED, "default", "default")
    work()
    run_job.call(job.public_id)
    job.refresh_from_db()
    assert background.calls == [3]
    assert (job.state, job.done, job.total, job.message) == (JobState.DONE, 3, 3, "Посчитано 3")
    assert job.finished_at
    assert job.lease_until is None


@pytest.mark.django_db
def test_the_same_key_is_the_same_job() -> None:
    job = start()
    assert start(upto=5) == job
    work()
    assert start(upto=5) == job
    assert DBTaskResult.objects.count() == 1
    assert start(key="другой") != job


@pytest.mark.django_db
def test_a_failed_job_starts_anew_under_its_key() -> None:
    job = start(background.complain, how="problem")
    work()
    again = start(background.complain, how="refused")
    assert (again.pk, again.state, again.attempts) == (job.pk, JobState.QUEUED, 0)
    work()
    again.refresh_from_db()
    assert again.message == "Причина: refused."


@pytest.mark.django_db
def test_work_that_is_rolled_back_never_starts() -> None:
    with transaction.atomic():
        start()
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert not DBTaskResult.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["denied", "refused", "problem"])
def test_a_failure_in_words_is_told(how: str) -> None:
    job = start(background.complain, how=how)
    work()
    job.refresh_from_db()
    assert (job.state, job.message, job.queue) == (JobState.FAILED, f"Причина: {how}.", "bulk")


@pytest.mark.django_db
def test_a_bug_is_logged_and_told_without_details(caplog: pytest.LogCaptureFixture) -> None:
    job = start(background.complain, how="bug")
    work()
    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.FAILED, running.FAILED)
    assert "Причина: bug." in caplog.text


@pytest.mark.django_db
def test_only_registered_functions_run(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(LookupError):
        start(background.not_registered)
    job = start()
    for name in ("os.system", "tests.core.background.not_registered", "tests.core.nowhere.f"):
        Job.objects.update(function=name, state=JobState.QUEUED, finished_at=None)
        run_job.call(job.public_id)
        job.refresh_from_db()
        assert job.state == JobState.FAILED
    assert background.calls == []


@pytest.mark.django_db
def test_a_stopped_worker_leaves_the_job_to_the_next() -> None:
    job = start(background.stop)
    with pytest.raises(SystemExit):
        run_job.call(job.public_id)
    assert requeue_expired() == 1
    job.refresh_from_db()
    assert job.state == JobState.QUEUED


@pytest.mark.django_db
def test_a_job_in_work_is_not_taken_again() -> None:
    job = start()
    first = take(job.public_id)
    assert first
    assert first.lease_until
    assert take(job.public_id) is None
    assert requeue_expired() == 0
    assert run_job.call(job.public_id) is None
    assert background.calls == []


@pytest.mark.django_db
def test_the_job_of_a_dead_worker_runs_again() -> None:
    job = start()
    lost = die(job)
    assert requeue_expired() == 1
    assert requeue_expired() == 0
    work()
    job.refresh_from_db()
    assert (job.state, job.attempts, background.calls) == (JobState.DONE, 2, [3])
    with pytest.raises(Lost):
        Progress(lost).finish(JobState.FAILED, "Опоздал")
    assert not DBTaskResult.objects.filter(status="RUNNING").exists()


@pytest.mark.django_db
def test_after_three_attempts_a_job_is_given_up() -> None:
    job = start()
    for left in (2, 1, 0):
        die(job)
        assert requeue_expired() == 1
        job.refresh_from_db()
        assert job.state == (JobState.QUEUED if left else JobState.FAILED)
    assert "несколько раз" in job.message
    assert not DBTaskResult.objects.filter(status="READY").exists()


@pytest.mark.django_db
def test_a_worker_that_dies_before_it_takes_the_job_loses_nothing() -> None:
    job = start()
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now())
    assert requeue_expired() == 0, "it may be about to take it"
    DBTaskResult.objects.update(started_at=timezone.now() - PAST)
    assert requeue_expired() == 1
    work()
    job.refresh_from_db()
    assert job.state == JobState.DONE


@pytest.mark.django_db
def test_steps_are_stored_once_a_second_and_renew_the_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(running.time, "monotonic", lambda: now)
    job = start()
    taken = take(job.public_id)
    assert taken
    Job.objects.update(lease_until=timezone.now())
    progress = Progress(taken)
    progress.step(1, 9, "Первый")
    job.refresh_from_db()
    assert job.done == 0
    now += 1.1
    progress.step(2, 9)
    progress.step(3, 9)
    job.refresh_from_db()
    assert (job.done, job.total, job.message) == (2, 9, "Первый")
    assert job.lease_until
    assert job.lease_until > timezone.now() + LEASE / 2


@pytest.mark.django_db
def test_the_clock_goes_on_after_a_failure(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    ticks: list[str] = []

    def broken() -> None:
        raise ValueError("сломано")

    monkeypatch.setattr(clock.every_tick, "_functions", [broken, lambda: ticks.append("тик")])
    clock.tick()
    assert ticks == ["тик"]
    assert "сломано" in caplog.text


@pytest.mark.django_db
def test_old_tickets_are_forgotten() -> None:
    job = start()
    work()
    clock.tick()
    assert DBTaskResult.objects.count() == 1
    DBTaskResult.objects.update(finished_at=timezone.now() - dt.timedelta(days=8))
    clock.tick()
    assert DBTaskResult.objects.count() == 0
    assert Job.objects.get() == job


def test_a_stop_ends_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opora.core.tasks.worker.Worker.run", lambda worker: time.sleep(0.01))
    monkeypatch.setattr("opora.core.tasks.worker.tick", lambda: None)
    monkeypatch.setattr("opora.core.tasks.worker._beat", lambda queue: None)
    stop = threading.Event()
    thread = threading.Thread(target=run_worker, args=("default", 0.01, stop))
    thread.start()
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()


# -- the page ----------------------------------------------------------------------------------------------------


@pytest.fixture
def mine(region: factories.Region, client: Client) -> Job:
    person = region.user("school_head")
    client.force_login(person)
    return enqueue(background.count, by=person, name="Разбор файла", key="разбор", url="/there/", upto=4)


def test_the_page_asks_again_until_the_result_is_there(mine: Job, client: Client) -> None:
    url = reverse("ui:job", args=[mine.public_id])
    page = client.get(url)
    assert page.status_code == 200
    for part in ('hx-trigger="every 2s"', 'http-equiv="refresh"', "Разбор файла", "в очереди"):
        assert part in page.content.decode()
    assert "HX-Redirect" not in client.get(url, headers={"HX-Request": "true", "HX-Target": "job"}).headers
    work()
    answer = client.get(url, headers={"HX-Request": "true", "HX-Target": "job"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (286, "/there/")
    text = client.get(url).content.decode()
    assert 'href="/there/"' in text
    assert "every 2s" not in text
    assert 'http-equiv="refresh"' not in text


def test_a_foreign_job_is_not_there(mine: Job, region: factories.Region, client: Client) -> None:
    client.force_login(region.user("regional_coordinator"))
    assert client.get(reverse("ui:job", args=[mine.public_id])).status_code == 404


# -- kill -9 -----------------------------------------------------------------------------------------------------

SETUP = "import os, django; django.setup(); from pathlib import Path; folder = os.environ['OPORA_DATA']; "
PREPARE = SETUP + (
    "from django.core.management import call_command as call; "
    "call('migrate', 'core', verbosity=0); call('migrate', 'django_tasks_database', verbosity=0); "
    "from opora.core.actor import System; from opora.core.tasks import enqueue; "
    "from tests.core.background import write_parts; "
    "enqueue(write_parts, by=System(), name='Части', key='части', folder=folder)"
)
WORK = SETUP + "from opora.core.tasks.worker import run_worker; run_worker('default', 0.1)"


@pytest.fixture
def python(tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    """Start Python code with its own embedded database under `tmp_path`."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {
        "OPORA_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "opora.site.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    started: list[subprocess.Popen[bytes]] = []

    def run(code: str) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-c", code], env=environment))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.wait()


def wait_until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def test_a_job_survives_kill_9_of_its_worker(tmp_path: Path, python: Callable[[str], subprocess.Popen[bytes]]) -> None:
    assert python(PREPARE).wait(timeout=120) == 0
    parts = tmp_path / "parts"
    database = sqlite3.connect(tmp_path / "opora.sqlite3", isolation_level=None, timeout=20)

    def state() -> tuple[str, int]:
        found: tuple[str, int] = database.execute("SELECT state, attempts FROM core_job").fetchone()
        return found

    first = python(WORK)
    wait_until(lambda: parts.exists() and parts.read_text().split() == ["0", "1"])
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert state() == ("running", 1)
    (tmp_path / "go").touch()
    database.execute("UPDATE core_job SET lease_until = '2020-01-01 00:00:00'")

    second = python(WORK)
    wait_until(lambda: state()[0] == "done")
    second.send_signal(signal.SIGTERM)
    assert second.wait(timeout=30) == 0
    assert state() == ("done", 2)
    assert parts.read_text().split() == ["0", "1", "2", "3"]
    database.close()
