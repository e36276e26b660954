"""Whether the time of an answer tells that a school is listed: the same requests in two worlds that differ in it.

Rounds in turns: a world with the secret and one without, in an order drawn by lot, each request asked several times.
The middle time of each round is compared by a permutation test with Holm's correction over all requests; a
difference that could be measured (p < 0.01) and is over a tenth of a millisecond counts. So few rounds that no
difference could count after the correction are refused.

    python benchmarks/secrecy.py [--rounds N] [--turns N]
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections import defaultdict
from typing import Any

LIMIT, LEAST = 0.01, 0.1  # of p; milliseconds
DRAWS = 10_000
WHO = (("inside", "observer"), ("near", "municipal_coordinator"))
Times = dict[str, list[float]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=16)
    parser.add_argument("--turns", type=int, default=5)
    arguments = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment()
    made = setup_databases(verbosity=0, interactive=False)
    try:
        listed, unlisted = measure(arguments.rounds, arguments.turns)
    finally:
        teardown_databases(made, verbosity=0)
    return judge(listed, unlisted)


def measure(rounds: int, turns: int) -> tuple[Times, Times]:
    """The middle time of each request in each round, in milliseconds: with the secret, and without."""
    from django.db import transaction
    from django.utils import timezone
    from tests.site.apart import Apart, Visitor
    from tests.site.world import build

    found: tuple[Times, Times] = (defaultdict(list), defaultdict(list))
    lot = random.Random(1)
    with transaction.atomic():
        apart = Apart(build(1, "Озёрная область"), build(2, "Дальняя область"), now=timezone.now())
        for turn in range(-1, rounds):  # the first to warm up
            for secret in lot.sample([True, False], 2):
                with apart.lived([], secret=secret):
                    for who in WHO:
                        visitor = Visitor(apart.world.user(*who))
                        for url in urls(apart.world):
                            spent = [asked(visitor, url) for _ in range(turns)]
                            if turn >= 0:
                                found[not secret][f"{who[1]} {url}"].append(statistics.median(spent))
        transaction.set_rollback(True)
    return found


def urls(world: Any) -> list[str]:
    """Where hidden rows could cost time: lists, counts, searches, the school itself."""
    from django.urls import reverse

    school, roadmap = world.region.schools[1], world.sent
    return [
        reverse("roadmaps:home"),
        reverse("roadmaps:assignments"),
        f"{reverse('roadmaps:assignments')}?executor={school.public_id}",
        reverse("roadmaps:roadmap", args=[roadmap.public_id]),
        reverse("roadmaps:matrix", args=[roadmap.public_id]),
        reverse("registry:organisation", args=[school.public_id]),
        reverse("lists:school", args=[school.public_id]),
        reverse("assessments:school", args=[school.public_id]),
        reverse("assessments:objections"),
        reverse("support:cases"),
        reverse("journal:entries"),
        reverse("notices:notices"),
        f"/search/?q={school.short_name}",
        "/search/?q=Секретова",
    ]


def asked(visitor: Any, url: str) -> float:
    from tests.site.apart import Step

    start = time.perf_counter()
    visitor.ask(Step("GET", url, ""))
    return (time.perf_counter() - start) * 1000


def chance(one: list[float], other: list[float], lot: random.Random) -> float:
    """How often rounds dealt out by lot differ as much: in a round both worlds were measured one after the other."""
    pairs = [a - b for a, b in zip(one, other, strict=True)]
    seen = abs(statistics.fmean(pairs))
    drawn = (abs(statistics.fmean(lot.choice((1, -1)) * pair for pair in pairs)) for _ in range(DRAWS))
    return (1 + sum(value >= seen for value in drawn)) / (1 + DRAWS)


def rounds_of(times: Times) -> int:
    return min(len(rounds) for rounds in times.values())


def judge(listed: Times, unlisted: Times) -> int:
    lot, told = random.Random(2), 0
    if 2 ** (1 - rounds_of(listed)) * len(listed) >= LIMIT:
        raise SystemExit("so few rounds can tell nothing of so many requests: name more with --rounds")
    rows = sorted((chance(listed[name], unlisted[name], lot), name) for name in listed)
    for place, (p, name) in enumerate(rows):
        one, other = statistics.median(listed[name]), statistics.median(unlisted[name])
        counts = p * (len(rows) - place) < LIMIT and abs(one - other) > LEAST
        told += counts
        print(f"{one:7.2f} ms / {other:7.2f} ms  p = {p:.3f}  {'TELLS' if counts else ''}  {name}")
    print(f"requests whose time tells: {told} of {len(rows)}")
    return 1 if told else 0


if __name__ == "__main__":
    raise SystemExit(main())
