"""Intervals of shares, limits of a funnel plot, comparison of two shares, change over years.

Jeffreys' interval (Brown, Cai, DasGupta 2001) is shown for a single share: its coverage is near 95 % on average from
five works up, it never leaves [0, 1], and an end that touches 0 or 1 stays there. Wilson's, whose coverage is nearly
the same, is kept for comparisons because Newcombe's interval of a difference is built on it. Wald's interval is not
offered: with 0 of 12 it is a point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from opora.identification.statistics.cells import Floats

CONFIDENCE = 0.95


def _arrays(failed: ArrayLike, works: ArrayLike) -> tuple[Floats, Floats]:
    y, n = np.asarray(failed, dtype=np.float64), np.asarray(works, dtype=np.float64)
    if ((y < 0) | (y > n)).any():
        raise ValueError("failed must lie between 0 and works")
    return y, n


def jeffreys(failed: ArrayLike, works: ArrayLike, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """Ends of the interval; 0 to 1 where there are no works."""
    y, n = _arrays(failed, works)
    tail = (1 - confidence) / 2
    low = np.where(y > 0, special.betaincinv(y + 0.5, n - y + 0.5, tail), 0.0)
    high = np.where(y < n, special.betaincinv(y + 0.5, n - y + 0.5, 1 - tail), 1.0)
    return low, high


def wilson(failed: ArrayLike, works: ArrayLike, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """Ends of the interval; 0 to 1 where there are no works."""
    y, n = _arrays(failed, works)
    z = float(special.ndtri((1 + confidence) / 2))
    safe = np.maximum(n, 1.0)
    share = y / safe
    centre = (share + z * z / (2 * safe)) / (1 + z * z / safe)
    half = z / (1 + z * z / safe) * np.sqrt(share * (1 - share) / safe + z * z / (4 * safe * safe))
    low = np.where((n > 0) & (y > 0), centre - half, 0.0)
    high = np.where((n > 0) & (y < n), centre + half, 1.0)
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)


def funnel(share: float, works: ArrayLike, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """Limits for schools of a size whose true share is the region's: exact binomial quantiles, in steps. Outside,
    strictly, a school differs from the region by more than chance; smoothed limits would call 2 of 5 an outlier too
    often."""
    n = np.asarray(works, dtype=np.float64)
    tail = (1 - confidence) / 2
    low, high = (np.maximum(stats.binom.ppf(part, n, share), 0.0) / np.maximum(n, 1.0) for part in (tail, 1 - tail))
    return low, high


@dataclass(frozen=True, slots=True)
class Difference:
    """Of two shares, in the units of shares: the second minus the first; `sure` where the interval excludes zero."""

    value: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        return self.low > 0 or self.high < 0


def difference(first: tuple[int, int], second: tuple[int, int], confidence: float = CONFIDENCE) -> Difference:
    """Newcombe's interval (1998, method 10) of the change from (failed, works) to (failed, works)."""
    if not first[1] or not second[1]:
        return Difference(float("nan"), -1.0, 1.0)
    one, two = first[0] / first[1], second[0] / second[1]
    (low, high) = wilson([first[0], second[0]], [first[1], second[1]], confidence)
    value = two - one
    return Difference(
        value,
        value - float(np.hypot(two - low[1], high[0] - one)),
        value + float(np.hypot(high[1] - two, one - low[0])),
    )


def beside_others(failed: int, works: int, all_failed: int, all_works: int) -> Difference:
    """The school against the others of its cluster, which include it in `all_*`."""
    return difference((all_failed - failed, all_works - works), (failed, works))


@dataclass(frozen=True, slots=True)
class Step:
    """One year of a school: its share, interval, and the change since the year before that had results."""

    year: int
    failed: int
    works: int
    share: float
    low: float
    high: float
    change: Difference | None


def dynamics(years: list[tuple[int, int, int]]) -> list[Step]:
    """Steps of (year, failed, works) sorted by year; years without works are left out."""
    steps: list[Step] = []
    for year, failed, works in sorted(years):
        if not works:
            continue
        low, high = jeffreys(failed, works)
        before = (steps[-1].failed, steps[-1].works) if steps else None
        change = difference(before, (failed, works)) if before else None
        steps.append(Step(year, failed, works, failed / works, float(low), float(high), change))
    return steps
