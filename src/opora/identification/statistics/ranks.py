"""Ranks of schools whose levels are known as distributions on a common grid.

The rank of a school is one plus the number of others above it. At each level that number is a sum of many independent
yes and no: normal with their mean and variance.
"""

from __future__ import annotations

import math

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

    def within(self, place: int) -> Floats:
        """The probability that a school is among the `place` highest."""
        everybody = np.arange(len(self.posterior))
        return self._within(np.full_like(everybody, place), everybody)[0]

    def _within(self, place: Integers, schools: Integers) -> tuple[Floats, Floats]:
        """That of some schools, each with a place of its own, and how much one more place adds to it."""
        chance, growth = np.empty(len(schools)), np.empty(len(schools))

        def add(rows: slice) -> None:
            posterior, deviation = self.posterior[schools[rows]], self._deviation[schools[rows]]
            part = place[rows, None] - 0.5 - self._mean[schools[rows]]
            part /= deviation
            chance[rows] = (posterior * ndtr(part)).sum(axis=1)
            np.square(part, out=part)
            part *= -0.5
            np.exp(part, out=part)
            part *= posterior
            part /= deviation
            growth[rows] = part.sum(axis=1) / math.sqrt(2 * math.pi)

        in_parts(len(chance), add)
        return np.clip(chance, 0.0, 1.0), growth

    def at(self, probability: float) -> Integers:
        """The least rank that a school does not exceed with this probability.

        Newton's steps between the ranks that are known to be too low and enough; every fifth turn halves them instead.
        """
        schools = np.arange(len(self.posterior))
        low, high = np.ones_like(schools), np.full_like(schools, len(schools))
        level = (np.cumsum(self.posterior, axis=1) < 1 - probability).sum(axis=1).clip(0, self.posterior.shape[1] - 1)
        asked = self._mean[schools, level].astype(np.int64) + 1
        turn = 0
        while (left := np.flatnonzero(low < high)).size:
            asked = np.clip(asked, low[left], high[left] - 1)
            chance, growth = self._within(asked, left)
            enough = chance >= probability
            low[left], high[left] = np.where(enough, low[left], asked + 1), np.where(enough, asked, high[left])
            step = np.clip((probability - chance) / np.maximum(growth, 1e-12), -1e9, 1e9)
            turn += 1
            asked = np.ceil(asked + step).astype(np.int64) if turn % 5 else (low[left] + high[left]) // 2
            asked = asked[low[left] < high[left]]
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
