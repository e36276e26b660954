"""Processes that are killed, cut off and left without room in the middle of their work, again and again.

`python -m tests.site.faults.arena FOLDER --rounds 2 --seed 1 [--database URL]` builds a small region there, lets
children work on it and ends them at random moments by SIGKILL; after each it looks whether anything was lost, doubled
or broken, lets the work be done again, and looks once more. Prints one JSON object; without `findings` all is well.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

LONGEST = 0.8  # seconds that a child works before it is killed, at most
STARTED = 20  # seconds in which it has to begin

Deed = Callable[["Arena"], None]


class Arena:
    """One region and what is done in it; `number` is that of the round."""

    def __init__(self, rng: random.Random) -> None:
        from tests import factories

        self.rng, self.number = rng, 0
        self.region = factories.region("Озёрная область")
        for municipality in self.region.municipalities:
            for _ in range(10):
                factories.organisation(parent=municipality)
        self.coordinator = self.region.user("regional_coordinator")
        self.second = self.region.user("regional_coordinator")
        self.findings: list[str] = []
        self.counts: Counter[str] = Counter()

    # -- a process that ends badly ---------------------------------------------------------------------------------

    def child(self, deed: Deed, *, cut: bool = False) -> tuple[int, int]:
        """Start the deed in a process of its own; (its pid, the end of a pipe that says when it has begun)."""
        from django.db import connections

        connections.close_all()
        ready, say = os.pipe()
        pid = os.fork()
        if pid:
            os.close(say)
            return pid, ready
        status = 0
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            os.write(say, b".")
            deed(self)
        except BaseException:
            status = 3 if cut else 1
        os._exit(status)

    def killed(self, deed: Deed) -> None:
        """Let it work for a random time, then SIGKILL."""
        pid, ready = self.child(deed)
        os.read(ready, 1)
        os.close(ready)
        time.sleep(self.rng.uniform(0, LONGEST))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        self.counts["killed" if os.WIFSIGNALED(status) else "done before"] += 1

    def together(self, *deeds: Deed) -> list[int]:
        """Several at once, to their ends; their exit statuses."""
        children = [self.child(deed) for deed in deeds]
        statuses = []
        for pid, ready in children:
            os.close(ready)
            statuses.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        return statuses

    # -- what must hold --------------------------------------------------------------------------------------------

    def look(self, behind: str) -> None:
        self.findings += [f"{behind}: {finding}" for finding in broken()]

    def expect(self, what: str, holds: bool) -> None:
        if not holds:
            self.findings.append(what)


def broken() -> Iterator[str]:
    """What is lost, doubled or torn, in sentences."""
    from django.core.files.storage import default_storage

    from opora.documents.models import Document
    from opora.exports.models import Copy
    from opora.journal.models import Entry
    from opora.journal.verify import verify
    from opora.roadmaps import tallies
    from opora.roadmaps.models import Assignment, Evidence

    yield from map(str, verify())
    yield from tallies.differences()
    places = Assignment.objects.values_list("activity", "part", "window", "executor", "body", "person", "step")
    yield from (f"doubled work: {place}" for place, count in Counter(places).items() if count > 1)
    for one in Assignment.objects.filter(state="reported").prefetch_related("reports"):
        if sum(report.state == "submitted" for report in one.reports.all()) != 1:
            yield f"work {one.pk} is reported without one report"
    handed = Entry.objects.filter(code="assignments.reported").count()
    there = Assignment.objects.exclude(reported_at=None).count()
    if handed != there:
        yield f"{there} reports are handed in, {handed} in the journal"
    copies = set(Copy.objects.values_list("entry", flat=True))
    told = set(Entry.objects.filter(code="exports.released").values_list("number", flat=True))
    if copies != told:
        yield f"copies and journal differ: {copies ^ told}"
    for model in (Evidence, Document):
        for name in model.objects.exclude(file="").values_list("file", flat=True):
            if not default_storage.exists(name):
                yield f"a row without its file: {name}"


# -- deeds ------------------------------------------------------------------------------------------------------------


def prepare(arena: Arena) -> None:
    """A road map that is not sent yet."""
    from django.utils import timezone

    from opora.core.clock import today
    from opora.documents.models import Document, DocumentState
    from opora.roadmaps.actions import building
    from tests.site.world import decree

    title = f"План {arena.number}"
    document = Document.objects.create(
        organisation=arena.region.authority, kind="directive", number=str(arena.number), date=today(), title=title,
        issuer="Министерство", state=DocumentState.APPROVED, approved_at=timezone.now(), approved_by=arena.coordinator,
    )  # fmt: skip
    rows = [(f"Мероприятие {n}", "МОУО, ОО") for n in range(8)]
    building.build(document, decree(title, *rows), arena.coordinator)


def roadmap() -> Any:
    from opora.roadmaps.models import RoadMap

    return RoadMap.objects.select_related("organisation", "document").order_by("-pk")[0]


def send(arena: Arena) -> None:
    from opora.roadmaps.actions import sending

    sending.CHUNK, sending.BREATH = 12, 0.001
    sending.send(roadmap(), by=arena.coordinator)


def waiting() -> Any:
    from opora.roadmaps.models import Assignment

    rows = Assignment.objects.select_related("activity", "executor", "controller", "roadmap__organisation")
    return rows.filter(state="sent").order_by("pk")


def report(arena: Arena, most: int = 1000) -> None:
    from django.core.files.base import ContentFile

    from opora.roadmaps.actions import working
    from opora.roadmaps.actions.working import Attachment

    for one in waiting()[:most]:
        name = f"{one.pk}.pdf"
        proof = Attachment(name, ContentFile(b"%PDF-1.7 " + os.urandom(20_000), name=name))
        working.submit(one, by=arena.coordinator, text="Сделано", attachments=[proof])


def export(arena: Arena) -> None:
    from opora.exports.actions import release
    from opora.exports.sheets import workbook

    at = arena.region.authority
    while True:
        content = workbook("Т", ["Имя"], [["Школа"]] * 20, by=arena.coordinator)
        release(by=arena.coordinator, name="Т", kind="xlsx", content=content, on=at, path=at.path)


def table(arena: Arena) -> bytes:
    """New schools of this round as the registry imports them."""
    head = "код;вид;полное наименование;краткое наименование;подчинена (код)"
    above = arena.region.municipalities[0].short_name
    rows = [f"{arena.number}-{n};школа;Школа {arena.number} {n};Школа {arena.number} {n};{above}" for n in range(40)]
    return "\r\n".join([head, *rows]).encode("utf-8-sig")


def take_in(arena: Arena) -> None:
    from opora.registry import exchange

    plan = exchange.read(table(arena), "р.csv", by=arena.coordinator)
    exchange.apply(plan, by=arena.coordinator)


def upload(arena: Arena) -> None:
    from django.core.files.base import ContentFile

    from opora.documents import actions

    while True:
        file = ContentFile(os.urandom(50_000), name="x.docx")
        actions.upload(by=arena.coordinator, organisation=arena.region.authority, file=file, name="x.docx")


# -- rounds -----------------------------------------------------------------------------------------------------------


def kill(arena: Arena) -> None:
    """SIGKILL in the middle of sending, reporting, exporting, importing, uploading; then all is done to its end."""
    from opora.registry.models import Organisation
    from opora.roadmaps.expansion import expand
    from opora.roadmaps.models import Assignment

    prepare(arena)
    arena.killed(send)
    arena.look("killed while sending")
    arena.together(send)
    made = Assignment.objects.filter(roadmap=roadmap()).count()
    expected = sum(len(line.sendable) * len(line.targets) for line in expand(roadmap()).lines)
    arena.expect(f"round {arena.number}: {made} of {expected} sent", made == expected > 0)
    arena.look("sent again")
    for name, deed in (("reporting", report), ("exporting", export), ("importing", take_in), ("uploading", upload)):
        arena.killed(deed)
        arena.look(f"killed while {name}")
    schools = Organisation.objects.filter(code__startswith=f"{arena.number}-").count()
    arena.expect(f"round {arena.number}: half an import: {schools} of 40", schools in (0, 40))
    arena.together(take_in)
    schools = Organisation.objects.filter(code__startswith=f"{arena.number}-").count()
    arena.expect(f"round {arena.number}: imported again: {schools} of 40", schools == 40)


def two_at_once(arena: Arena) -> None:
    """Two workers send the same road map, two coordinators accept the same report."""
    from opora.journal.models import Entry
    from opora.roadmaps.actions import working
    from opora.roadmaps.models import Assignment

    arena.number += 1000
    prepare(arena)
    arena.together(send, send)
    arena.together(send)
    arena.look("two workers sent the same")
    report(arena, most=3)
    rows = Assignment.objects.select_related("activity", "executor", "controller", "roadmap__organisation")
    for key in list(Assignment.objects.filter(state="reported").values_list("pk", flat=True)[:2]):
        before = Entry.objects.filter(code="assignments.accepted").count()

        def accept(arena: Arena, key: int = key) -> None:
            working.accept(rows.get(pk=key), by=arena.coordinator)

        def accept_too(arena: Arena, key: int = key) -> None:
            working.accept(rows.get(pk=key), by=arena.second)

        statuses = arena.together(accept, accept_too)
        after = Entry.objects.filter(code="assignments.accepted").count()
        arena.expect(f"accepted {after - before} times, statuses {statuses}", after - before == statuses.count(0) == 1)
    arena.look("two coordinators decided the same")


def full_disk(arena: Arena) -> None:
    """No file may grow over a limit: what cannot be written is not there at all, and the next one is written."""
    from opora.roadmaps.models import Evidence

    before = Evidence.objects.count()

    def limited(arena: Arena) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
        report(arena, most=1)

    statuses = arena.together(limited)
    arena.expect("a report without room was said to be done", statuses == [1])
    arena.expect("half a report without room", Evidence.objects.count() == before)
    arena.look("no room on the disk")
    arena.expect("no report after there was room again", arena.together(lambda a: report(a, most=1)) == [0])
    arena.look("room again")


def cut_off(arena: Arena) -> None:
    """PostgreSQL ends every other connection, again and again, while one works."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return
    for deed in (report, export):
        pid, ready = arena.child(deed, cut=True)
        os.read(ready, 1)
        os.close(ready)
        end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"
        for _ in range(40):
            time.sleep(arena.rng.uniform(0, LONGEST / 4))
            with connection.cursor() as cursor:
                cursor.execute(f"{end} AND pid <> pg_backend_pid()")
            if os.waitpid(pid, os.WNOHANG)[0]:
                arena.counts["cut off"] += 1
                break
        else:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        arena.look("cut off from the database")


def ready(folder: Path, database: str) -> None:
    """Django on an empty database of its own."""
    os.environ["OPORA_DATA"] = str(folder)
    if database:
        os.environ["DATABASE_URL"] = database
    else:
        os.environ.pop("DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "opora.site.settings"
    import django
    from django.conf import settings

    django.setup()
    settings.DATABASES["default"].get("OPTIONS", {}).pop("pool", None)  # a pool does not survive a fork
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="")
    arguments = parser.parse_args()
    ready(arguments.folder, arguments.database)
    arena = Arena(random.Random(arguments.seed))  # noqa: S311  (the same moments for the same seed, more or less)
    for _ in range(arguments.rounds):
        arena.number += 1
        kill(arena)
    two_at_once(arena)
    full_disk(arena)
    cut_off(arena)
    sys.stdout.write(json.dumps({"findings": arena.findings, **arena.counts}, ensure_ascii=False) + "\n")
    return 1 if arena.findings else 0


if __name__ == "__main__":
    sys.exit(main())
