"""Columns with missing values as predictors: what the known values tell of the others, and how unsure that is.

A value is never taken for zero or for the mean alone: given a school's known columns the others are normal with the
region's means and covariances, and the covariance that remains widens the prior of that school.
"""

from __future__ import annotations

import numpy as np

from opora.identification.statistics.cells import Floats, Integers

SHRINKAGE = 0.02  # towards uncorrelated columns, so that every covariance can be inverted


def completed(columns: Floats) -> tuple[Floats, tuple[tuple[Integers, Floats], ...]]:
    """Standardised columns without gaps; for every pattern of gaps its schools and the covariance left there."""
    there = ~np.isnan(columns)
    useful = there.sum(axis=0) > 1
    columns, there = columns[:, useful], there[:, useful]
    count = there.sum(axis=0)
    mean = np.where(there, columns, 0.0).sum(axis=0) / count
    centred = np.where(there, columns - mean, 0.0)
    spread = np.sqrt((centred**2).sum(axis=0) / count)
    varied = spread > 1e-9
    centred, there = centred[:, varied] / spread[varied], there[:, varied]
    if there.all():
        return centred, ()
    width = centred.shape[1]
    covariance = np.eye(width)
    for a in range(width):
        for b in range(a):
            both = there[:, a] & there[:, b]
            value = (centred[both, a] * centred[both, b]).sum() / max(int(both.sum()), 1)
            covariance[a, b] = covariance[b, a] = (1 - SHRINKAGE) * np.clip(value, -1, 1)
    lowest = float(np.linalg.eigvalsh(covariance)[0])
    if lowest < SHRINKAGE:  # pairs of different schools need not agree
        covariance = (covariance + (SHRINKAGE - lowest) * np.eye(width)) / (1 + SHRINKAGE - lowest)
    patterns, index = np.unique(there, axis=0, return_inverse=True)
    left = []
    for number, pattern in enumerate(patterns):
        if pattern.all():
            continue
        schools = np.flatnonzero(index.reshape(-1) == number)
        gap = ~pattern
        remaining = np.zeros((width, width))
        if pattern.any():
            known = np.linalg.solve(covariance[np.ix_(pattern, pattern)], covariance[np.ix_(pattern, gap)])
            filled = np.zeros((len(schools), int(gap.sum())))
            for k, column in enumerate(np.flatnonzero(pattern)):
                filled += centred[schools, column, None] * known[k][None, :]
            centred[np.ix_(schools, gap)] = filled
            remaining[np.ix_(gap, gap)] = covariance[np.ix_(gap, gap)] - (
                covariance[np.ix_(gap, pattern)][:, :, None] * known
            ).sum(axis=1)
        else:
            remaining[np.ix_(gap, gap)] = covariance[np.ix_(gap, gap)]
        left.append((schools, remaining))
    return centred, tuple(left)
