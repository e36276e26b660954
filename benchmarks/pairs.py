"""Mentor pairs: 3,000 schools and 600 mentors drawn at random, planned once; the gap is by duality over all pairs."""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from opora.support.planning.pairs import plan
from opora.support.planning.places import Place
from opora.support.planning.scores import Mentor, School

SUBJECTS = ("rus", "mat", "his", "bio", "geo", "soc", "phy", "che", "eng", "inf")
LIMIT = 60  # seconds


def drawn(schools: int, mentors: int, seed: int) -> tuple[list[School], list[Mentor]]:
    """Schools of 60 municipalities; a mentor has strengths in two to four subjects and takes four to six schools."""
    chance = np.random.default_rng(seed)
    centres = np.column_stack([chance.uniform(51, 58, 60), chance.uniform(44, 56, 60)])

    def place() -> Place:
        town = int(chance.integers(60))
        at = centres[town] + chance.normal(0, 0.15, 2)
        return Place(str(town), float(at[0]), float(at[1]))

    def some(least: int, most: int) -> dict[str, float]:
        chosen = chance.choice(SUBJECTS, int(chance.integers(least, most + 1)), replace=False)
        return {str(one): round(float(chance.uniform(0.2, 1)), 2) for one in chosen}

    asked = [School(f"s{n}", f"Школа {n}", place(), some(1, 4), index=float(chance.uniform())) for n in range(schools)]
    given = [
        Mentor(
            f"m{n}", f"Наставник {n}", place(), int(chance.integers(4, 7)), some(2, 4), index=float(chance.uniform())
        )
        for n in range(mentors)
    ]
    return asked, given


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=3000)
    parser.add_argument("--mentors", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    schools, mentors = drawn(given.schools, given.mentors, given.seed)
    began = time.perf_counter()
    found = plan(schools, mentors)
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{given.schools} schools, {given.mentors} mentors, {sum(one.load for one in mentors)} places")
    print(f"paired {len(found.pairs)}, without a mentor {len(found.without)}")
    print(f"value {found.value}, bound {found.bound}, gap {found.gap:.6%}")
    print(f"{took:.1f} s of {LIMIT}, peak {peak:.0f} MB")
    raise SystemExit(0 if took < LIMIT else 1)


if __name__ == "__main__":
    main()
