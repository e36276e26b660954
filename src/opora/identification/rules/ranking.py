"""Places among schools: equals share a place, so that nobody is chosen by the order of rows."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np

from opora.identification.arrays import Array
from opora.identification.rules.base import Value


def ranked(values: Array) -> Array:
    """The place from the greatest value: 1 + how many are greater; 0 where there is no value (NaN)."""
    there = ~np.isnan(values)
    ordered = np.sort(values[there])
    place = np.zeros(len(values), np.int64)
    place[there] = len(ordered) - np.searchsorted(ordered, values[there], side="right") + 1
    return place


def worst_places(schools: int, share: Value) -> int:
    """How many places of so many schools are the worst `share`: the whole part, exactly."""
    return floor(schools * Fraction(str(share)))
