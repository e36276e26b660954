"""Main pages at a country's size beside the same pages at the demo's: p95, queries, bytes.

The WSGI application in one process, through all its middleware (no network). To reach on PostgreSQL with 40,000 schools
and 2,000,000 assignments: less than twice the time, and no page over 300 ms.

    python benchmarks/scale_pages.py [--schools 40000 --assignments 2000000 --server postgres://… --data FOLDER]
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from _scale import base, options, p95

RATIO, MILLISECONDS = 2.0, 300.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options(parser, schools=6000, assignments=60_000)
    parser.add_argument("--requests", type=int, default=20, help="for each page (issue: 200)")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        print(json.dumps(measure(arguments.requests)))
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.data or Path(temporary)
        found = {}
        for name in ("region", "country"):
            one = base(name, arguments, folder)
            one.build()
            found[name] = one.ask(__file__, "--requests", str(arguments.requests))
    return report(found["region"], found["country"], one.kind, arguments.requests)


def report(small: dict[str, Any], large: dict[str, Any], kind: str, requests: int) -> int:
    print(f"\n{kind}; {requests} requests a page; {small['size']} beside {large['size']}\n")
    print("| Who | Page | p95, ms: demo | p95, ms: country | Ratio | Medians, ms | Queries | KB | |")
    print("|---|---|---|---|---|---|---|---|---|")
    broken = 0
    for key, one in large["pages"].items():
        other = small["pages"].get(key)
        if other is None:
            continue
        ratio = one["p95"] / other["p95"]
        over = ratio >= RATIO or one["p95"] > MILLISECONDS
        broken += over
        who, page = key.split("|")
        print(
            f"| {who} | {page} | {other['p95']:.0f} | {one['p95']:.0f} | {ratio:.2f} "
            f"| {other['median']:.0f} → {one['median']:.0f} | {other['queries']} → {one['queries']} "
            f"| {other['kb']:.1f} → {one['kb']:.1f} | {'over' if over else 'holds'} |"
        )
    print(f"\npages over the limit of {RATIO:.0f} times or {MILLISECONDS:.0f} ms: {broken} of {len(large['pages'])}")
    return 0


def measure(requests: int) -> dict[str, Any]:
    """The pages of three people in the database that the environment names."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from opora.access.models import User
    from opora.roadmaps.models import Assignment

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    found = {}
    for who, login in (("регион", "coordinator"), ("муниципалитет", "municipality"), ("школа", "school")):
        user = User.objects.get(username=login)
        client = Client()
        client.force_login(user)
        for page, url in pages(user).items():
            for _ in range(3):
                response = client.get(url)
            assert response.status_code == 200, (who, url, response.status_code)
            times = []
            for _ in range(requests):
                start = time.perf_counter()
                response = client.get(url)
                times.append(1000 * (time.perf_counter() - start))
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            slowest = max(queries.captured_queries, key=lambda one: float(one["time"]))
            found[f"{who}|{page}"] = {
                "p95": p95(times),
                "median": statistics.median(times),
                "queries": len(queries),
                "kb": len(gzip.compress(response.content)) / 1024,
            }
            if os.environ.get("SHOW_SLOW") and p95(times) > 60:
                print(
                    f"{who}, {page}: {p95(times):.0f} ms; {slowest['time']} s: {slowest['sql'][:3000]}", file=sys.stderr
                )
    return {"pages": found, "size": f"{Assignment.objects.count()} assignments"}


def pages(user: Any) -> dict[str, str]:
    """The main pages, with the road map that has most assignments and a word that few things bear."""
    from django.urls import NoReverseMatch, reverse

    from opora.core.permissions import Permission
    from opora.roadmaps.models import Assignment, RoadMap

    roadmap = max(
        RoadMap.objects.visible(user), key=lambda one: sum(one.tallies.filter(level=1).values_list("count", flat=True))
    )
    assignment = Assignment.objects.visible(user).order_by("due", "pk").first()
    assert assignment is not None
    listed = f"/assignments/?roadmap={roadmap.public_id}"
    found = {
        "Мои дела": "/",
        "Поручения, 25": "/assignments/",
        "Поручения, 100": "/assignments/?size=100",
        "Поручения, срок истёк": "/assignments/?when=overdue",
        "Поручения, на проверке": "/assignments/?state=reported",
        "Поручения дорожной карты": listed,
        "Поручения, поиск": "/assignments/?q=мониторинг",
        "Поручения, страница 100": "/assignments/?page=100",
        "Поручение": f"/assignments/{assignment.public_id}/",
        "Дорожные карты": "/road-maps/",
        "Дорожная карта": f"/road-maps/{roadmap.public_id}/",
        "Муниципалитеты": f"/road-maps/{roadmap.public_id}/municipalities/",
        "Документы": "/documents/",
        "Организации": "/organisations/",
        "Организации, поиск": "/organisations/?q=ясногорская 2",
        "Поиск": "/search/?q=мониторинг",
        "Поиск, одна школа": "/search/?q=ясногорская сош 2",
    }
    if user.may(Permission.PEOPLE_VIEW):
        found["Люди"] = "/people/"
    if user.may(Permission.JOURNAL_VIEW):
        found["Журнал"] = "/journal/"
    for name, view in (("Шкала времени", "timeline"), ("Календарь", "roadmap_calendar"), ("Матрица", "matrix")):
        try:
            found[name] = reverse(f"roadmaps:{view}", args=[roadmap.public_id])
        except NoReverseMatch:
            continue
    return found


if __name__ == "__main__":
    sys.exit(main())
