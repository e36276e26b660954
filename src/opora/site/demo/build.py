"""Builds the demo region into an empty database."""

from __future__ import annotations

import random
from typing import TextIO

from opora.site.demo.region import build_people, build_region


def build(*, schools: int = 320, seed: int = 1, out: TextIO) -> None:
    """x"""
    rng = random.Random(seed)
    region = build_region(schools, rng)
    build_people(region, "x", rng)
