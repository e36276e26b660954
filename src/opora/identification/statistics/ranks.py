"""Ranks of schools whose levels are known as distributions on a common grid.

The rank of a school is one plus the number of others above it. At each level that number is a sum of many independent
yes and no: normal with their mean and variance.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from opora.identification.statistics.cells import Floats, Integers
from opora.identification.statistics.parts import in_parts


class Ranks:
    """`posterior[school, grid]`; rank 1 is the highest level, which is the lowest result."""

    def __init__(self, posterior: Floats) -> None:
        self.posterior = posterior
        above = 1 - np.cumsum(posterior, axis=1) + posterior / 2
        self._mean = above.sum(axis=0)[None, :] - above
        variance = above * (1 - above)
        self._deviation = np.sqrt(np.maximum(variance.sum(axis=0)[None, :] - variance, 1e-9))

    def within(self, place: int | Integers) -> Floats:
        """The probability that a school is among the `place` highest."""
        limit = np.asarray(place, dtype=np.float64).reshape(-1, 1) - 0.5
        limit = np.broadcast_to(limit, (len(self.posterior), 1))
        chance = np.empty(len(self.posterior))

        def add(rows: slice) -> None:
            below = ndtr((limit[rows] - self._mean[rows]) / self._deviation[rows])
            chance[rows] = (self.posterior[rows] * below).sum(axis=1)

        in_parts(len(chance), add)
        return np.clip(chance, 0.0, 1.0)

    def at(self, probability: float) -> Integers:
        """The least rank that a school does not exceed with this probability."""
        schools = len(self.posterior)
        low, high = np.ones(schools, dtype=np.int64), np.full(schools, schools, dtype=np.int64)
        while (low < high).any():
            middle = (low + high) // 2
            enough = self.within(middle) >= probability
            low, high = np.where(enough, low, np.minimum(middle + 1, high)), np.where(enough, middle, high)
        return high


def quantile(posterior: Floats, grid: Floats, probability: float) -> Floats:
    """The level below which this much of each distribution lies, straight between the borders of the grid's cells."""
    below = np.cumsum(posterior, axis=1)
    cell = (below < probability).sum(axis=1).clip(0, len(grid) - 1)
    rows = np.arange(len(posterior))
    inside = posterior[rows, cell]
    before = below[rows, cell] - inside
    step = grid[1] - grid[0]
    part = np.clip((probability - before) / np.maximum(inside, 1e-300), 0.0, 1.0)
    result: Floats = grid[cell] - step / 2 + part * step
    return result


def read_at(curve: Floats, grid: Floats, level: Floats) -> Floats:
    """The value of each school's own curve at its level."""
    place = np.clip((level - grid[0]) / (grid[1] - grid[0]), 0, len(grid) - 1.000001)
    cell = place.astype(np.int64)
    rows, part = np.arange(len(curve)), place - cell
    result: Floats = curve[rows, cell] * (1 - part) + curve[rows, cell + 1] * part
    return result
