"""The bell, the list of notices and a tick of the clock where there are millions of notices, beside a few.

One embedded database: measured with 2,000 notices, then with two million (1,000 of them one person's), as a ratio.
With DATABASE_URL an empty PostgreSQL database instead.

    python benchmarks/notices.py [--notices N] [--people N] [--turns N]
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable

LIMIT = 2.0  # how much slower at most
OWN = 1000  # notices of the one who looks
COLUMNS = "public_id, created_at, user_id, kind, text, url, object_id, key, needs_permission, needs_path, read_at, mail"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notices", type=int, default=2_000_000)
    parser.add_argument("--people", type=int, default=40_000)
    parser.add_argument("--turns", type=int, default=200)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["OPORA_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "opora.site.settings"
        return measure(arguments.notices, arguments.people, arguments.turns)


def measure(notices: int, people: int, turns: int) -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from opora.access.models import User

    call_command("migrate", verbosity=0)
    accounts = [User(username=f"u{n}", email=f"u{n}@example.org", display_name=f"Человек {n}") for n in range(people)]
    User.objects.bulk_create(accounts, batch_size=2000)
    first = User.objects.order_by("pk").first()
    assert first is not None
    _fill(2000, first.pk, people)
    few = figures(first, turns)
    _fill(notices, first.pk, people, start=2000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    many = figures(first, turns)
    worst = 0.0
    for name, before in few.items():
        ratio = many[name] / before
        worst = max(worst, ratio)
        print(
            f"{name}: {before:.2f} ms, with {notices:,} notices {many[name]:.2f} ms, ratio {ratio:.2f} (limit {LIMIT})"
        )
    return int(worst > LIMIT)


def _fill(count: int, first: int, people: int, start: int = 0) -> None:
    """Notices spread over everybody, the first person's own among the few already; half of them read."""
    from django.db import connection

    postgres = connection.vendor == "postgresql"
    last = start + count - 1
    series = f"SELECT generate_series({start}, {last}) AS n"
    counted = f"WITH RECURSIVE s(n) AS (SELECT {start} UNION ALL SELECT n + 1 FROM s WHERE n < {last}) SELECT n FROM s"  # noqa: S608
    numbers = series if postgres else counted
    name = "'7' || lpad(n::text, 25, '0')" if postgres else "printf('7%025d', n)"  # later than any time of today
    now = "now()" if postgres else "datetime('now')"
    person = f"CASE WHEN n < {OWN} THEN {first} ELSE {first} + 1 + n % {people - 1} END"
    read = f"CASE WHEN n % 2 = 0 THEN {now} END"
    values = f"{name}, {now}, {person}, 'due', 'Сегодня срок поручения.', '/', 'x', 'key' || n, '', '', {read}, ''"
    sql = f"INSERT INTO notices_notice ({COLUMNS}) SELECT {values} FROM ({numbers}) AS numbers"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql)


def figures(user: object, turns: int) -> dict[str, float]:
    """Name -> median milliseconds."""
    from django.conf import settings
    from django.test import Client

    from opora.notices.mailing.sending import send_due
    from opora.notices.queries import unread
    from opora.notices.retention import forget_old
    from opora.ui.context import MOST_UNREAD

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    work: dict[str, Callable[[], object]] = {
        "the bell": lambda: unread(user)[: MOST_UNREAD + 1].count(),  # type: ignore[arg-type]
        "the page of notices": lambda: client.get("/notices/"),
        "the unread ones": lambda: client.get("/notices/?read=no"),
        "a tick of the mails with nothing due": send_due,
        "a tick of retention with nothing old": forget_old,
    }
    return {name: _median(one, turns) for name, one in work.items()}


def _median(work: Callable[[], object], turns: int) -> float:
    taken = []
    for _ in range(turns):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


if __name__ == "__main__":
    sys.exit(main())
