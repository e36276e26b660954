"""The best that can be known: the posterior under the true model of a simulated region.

All parameters are known: difficulty of every work and year, the effect of context, every standard deviation. Not known
are municipalities, schools, years, works and pupils: they are integrated (Gauss–Hermite, and the sum over pupils who
failed both works of a day). Pupils must not be followed over years (`pupil_memory = 0`), and a grade has two works at
most: then the likelihood of a school factors into years and grades.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from opora.identification.simulation import SimulatedRegion, logistic

GRID = np.linspace(-5.5, 5.5, 111)  # of the level, and of the level in a year


def _normal(nodes: int, deviation: float) -> tuple[np.ndarray, np.ndarray]:
    x, w = np.polynomial.hermite_e.hermegauss(nodes)
    return x * deviation, w / w.sum()


def _both(first: np.ndarray, second: np.ndarray, pupil_sd: float) -> tuple[np.ndarray, ...]:
    """Chances of (both, only first, only second, none) failed for a pupil of unknown ability, by points of the grid."""
    x, w = _normal(21, pupil_sd)
    one, two = logistic(first[:, None] + x), logistic(second[:, None] + x)
    return tuple(
        (w * part).sum(axis=1) for part in (one * two, one * (1 - two), (1 - one) * two, (1 - one) * (1 - two))
    )


def _pair(n: np.ndarray, y1: np.ndarray, y2: np.ndarray, first: float, second: float, region: SimulatedRegion):
    """Log likelihood [school, grid] of one day of two works, work noise integrated."""
    world, total = region.world, None
    noise, weights = _normal(2, world.work_sd)
    most = int(np.minimum(y1, y2).max())
    for e1, w1 in zip(noise, weights, strict=True):
        for e2, w2 in zip(noise, weights, strict=True):
            chances = _both(GRID + first + e1, GRID + second + e2, world.pupil_sd)
            logs = [np.log(part) for part in chances]
            terms = []
            for both in range(most + 1):
                counts = (np.full_like(n, both), y1 - both, y2 - both, n - y1 - y2 + both)
                possible = (counts[1] >= 0) & (counts[2] >= 0) & (counts[3] >= 0)
                safe = [np.maximum(count, 0) for count in counts]
                ways = gammaln(n + 1) - sum(gammaln(count + 1) for count in safe)
                term = ways[:, None] + sum(c[:, None] * log[None, :] for c, log in zip(safe, logs, strict=True))
                terms.append(np.where(possible[:, None], term, -np.inf))
            part = np.logaddexp.reduce(np.array(terms), axis=0) + np.log(w1 * w2)
            total = part if total is None else np.logaddexp(total, part)
    return total


def _single(n: np.ndarray, y: np.ndarray, first: float, region: SimulatedRegion) -> np.ndarray:
    x, w = _normal(21, region.world.pupil_sd)
    noise, weights = _normal(2, region.world.work_sd)
    total = None
    for e, we in zip(noise, weights, strict=True):
        chance = (w * logistic((GRID + first + e)[:, None] + x)).sum(axis=1)
        part = y[:, None] * np.log(chance) + (n - y)[:, None] * np.log(1 - chance) + np.log(we)
        total = part if total is None else np.logaddexp(total, part)
    return total


def posterior(region: SimulatedRegion, years: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The grid and the exact posterior of every school's level from the results of these years."""
    world, schools = region.world, len(region.ids)
    shape = (len(region.years), len(region.works), schools)
    counts = {n: region.counts[n].to_numpy().reshape(shape).astype(float) for n in ("participants", "failed")}
    log = np.zeros((schools, len(GRID)))
    v, wv = _normal(11, world.year_sd)
    for t, year in enumerate(region.years):
        if year not in years:
            continue
        day = np.zeros((schools, len(GRID)))
        for grade in sorted({work.grade for work in region.works}):
            here = [k for k, work in enumerate(region.works) if work.grade == grade]
            n, y = counts["participants"][t, here], counts["failed"][t, here]
            difficulty = region.difficulty[t, here]
            if len(here) == 2:
                assert (n[0] == n[1]).all()
                day += _pair(n[0], y[0], y[1], difficulty[0], difficulty[1], region)
            else:
                day += _single(n[0], y[0], difficulty[0], region)
        shifted = []
        for shift, weight in zip(v, wv, strict=True):
            place = np.clip((GRID + shift - GRID[0]) / (GRID[1] - GRID[0]), 0, len(GRID) - 1.000001)
            cell = place.astype(int)
            part = place - cell
            shifted.append(day[:, cell] * (1 - part) + day[:, cell + 1] * part + np.log(weight))
        log += np.logaddexp.reduce(np.array(shifted), axis=0)
    log -= log.max(axis=1, keepdims=True)
    expected = world.context_effect * region.adversity
    expected = expected + world.size_effect * (np.log(region.cohort) - np.log(world.median_cohort))
    place, weights = _normal(21, world.municipality_sd)
    likelihood = np.exp(log)
    by_place = np.zeros((schools, len(place)))
    joint = np.zeros((schools, len(place), len(GRID)))
    for k, shift in enumerate(place):
        joint[:, k] = likelihood * np.exp(-((GRID - expected[:, None] - shift) ** 2) / (2 * world.school_sd**2))
        by_place[:, k] = np.log(joint[:, k].sum(axis=1) + 1e-300)
    together = np.zeros((int(region.municipality.max()) + 1, len(place)))
    np.add.at(together, region.municipality, by_place)
    others = together[region.municipality] - by_place + np.log(weights)
    others = np.exp(others - others.max(axis=1, keepdims=True))
    result = (joint * others[:, :, None]).sum(axis=1)
    return GRID, result / result.sum(axis=1, keepdims=True)
