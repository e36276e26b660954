"""Main pages at a country's size beside the same pages at the demo's: p95, queries, bytes.

The WSGI application in one process for each database, through all its middleware (no network), asked by turns: a
request to the small, the same to the large, so that whatever else the machine does falls on both. To reach on
PostgreSQL with 40,000 schools and 2,000,000 assignments: less than twice the time, no page over 300 ms, at most 12
queries.

    python benchmarks/scale_pages.py [--schools 40000 --assignments 2000000 --server postgres://… --data FOLDER]
                                     [--requests 200] [--pages WORD…] [--slow]
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from _scale import Asked, answer, base, options, p95

RATIO, MILLISECONDS, QUERIES = 2.0, 300.0, 12
PEOPLE = (("регион", "coordinator"), ("муниципалитет", "municipality"), ("школа", "school"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options(parser, schools=6000, assignments=60_000)
    parser.add_argument("--requests", type=int, default=20, help="for each page (issue: 200)")
    parser.add_argument("--pages", nargs="*", default=[], help="only pages whose «who|page» has one of these words")
    parser.add_argument("--slow", action="store_true", help="print the slowest statements of pages over a limit")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        answer(Inside())
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.data or Path(temporary)
        small, large = (base(name, arguments, folder) for name in ("region", "country"))
        small.build()
        large.build()
        by_turns(small.asking(__file__), large.asking(__file__), large.kind, arguments)
    return 0


@dataclass
class Measured:
    """What one page took in one database."""

    times: list[float] = field(default_factory=list)
    queries: int = 0
    kb: float = 0


def by_turns(small: Asked, large: Asked, kind: str, arguments: argparse.Namespace) -> None:
    both = (small, large)
    sizes, pages = [one("size") for one in both], [one("pages") for one in both]
    shown = [key for key in pages[1] if key in pages[0] and _asked_for(key, arguments.pages)]
    print(f"\n{kind}; {arguments.requests} requests a page, by turns; {sizes[0]} beside {sizes[1]} assignments\n")
    print("| Who | Page | p95, ms: demo | p95, ms: country | Ratio | Medians, ms | Queries | KB | |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    over = 0
    for key in shown:
        found = (Measured(), Measured())
        for one in both * 3:
            one(key)
        for _ in range(arguments.requests):
            for one, measured in zip(both, found, strict=True):
                measured.times.append(one(key))
        for one, measured in zip(both, found, strict=True):
            measured.queries, measured.kb, slowest = one(f"{key}|cost")
        broken = _row(key, *found)
        over += broken
        if broken and arguments.slow:
            print(*slowest, sep="\n\n", file=sys.stderr)
    limits = f"{RATIO:.0f} times, {MILLISECONDS:.0f} ms or {QUERIES} queries"
    print(f"\npages over the limit of {limits}: {over} of {len(shown)}")
    for one in both:
        one.stop()


def _asked_for(key: str, words: list[str]) -> bool:
    return not words or any(word in key for word in words)


def _row(key: str, small: Measured, large: Measured) -> bool:
    """Print what was measured; whether it is over a limit."""
    who, page = key.split("|")
    p95s = p95(small.times), p95(large.times)
    ratio = p95s[1] / p95s[0]
    over = ratio >= RATIO or p95s[1] > MILLISECONDS or large.queries > QUERIES
    medians = statistics.median(small.times), statistics.median(large.times)
    print(
        f"| {who} | {page} | {p95s[0]:.0f} | {p95s[1]:.0f} | {ratio:.2f} | {medians[0]:.0f} → {medians[1]:.0f} "
        f"| {small.queries} → {large.queries} | {small.kb:.1f} → {large.kb:.1f} | {'over' if over else 'holds'} |",
        flush=True,
    )
    return over


class Inside:
    """The pages of three people in the database that the environment names."""

    def __init__(self) -> None:
        from django.conf import settings
        from django.test import Client

        import opora.site.wsgi  # noqa: F401  # as a worker of `opora serve` begins
        from opora.access.models import User

        settings.ALLOWED_HOSTS = ["testserver"]
        settings.STATIC_ROOT.mkdir(exist_ok=True)
        settings.STORAGES = {
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        }
        self.pages: dict[str, tuple[Client, str]] = {}
        for who, login in PEOPLE:
            user = User.objects.get(username=login)
            client = Client()
            client.force_login(user)
            for page, url in pages(user).items():
                self.pages[f"{who}|{page}"] = client, url

    def __call__(self, question: str) -> Any:
        """«size», «pages», «who|page»: milliseconds of a request, «who|page|cost»: queries, KB, slowest statements."""
        from opora.roadmaps.models import Assignment

        if question == "size":
            return Assignment.objects.count()
        if question == "pages":
            return list(self.pages)
        client, url = self.pages[question.removesuffix("|cost")]
        if question.endswith("|cost"):
            return self._cost(client, url)
        start = time.perf_counter()
        response = client.get(url)
        took = 1000 * (time.perf_counter() - start)
        assert response.status_code == 200, (question, url, response.status_code)
        return took

    def _cost(self, client: Any, url: str) -> tuple[int, float, list[str]]:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            response = client.get(url)
        slow = sorted(queries.captured_queries, key=lambda one: -float(one["time"]))[:3]
        return (
            len(queries),
            len(gzip.compress(response.content)) / 1024,
            [f"{url} {one['time']} s: {one['sql'][:3000]}" for one in slow],
        )


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
