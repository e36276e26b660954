"""A season of visits: 129 schools and 40 methodists drawn at random, planned once; the gap is to a proven bound."""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from opora.support.planning.places import Place
from opora.support.planning.routes import Methodist, School, plan

SUBJECTS = ("rus", "mat", "his", "bio", "geo", "soc", "phy", "che", "eng", "inf")
LIMIT = 60  # seconds
WEEKS = 6  # of five days


def drawn(schools: int, methodists: int, seed: int) -> tuple[list[School], list[Methodist]]:
    """Schools of 30 municipalities with two or three demands; a methodist has one or two subjects, 3 days a week."""
    chance = np.random.default_rng(seed)
    centres = np.column_stack([chance.uniform(52, 56, 30), chance.uniform(44, 52, 30)])

    def place() -> Place:
        town = int(chance.integers(30))
        at = centres[town] + chance.normal(0, 0.1, 2)
        return Place(str(town), float(at[0]), float(at[1]))

    def some(least: int, most: int) -> list[str]:
        return [str(one) for one in chance.choice(SUBJECTS, int(chance.integers(least, most + 1)), replace=False)]

    every = WEEKS * 5
    asked = [
        School(f"s{n}", f"Школа {n}", place(), tuple(some(2, 3)), _days(chance, every, 20)) for n in range(schools)
    ]
    given = [
        Methodist(
            f"m{n}", f"Методист {n}", place(), frozenset([SUBJECTS[n % 10], *some(0, 1)]), 3, _days(chance, every, 24)
        )
        for n in range(methodists)
    ]
    return asked, given


def _days(chance: np.random.Generator, every: int, count: int) -> frozenset[int]:
    return frozenset(int(day) for day in chance.choice(every, count, replace=False))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=129)
    parser.add_argument("--methodists", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    schools, methodists = drawn(given.schools, given.methodists, given.seed)
    began = time.perf_counter()
    found = plan(schools, methodists, [day // 5 for day in range(WEEKS * 5)], seconds=50)
    took = time.perf_counter() - began
    demands = sum(len(one.subjects) for one in schools)
    days = len({(one.school, one.day) for one in found.visits}) - len({one.school for one in found.visits})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{given.schools} schools, {demands} demands, {given.methodists} methodists, {WEEKS * 5} days")
    print(f"visits {len(found.visits)}, demands left {len(found.left)}, further days in a school {days}")
    print(f"cost {found.cost} km, bound {found.bound} km, gap {found.gap:.2%}")
    print(f"{took:.1f} s of {LIMIT}, peak {peak:.0f} MB")
    raise SystemExit(0 if took < LIMIT else 1)


if __name__ == "__main__":
    main()
