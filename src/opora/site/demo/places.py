"""Where the organisations of the demo are: municipalities round the region's centre, schools round theirs."""

from __future__ import annotations

import math
import random

from opora.registry.coordinates import DIGITS, Coordinates

_MIDDLE = (54.6, 46.8)  # of the region, invented
_KM = 111.2  # of a degree of latitude
_TURN = math.pi * (3 - math.sqrt(5))  # the golden angle: no two municipalities in one direction
_APART = 24  # km; the n-th municipality is √n times as far from the middle
_TOWN, _VILLAGE, _ROUND = (0.4, 3.5), (0.1, 1.2), (5.0, 32.0)  # km from the centre to a school


def centre(number: int) -> Coordinates:
    """Of the municipality with this number, from 1; the third is the region's own."""
    far = {1: 2, 2: 1, 3: 0}.get(number, number - 1)
    return _moved(_MIDDLE, _APART * math.sqrt(far), far * _TURN)


def office(number: int) -> Coordinates:
    """An office in the centre of a municipality, some streets from its middle."""
    return school(number, "office", central=True, town=False)


def school(number: int, code: str, *, central: bool, town: bool) -> Coordinates:
    """In the centre of its municipality, or in a village round it; always the same for the same code."""
    chance = random.Random(f"{number} {code}")
    least, most = (_TOWN if town else _VILLAGE) if central else _ROUND
    return _moved(centre(number), chance.uniform(least, most), chance.uniform(0, 2 * math.pi))


def _moved(start: Coordinates, km: float, turn: float) -> Coordinates:
    latitude = start[0] + km / _KM * math.cos(turn)
    longitude = start[1] + km / _KM * math.sin(turn) / math.cos(math.radians(start[0]))
    return round(latitude, DIGITS), round(longitude, DIGITS)
