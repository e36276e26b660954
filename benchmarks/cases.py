"""Pages of the support of schools with 200 and with 2,000 cases: time, queries, and what is read from end to end.

Each size is a region of its own with a case, a programme, a pair and a visit for every school, a concern for every
fourth. A page that asks more queries of more cases breaks the run. EXPLAIN tells which tables a page reads whole: of
those that grow with the region or the country none may be. (PostgreSQL is asked without sequential scans: in a
database that is one region it rightly prefers them, and what is left then is what no index serves.)

    python benchmarks/cases.py [--turns N]

SQLite; PostgreSQL too where BENCH_POSTGRESQL is the address of an empty database (its tables are dropped, made anew).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SIZES = (200, 2000)
AROUND = {"registry_organisation", "roadmaps_assignment", "journal_entry", "access_membership", "collection_submission"}
PAGES = {
    "По шагам": "/cases/board/",
    "Дела, 25 строк": "/cases/",
    "Дела, 100 строк": "/cases/?size=100",
    "Слежу": "/cases/?watched=on",
    "Срок истёк": "/cases/?held=overdue",
    "Задерживает куратор": "/cases/?held=curator",
    "Программы": "/cases/programmes/",
    "Наставники": "/mentors/",
    "Пары": "/pairs/",
    "Визиты": "/visits/",
    "Заседания": "/meetings/",
    "Сигналы": "/concerns/",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--inside", type=int)
    arguments = parser.parse_args()
    if arguments.inside:
        print(json.dumps(inside(arguments.inside, arguments.turns)))
        return 0
    servers = {"SQLite": ""}
    if address := os.environ.get("BENCH_POSTGRESQL"):
        servers["PostgreSQL"] = address
    return max(compare(name, address, arguments.turns) for name, address in servers.items())


def compare(name: str, address: str, turns: int) -> int:
    """Both sizes of one kind of database, side by side; 1 where a page breaks a rule."""
    few, many = (asked(size, address, turns) for size in SIZES)
    broken = 0
    for page, (was, queries, _) in few.items():
        now, queries_now, whole = many[page]
        bad = queries != queries_now or bool(AROUND & set(whole))
        broken = max(broken, int(bad))
        print(
            f"{name:<10} {page:<20} {was:6.1f} → {now:6.1f} ms, {now / was:4.1f} times; {queries_now:2} queries; "
            f"read whole: {', '.join(whole) or 'nothing'}{'  BROKEN' if bad else ''}"
        )
    return broken


def asked(size: int, address: str, turns: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "OPORA_DATA": folder, "DJANGO_SETTINGS_MODULE": "opora.site.settings"}
        environment |= {"DATABASE_URL": address} if address else {}
        command = [sys.executable, __file__, "--inside", str(size), "--turns", str(turns)]
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def inside(size: int, turns: int) -> dict[str, Any]:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    call_command("migrate", verbosity=0)
    user = filled(size)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    settings.ALLOWED_HOSTS = ["testserver"]
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    client = Client()
    client.force_login(user)
    told = {}
    for name, url in PAGES.items():
        assert client.get(url).status_code == 200, url
        times = []
        for _ in range(turns):
            began = time.perf_counter()
            client.get(url)
            times.append(1000 * (time.perf_counter() - began))
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        told[name] = (statistics.median(times), len(queries), read_whole([one["sql"] for one in queries]))
    return told


def filled(size: int) -> Any:
    """A region whose every school is listed; its coordinator."""
    from opora.access.models import User
    from opora.core.clock import today
    from opora.lists import actions as lists
    from opora.site.demo.cases import build_cases
    from opora.site.demo.region import build_people, build_region
    from opora.support.models import Case, Concern, Mentor, Pair, Programme, Visit
    from opora.support.models.mentoring import year_of

    rng = random.Random(1)
    region = build_region(size, rng)
    user = User.objects.get(username=build_people(region, "no one signs in", rng)[0].login)
    year = year_of(today())
    found = lists.create_list(
        by=user, territory=region.authority, school_year=year, title="Список", document_text="№ 1"
    )
    lists.replace_entries(found, by=user, entries=[(one, "") for one in region.schools])
    lists.approve(found, by=user)
    build_cases(user)
    cases = list(Case.objects.order_by("pk"))
    Programme.objects.bulk_create(Programme(case=one, made_by="Кто") for one in cases)
    names = [f"Методист {number}" for number in range(max(1, size // 20))]
    mentors = [Mentor(organisation=region.institute, kind="methodist", name=one) for one in names]
    mentors = Mentor.objects.bulk_create(mentors)
    pairs = [(one, mentors[at % len(mentors)]) for at, one in enumerate(cases)]
    Pair.objects.bulk_create(
        Pair(school_id=one.school_id, mentor=mentor, school_year=year, made_by="Кто") for one, mentor in pairs
    )
    Visit.objects.bulk_create(Visit(school_id=one.school_id, day=today(), made_by="Кто") for one in cases)
    raised = {"version": 1, "text": "Слово", "raised_by": "Кто"}
    Concern.objects.bulk_create(
        Concern(case=one, rank=1 + at % 4, **raised) for at, one in enumerate(cases) if at % 4 == 0
    )
    return user


def read_whole(statements: list[str]) -> list[str]:
    """Tables that the statements read from end to end, as the database plans it."""
    from django.db import connection

    found = set()
    for sql in statements:
        if not sql.lstrip().upper().startswith(("SELECT", "WITH", "(SELECT")):
            continue
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}".replace("%", "%%"))
                lines = [row[3] for row in cursor.fetchall()]
                # of a covering index too: it is as long as the table
                found |= {one[1] for line in lines if (one := re.match(r"SCAN (\w+)", line))}
            else:
                cursor.execute("SET enable_seqscan = off")
                cursor.execute(f"EXPLAIN {sql}".replace("%", "%%"))
                lines = [row[0] for row in cursor.fetchall()]
                cursor.execute("RESET enable_seqscan")
                found |= {one[1] for line in lines if (one := re.search(r"Seq Scan on (\w+)", line))}
    tables = set(connection.introspection.table_names())
    return sorted(found & tables)


if __name__ == "__main__":
    sys.exit(main())
