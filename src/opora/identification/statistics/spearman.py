"""Spearman's rank correlation from tallies: pairs of values with the number of pupils who have them."""

from __future__ import annotations

import numpy as np

from opora.identification.statistics.cells import Floats, Integers


def midranks(group: Integers, value: Integers, pupils: Integers) -> Floats:
    """Mean rank of each row's value within its group, pupils with equal values sharing theirs."""
    order = np.lexsort((value, group))
    g, v, n = group[order], value[order], pupils[order].astype(np.float64)
    first = np.ones(len(g), dtype=bool)
    first[1:] = (g[1:] != g[:-1]) | (v[1:] != v[:-1])
    run = np.cumsum(first) - 1
    size = np.bincount(run, n)
    before = np.cumsum(size) - size
    opens = np.ones(len(g), dtype=bool)
    opens[1:] = g[1:] != g[:-1]
    start = before[run[opens]][np.cumsum(opens) - 1]
    ranks = np.empty(len(g))
    ranks[order] = before[run] - start + (size[run] + 1) / 2
    return ranks


def spearman(group: Integers, one: Integers, two: Integers, pupils: Integers, groups: int) -> tuple[Floats, Integers]:
    """Correlation by group and its number of pupils; NaN with fewer than two or where a value never varies."""
    n = np.bincount(group, pupils.astype(np.float64), groups)
    a, b = midranks(group, one, pupils), midranks(group, two, pupils)
    middle = (n[group] + 1) / 2
    a, b = a - middle, b - middle
    weight = pupils.astype(np.float64)
    ab, aa, bb = (np.bincount(group, weight * part, groups) for part in (a * b, a * a, b * b))
    scale = np.sqrt(aa * bb)
    correlation = np.where((n > 1) & (scale > 0), ab / np.where(scale > 0, scale, 1.0), np.nan)
    return correlation, n.astype(np.int64)
