"""The real `opora serve`, killed by SIGKILL at random moments while people work on it over HTTP, and started again.

`python -m tests.site.faults.served FOLDER --rounds 1 --seed 1 [--database URL]` kills in each round a web process, the
web server, each worker and the whole group; at the end everything that was answered as done must be there, once, and
`opora doctor` and `opora journal verify` find nothing. Prints one JSON object; without `findings` all is well.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from tests.site.faults.arena import broken, ready
from tests.site.faults.people import NEW, Crowd, Person

P = ParamSpec("P")
R = TypeVar("R")
OPORA = [sys.executable, "-m", "opora.cli"]
SCHOOLS, ROWS = 150, 60  # a road map of them is three chunks
LONGEST = 1.0  # seconds between a server that answers and the next kill, at most
PATIENCE = 10  # times that the siege waits for the database
STARTED = 60  # seconds in which it answers
# What the doctor may warn of: a killed upload leaves a file that no row names; a job killed three times is given up and
# started again by its owner; letters of this region go into a folder; the disk is not ours.
EXPECTED = ("! Файлы: без записи", "! Фоновые работы: не удались", "! Почта:", "! Диск:")


class Server:
    """`opora serve` as a service manager runs it: a group of its own, started again where it ends."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.log = (folder / "server.log").open("ab")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [*OPORA, "serve", "--port", str(self.port), "--workers", "2"]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, start_new_session=True)

    def wait(self) -> None:
        """Until it answers; what has ended meanwhile is started again."""
        until = time.monotonic() + STARTED
        while time.monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                self.start()
            try:
                if Person(self.port, "")._ask("GET", "/accounts/login/", b"", {}).status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the server did not start")

    def kill(self, what: str, rng: random.Random) -> None:
        assert self.process is not None
        if what == "group":
            os.killpg(self.process.pid, signal.SIGKILL)
        else:
            found = list(self._found(what))
            if found:
                os.kill(rng.choice(found), signal.SIGKILL)
        if what in ("group", "web server"):  # without its web server the rest ends by itself
            self.process.wait(60)

    def _found(self, what: str) -> Iterator[int]:
        """The processes of that name; web processes are children of the web server."""
        assert self.process is not None
        for pid, parent, line in processes():
            if what == "web process" and "gunicorn" in line and parent != self.process.pid:
                if any(pid_ == parent and over == self.process.pid for pid_, over, _ in processes()):
                    yield pid
            elif parent == self.process.pid and {"web server": "gunicorn"}.get(what, f"opora.site.work {what}") in line:
                yield pid

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(60)


def processes() -> Iterator[tuple[int, int, str]]:
    """(pid, pid of the parent, command line) of everything that runs."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        yield int(folder.name), parent, line


KILLS = ("web process", "bulk", "default", "web server", "group")


def patient(function: Callable[P, R]) -> Callable[P, R]:
    """The siege's own writing, in one transaction: SQLite has one writer, and those besieged may be faster."""

    @wraps(function)
    def again(*args: P.args, **kwargs: P.kwargs) -> R:
        from django.db import OperationalError, transaction

        for _ in range(PATIENCE):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except OperationalError:
                time.sleep(1)
        return function(*args, **kwargs)

    return again


@patient
def time_passes(*queues: str) -> None:
    """The minutes after which the work of a dead worker is given to another are over at once."""
    import datetime as dt

    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    from opora.core.models import Job, JobState

    now = timezone.now()
    Job.objects.filter(state=JobState.RUNNING, queue__in=queues).update(lease_until=now)
    claimed = DBTaskResult.objects.filter(queue_name__in=queues).exclude(status="READY")
    claimed.update(started_at=now - dt.timedelta(minutes=5))


class Siege:
    """A region, its server, the people on it, and what ends processes."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        from tests import factories

        self.rng, self.counts = rng, Counter[str]()
        self.region = factories.region("Лесная область")
        for number in range(SCHOOLS):
            factories.organisation(parent=self.region.municipalities[number % 2], name=f"СОШ {number} Лесной области")
        self.coordinators = [self.region.user("regional_coordinator") for _ in range(2)]
        self.server = Server(folder)
        self.roadmaps: queue.SimpleQueue[str] = queue.SimpleQueue()
        first = self.plan(8)
        from opora.registry.models import Organisation
        from opora.roadmaps.actions import sending
        from opora.roadmaps.models import Assignment

        sending.send(first, by=self.coordinators[0])
        works: queue.SimpleQueue[str] = queue.SimpleQueue()
        for work in Assignment.objects.filter(roadmap=first).values_list("public_id", flat=True):
            works.put(work)
        above = f"М{self.region.municipalities[0].pk}"  # names are like those of other regions
        Organisation.objects.filter(pk=self.region.municipalities[0].pk).update(code=above)
        self.crowd = Crowd(
            self.server.port,
            [session(user) for user in self.coordinators],
            folder,
            self.region.authority.public_id,
            above,
            works,
            self.roadmaps,
        )

    @patient
    def plan(self, rows: int) -> Any:
        """A road map that is not sent yet."""
        from django.utils import timezone

        from opora.core.clock import today
        from opora.documents.models import Document, DocumentState
        from opora.roadmaps.actions import building
        from opora.roadmaps.models import RoadMap
        from tests.site.world import decree

        self.counts["plans"] += 1
        title = f"План области {self.counts['plans']}"
        document = Document.objects.create(
            organisation=self.region.authority, kind="directive", number=title, date=today(), title=title,
            issuer="Министерство", state=DocumentState.APPROVED, approved_at=timezone.now(),
            approved_by=self.coordinators[0],
        )  # fmt: skip
        building.build(
            document, decree(title, *((f"Мероприятие {n}", "МОУО, ОО") for n in range(rows))), self.coordinators[0]
        )
        return RoadMap.objects.select_related("organisation", "document").get(document=document)

    def run(self, rounds: int) -> None:
        self.server.wait()
        self.crowd.begin()
        for _ in range(rounds):
            for what in self.rng.sample(KILLS, len(KILLS)):
                if what in ("bulk", "group"):
                    self.begin_sending()
                time.sleep(self.rng.uniform(0, LONGEST))
                self.server.kill(what, self.rng)
                self.counts[f"killed: {what}"] += 1
                time_passes(*({"bulk", "default"} if what in ("group", "web server") else {what}))
                self.server.wait()
        self.crowd.end()
        self.settle()

    def begin_sending(self) -> None:
        """Until a road map is on its way."""
        from opora.core.models import Job, JobState

        before = Job.objects.filter(queue="bulk").count()
        self.roadmaps.put(self.plan(ROWS).public_id)
        until = time.monotonic() + STARTED
        while time.monotonic() < until:
            jobs = Job.objects.filter(queue="bulk")
            if jobs.count() > before and jobs.filter(state=JobState.RUNNING).exists():
                return
            time.sleep(0.05)

    def settle(self) -> None:
        """Until nothing is left to do in the background."""
        from opora.core.models import Job, JobState

        until = time.monotonic() + 90
        going = Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING])
        while going.exists() and time.monotonic() < until:
            time.sleep(0.3)
        self.crowd.findings += [f"never done: {job}" for job in going]
        again = Job.objects.filter(attempts__gt=1).values_list("queue", flat=True)
        self.counts.update(f"begun again: {one}" for one in again)

    # -- what must hold --------------------------------------------------------------------------------------------

    def look(self) -> list[str]:
        found = list(self.crowd.findings)
        found += [f"doctor: {line}" for line in said("doctor") if line[:1] in "!✗" and not line.startswith(EXPECTED)]
        if asked("journal", "verify").returncode:
            found += [f"journal: {line}" for line in said("journal", "verify")]
        return [*found, *broken(), *self.lost()]

    def lost(self) -> Iterator[str]:
        """What was answered as done and is not there, or is there twice."""
        from opora.documents.actions.reading import stuck
        from opora.documents.models import Document, DocumentState
        from opora.exports.models import Copy
        from opora.journal.models import Entry
        from opora.registry.models import Organisation
        from opora.roadmaps.expansion import expand
        from opora.roadmaps.models import Assignment, Evidence, Report, RoadMap

        crowd = self.crowd
        for work, (text, digest) in crowd.reported.items():
            reports = list(Report.objects.filter(assignment__public_id=work))
            proofs = list(Evidence.objects.filter(report__in=reports).values_list("sha256", flat=True))
            if [one.text for one in reports] != [text] or proofs != [digest]:
                yield f"report on {work}: {len(reports)} reports, {len(proofs)} proofs"
        there = Assignment.objects.filter(state="accepted", executor__path__startswith=self.region.authority.path)
        told = Entry.objects.filter(code="assignments.accepted", object_id__in=there.values("public_id")).count()
        if told != there.count():
            yield f"{there.count()} accepted, {told} times in the journal"
        missing = crowd.accepted - set(there.values_list("public_id", flat=True))
        yield from (f"acceptance is lost: {work}" for work in missing)
        for public_id in crowd.sent:
            roadmap = RoadMap.objects.select_related("organisation", "document").get(public_id=public_id)
            wanted = sum(len(line.sendable) * len(line.targets) for line in expand(roadmap).lines)
            made = Assignment.objects.filter(roadmap=roadmap).count()
            entries = Entry.objects.filter(code="assignments.sent", object_id=public_id)
            told = sum(entry.data["count"] for entry in entries)
            if not wanted == made == told:
                yield f"{roadmap}: {made} of {wanted} sent, {told} in the journal"
        copies = set(Copy.objects.values_list("sha256", flat=True))
        yield from (f"a copy is not known: {digest}" for digest in crowd.copies if digest not in copies)
        new = Organisation.objects.filter(code__startswith=NEW).values_list("code", flat=True)
        codes = Counter(code.rpartition("-")[0] + "-" for code in new)
        yield from (f"an import of {count} of 40: {name}" for name, count in codes.items() if count != 40)
        yield from (f"an import is lost: {name}" for name in crowd.imported if codes[name] != 40)
        names = Counter(Document.objects.exclude(file_name="").values_list("file_name", flat=True))
        yield from (f"{names[name]} documents of {name}" for name in crowd.uploaded if names[name] != 1)
        for document in Document.objects.filter(state=DocumentState.READING):
            if not stuck(document):
                yield f"never read: {document}"


def session(user: Any) -> str:
    """A session of a signed-in person."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "opora.access.backends.Backend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def asked(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*OPORA, *command], capture_output=True, text=True)


def said(*command: str) -> list[str]:
    done = asked(*command)
    return (done.stdout + done.stderr).splitlines()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="")
    arguments = parser.parse_args()
    ready(arguments.folder, arguments.database)
    began = time.monotonic()
    siege = Siege(arguments.folder, random.Random(arguments.seed))  # noqa: S311
    siege.server.start()
    try:
        siege.run(arguments.rounds)
        findings = siege.look()
        status = siege.server.stop()
        findings += [f"the server ended with {status}"] if status else []
    finally:
        if siege.server.process and siege.server.process.poll() is None:
            os.killpg(siege.server.process.pid, signal.SIGKILL)
    counts = {**siege.counts, **siege.crowd.counts, "seconds": round(time.monotonic() - began)}
    sys.stdout.write(json.dumps({"findings": findings, **counts}, ensure_ascii=False) + "\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
