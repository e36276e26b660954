"""How far counts scatter beyond chance, by moments of the residuals of pairs of works of one school.

    cov(y_a, y_b) = [a = b] n q + φ · pupils in both · √(q_a q_b) + n_a q_a n_b q_b (year·[same year] + work·[a = b])

with q = π(1 − π). φ is what one pupil's two works share (in the year; in different years), `year` and `work` are
variances on the logit scale. The school's own level is known with variance ν only: its residuals lack
n_a q_a n_b q_b ν of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from opora.identification.statistics.cells import Cells, Floats

#: Expected before any data, and how sure: a region of twenty schools cannot tell them well.
EXPECTED = np.array([0.25, 0.15, 0.05, 0.03, 0.0])
DOUBT = np.array([0.2, 0.2, 0.06, 0.06, 0.2])
MOST_SCHOOLS = 4000


@dataclass(frozen=True, slots=True)
class Dispersion:
    """Correlation of two works of a pupil (in one year, in different years) and logit variances of years and works."""

    pupil: float = 0.25
    pupil_later: float = 0.1
    year: float = 0.05
    work: float = 0.03


def dispersion(cells: Cells, expected: Floats, width: Floats) -> Dispersion:
    """Weighted least squares over the pairs; regions above `MOST_SCHOOLS` are thinned evenly."""
    step = -(-len(width) // MOST_SCHOOLS)
    n, failed, chance, width = cells.n[::step], cells.failed[::step], expected[::step], width[::step]
    chance = np.clip(chance, 1e-4, 1 - 1e-4)
    q = n * chance * (1 - chance)
    z = np.where(n > 0, (failed - n * chance) / np.sqrt(np.maximum(q, 1e-12)), 0.0)
    root, size = np.sqrt(q), np.sqrt(n)
    normal, right = np.zeros((5, 5)), np.zeros(5)
    spread, count = 0.0, 0.0
    for a in range(len(cells.kinds)):
        for b in range(a, len(cells.kinds)):
            both = (n[:, a] > 0) & (n[:, b] > 0)
            if not both.any():
                continue
            scale = (root[:, a] * root[:, b])[both]
            common = np.minimum(n[both, a], n[both, b]) / (size[both, a] * size[both, b])
            same = float(a == b)
            told = [cells.same_pupils[a, b], cells.same_pupils_later[a, b], cells.same_year[a, b], same, 1.0]
            of = np.flatnonzero(told)
            x = np.stack([common if one < 2 else scale for one in of])
            response = z[both, a] * z[both, b] - same + scale * width[both]
            weight = 1 / ((1 + 0.1 * scale) ** 2 * (1 + same))
            normal[np.ix_(of, of)] += (x[:, None, :] * x[None, :, :] * weight).sum(axis=2)
            right[of] += (x * (response * weight)).sum(axis=1)
            spread += float((response**2 * weight).sum())
            count += float(both.sum())
    noise = max(spread / max(count, 1.0), 0.5)
    normal += np.diag(noise / DOUBT**2)
    right += noise / DOUBT**2 * EXPECTED
    solved = np.linalg.solve(normal, right)
    pupil, later, year, work = (float(value) for value in solved[:4])
    return Dispersion(
        min(max(pupil, 0.0), 0.9), min(max(later, 0.0), 0.9), min(max(year, 1e-4), 1.0), min(max(work, 1e-4), 1.0)
    )


def effective(cells: Cells, spread: Dispersion, chance: Floats) -> tuple[Floats, Floats]:
    """By how much works repeat each other (≥ …1), and the logit variance of the school's pooled share."""
    n = cells.n
    q = chance * (1 - chance)
    information = n * q
    root = np.sqrt(q)
    total = information.sum(axis=1)
    repeated = total.copy()
    for a in range(len(cells.kinds)):
        for b in range(a):
            phi = spread.pupil * cells.same_pupils[a, b] + spread.pupil_later * cells.same_pupils_later[a, b]
            if phi:
                repeated += 2 * phi * np.minimum(n[:, a], n[:, b]) * root[:, a] * root[:, b]
    mean = (n * chance).sum(axis=1) / np.maximum(cells.total, 1.0)
    binomial = cells.total * mean * (1 - mean)
    by_year = np.zeros_like(total)
    for year in sorted({kind.year for kind in cells.kinds}):
        here = np.array([kind.year == year for kind in cells.kinds])
        by_year += information[:, here].sum(axis=1) ** 2
    share = np.maximum(total, 1e-12) ** 2
    variance = (spread.year * by_year + spread.work * (information**2).sum(axis=1)) / share
    return np.where(cells.total > 0, repeated / np.maximum(binomial, 1e-12), 1.0), variance
