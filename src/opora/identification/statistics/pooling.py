"""Partial pooling of failing shares across schools.

Of school i a count y of n works is known. Its lasting level η is a number on the logit scale:

    share of kind k (work and year)   π(α[k] + η),  π logistic
    η  =  x'γ + municipality + own,   municipality ~ N(0, σ_m²), own ~ N(0, σ_u²)
    y | η  ~  beta-binomial with the school's mean share, its number of works divided by what works of the same pupils
              repeat, and the variance of school years and single works on top

α, γ and the variances come from all schools (empirical Bayes); what they do not tell is added to the prior of each
school. The posterior of η is kept on a grid, so that shares near zero have the skewed intervals they ought to have.
Municipalities are integrated out by expectation propagation (Minka 2001): a school is never its own evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import gammaln

from opora.identification.statistics.cells import Cells, Floats, Integers
from opora.identification.statistics.dispersion import Dispersion, dispersion, effective
from opora.identification.statistics.parts import in_parts

GRID = np.linspace(-4.8, 4.8, 121)
ROUNDS, TURNS = 4, 6
RIDGE = 1 / 0.4**2  # a coefficient of a standardised column is seldom beyond 0.4
OWN, PLACE = 0.2, 0.05  # variances expected before any data, worth one school and one municipality


@dataclass(frozen=True)
class Prior:
    """Columns that predict a level; `extra[i]` the loadings' covariance where values were missing (see `columns`)."""

    columns: Floats  # [school, column], the first is one
    missing: tuple[tuple[Integers, Floats], ...]  # schools with the same gaps, covariance of the columns there
    municipality: Integers

    @cached_property
    def _products(self) -> Floats:
        return np.ascontiguousarray(self.columns[:, self._lower[0]] * self.columns[:, self._lower[1]])

    @cached_property
    def _lower(self) -> tuple[Integers, Integers]:
        return np.tril_indices(self.columns.shape[1])

    def information(self, known: Floats) -> Floats:
        """What schools, each worth `known`, tell of the coefficients; added in the order of the schools."""
        found = np.empty((self.columns.shape[1],) * 2)
        found[self._lower] = found.T[self._lower] = np.einsum("ip,i->p", self._products, known)
        return found


@dataclass(frozen=True)
class Fit:
    """The posterior of each school on `GRID` and what was estimated from all of them."""

    posterior: Floats  # [school, grid], sums to one
    share: Floats  # [school, grid]: the failing share of the school's own works at each level
    predicted: Floats  # prior mean of the level
    difficulty: Floats  # α by kind
    coefficients: Floats
    own_sd: float
    municipality_sd: float
    dispersion: Dispersion
    works: Floats  # how many independent works the school's works are worth


def logistic(x: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-x))


def weighted(n: Floats, table: Floats) -> Floats:
    """n @ table, added in the order of the kinds: the same to the bit with any number of threads."""
    table = np.ascontiguousarray(table)
    result = np.empty((n.shape[0], table.shape[1]))

    def add(rows: slice) -> None:
        np.einsum("ik,kj->ij", n[rows], table, out=result[rows])

    in_parts(len(n), add)
    return result


def likelihood(cells: Cells, difficulty: Floats, spread: Dispersion, at: Floats) -> tuple[Floats, Floats, Floats]:
    """Log likelihood of each school on the grid, its mean share there, and what its works are worth."""
    chance = logistic(difficulty[:, None] + GRID[None, :])
    n = np.maximum(cells.total, 1.0)
    share = weighted(cells.n, chance) / n[:, None]
    slope = weighted(cells.n, chance * (1 - chance)) / n[:, None]
    repeated, logit_variance = effective(cells, spread, logistic(difficulty[None, :] + at[:, None]))
    worth = cells.total / repeated
    failed = cells.total_failed / repeated
    log = np.zeros_like(share)

    def tell(rows: slice) -> None:
        mean = np.clip(share[rows], 1e-9, 1 - 1e-9)
        variance = logit_variance[rows, None] * slope[rows] ** 2
        rho = np.clip(variance / (mean * (1 - mean)), 1e-6, 0.5)
        precision = 1 / rho - 1
        a, b = mean * precision, (1 - mean) * precision
        y, m = failed[rows, None], worth[rows, None]
        log[rows] = gammaln(y + a) - gammaln(a) + gammaln(m - y + b) - gammaln(b) - gammaln(m + precision)
        log[rows] += gammaln(precision)

    in_parts(len(log), tell)
    return log, share, worth


@dataclass(frozen=True)
class _State:
    gamma: Floats
    own: float
    place: float
    cavity: Floats  # mean of the municipality's effect by the other schools
    cavity_variance: Floats


def _extra(prior: Prior, gamma: Floats) -> Floats:
    extra = np.zeros(len(prior.columns))
    for schools, covariance in prior.missing:
        extra[schools] = float((gamma[:, None] * covariance * gamma[None, :]).sum())
    return extra


def _moments(log: Floats, mean: Floats, variance: Floats, weight: Floats | None = None) -> tuple[Floats, Floats]:
    """The mean and variance of each posterior, which `weight` gets where it is wanted whole."""
    centre, width = np.empty(len(log)), np.empty(len(log))

    def weigh(rows: slice) -> None:
        part = GRID[None, :] - mean[rows, None]
        np.square(part, out=part)
        part *= -0.5 / variance[rows, None]
        part += log[rows]
        part -= part.max(axis=1, keepdims=True)
        np.exp(part, out=part)
        whole = part.sum(axis=1)
        middle = np.einsum("ij,j->i", part, GRID) / whole
        centre[rows] = middle
        width[rows] = np.maximum(np.einsum("ij,j->i", part, GRID**2) / whole - middle**2, 0.0) + 1e-9
        if weight is not None:
            weight[rows] = part / whole[:, None]

    in_parts(len(log), weigh)
    return centre, width


def _turn(log: Floats, prior: Prior, state: _State) -> _State:
    """One step towards the most likely coefficients and variances, and one sweep of messages to municipalities."""
    x = prior.columns
    extra = _extra(prior, state.gamma)
    lone = state.own + extra
    variance = lone + state.cavity_variance
    mean = weighted(x, state.gamma[:, None])[:, 0] + state.cavity
    centre, width = _moments(log, mean, variance)
    slope = (centre - mean) / variance
    known = np.clip(1 - width / variance, 1e-6, 1.0) / variance
    ridge = np.full(x.shape[1], RIDGE)
    ridge[0] = 1e-6
    information = prior.information(known) + np.diag(ridge)
    gamma = state.gamma + np.linalg.solve(information, (x * slope[:, None]).sum(axis=0) - ridge * state.gamma)
    score = 0.5 * (slope**2 - known).sum() + 0.5 * (OWN / state.own - 1) / state.own
    sureness = 0.5 * (known**2).sum() + 0.5 / state.own**2
    own = float(np.clip(state.own + score / sureness, state.own / 3, state.own * 3))
    # The school as a normal observation of its level, then of its municipality.
    site = np.maximum(1 / width - 1 / variance, 1e-6)
    observed = (centre / width - mean / variance) / site - (mean - state.cavity)
    weight = 1 / (1 / site + lone)
    places = int(prior.municipality.max()) + 1
    total = np.bincount(prior.municipality, weight, places)
    sums = np.bincount(prior.municipality, weight * observed, places)
    place = state.place
    if places > 1:
        met = total > 0
        between = 1 / total[met] + place
        score = 0.5 * ((sums[met] / total[met]) ** 2 / between**2 - 1 / between).sum()
        score += 0.5 * (PLACE / place - 1) / place
        sureness = 0.5 * (1 / between**2).sum() + 0.5 / place**2
        place = max(float(np.clip(place + score / sureness, place / 3, place * 3)), 1e-4)
    others = 1 / place + total[prior.municipality] - weight
    cavity = (sums[prior.municipality] - weight * observed) / others
    return _State(gamma, max(own, 1e-3), place, cavity, 1 / others)


def fit(cells: Cells, prior: Prior) -> Fit:
    """Estimates everything from all schools; the order of arithmetic is fixed."""
    n, failed = cells.n.sum(axis=0), cells.failed.sum(axis=0)
    share = (failed + 0.5) / (n + 1)
    difficulty = np.log(share / (1 - share))
    spread = Dispersion()
    places = len(prior.columns)
    state = _State(np.zeros(prior.columns.shape[1]), 0.3, 0.05, np.zeros(places), np.full(places, 0.05))
    at = np.zeros(places)
    for _ in range(ROUNDS):
        log, share_at, worth = likelihood(cells, difficulty, spread, at)
        for _ in range(TURNS):
            state = _turn(log, prior, state)
        weight, at, width, mean = _final(log, prior, state)
        table = logistic(difficulty[:, None] + GRID[None, :])
        expected = weighted(weight, table.T)
        spread = dispersion(cells, expected, width)
        difficulty = _shifted(cells, weight, table, expected, difficulty)
    log, share_at, worth = likelihood(cells, difficulty, spread, at)
    for _ in range(TURNS):
        state = _turn(log, prior, state)
    weight, at, width, mean = _final(log, prior, state)
    return Fit(
        weight,
        share_at,
        mean,
        difficulty,
        state.gamma,
        float(np.sqrt(state.own)),
        float(np.sqrt(state.place)),
        spread,
        worth,
    )


def _final(log: Floats, prior: Prior, state: _State) -> tuple[Floats, Floats, Floats, Floats]:
    """The posterior with the uncertainty of the coefficients in its prior."""
    x = prior.columns
    mean = weighted(x, state.gamma[:, None])[:, 0] + state.cavity
    variance = state.own + _extra(prior, state.gamma) + state.cavity_variance
    _, width = _moments(log, mean, variance)
    known = np.clip(1 - width / variance, 1e-6, 1.0) / variance
    ridge = np.full(x.shape[1], RIDGE)
    ridge[0] = 1e-6
    covariance = np.asarray(np.linalg.inv(prior.information(known) + np.diag(ridge)), np.float64)
    variance = variance + (weighted(x, covariance) * x).sum(axis=1)
    weight = np.empty_like(log)
    centre, width = _moments(log, mean, variance, weight)
    return weight, centre, width, mean


def _shifted(cells: Cells, weight: Floats, table: Floats, expected: Floats, difficulty: Floats) -> Floats:
    """One Newton step for the difficulty of each kind; their common level stays with the intercept."""
    slope = weighted(weight, (table * (1 - table)).T)
    information = (cells.n * slope).sum(axis=0) + 1e-9
    step = np.clip((cells.failed - cells.n * expected).sum(axis=0) / information, -1, 1)
    step -= (step * information).sum() / information.sum()
    result: Floats = difficulty + step
    return result
