"""The laboratory of rules: what a list by a rule would have been, how steady it is, whom it meets, what it costs.

`replay` runs a rule over years; `compare` sets two lists side by side; `portrait` counts who is on a list;
`beside_truth` plays the rule on simulated regions, where the truly lowest are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from opora.identification.errors import Unfit
from opora.identification.simulation import SimulatedRegion

if TYPE_CHECKING:
    import pyarrow as pa

SMALL = 15  # pupils a grade, below which a school is small
RURAL = 4  # `settlement`

#: Runs a rule for a year and gives `Outcome.table`.
Run = Callable[[int], "pa.Table"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two lists over the schools that both judged. `jaccard`: common part of all listed; `kappa`: Cohen's agreement
    beyond chance, 0 where lists of these sizes drawn blindly would agree as much, 1 for the same list."""

    entered: tuple[str, ...]
    left: tuple[str, ...]
    stayed: tuple[str, ...]
    judged: int
    jaccard: float
    kappa: float


def flags(table: pa.Table) -> dict[str, bool]:
    """The verdicts of an outcome's table."""
    return dict(zip(table["school_id"].to_pylist(), table["flagged"].to_pylist(), strict=True))


def compare(first: pa.Table, second: pa.Table) -> Comparison:
    """From the first list to the second; schools only one of them judged are left out."""
    one, two = flags(first), flags(second)
    both = sorted(one.keys() & two.keys())
    entered = tuple(s for s in both if two[s] and not one[s])
    left = tuple(s for s in both if one[s] and not two[s])
    stayed = tuple(s for s in both if one[s] and two[s])
    listed = len(entered) + len(left) + len(stayed)
    n = len(both)
    if not listed:
        return Comparison(entered, left, stayed, n, 1.0, 1.0)
    agreed = (n - len(entered) - len(left)) / n
    before, after = (len(left) + len(stayed)) / n, (len(entered) + len(stayed)) / n
    chance = before * after + (1 - before) * (1 - after)
    kappa = 1.0 if chance == 1 else (agreed - chance) / (1 - chance)
    return Comparison(entered, left, stayed, n, len(stayed) / listed, kappa)


@dataclass(frozen=True)
class Replay:
    """The lists of several years, and the changes between neighbours; years that cannot be run with the reason."""

    outcomes: dict[int, pa.Table]
    changes: dict[int, Comparison]  # by the later year
    failed: dict[int, str]

    @property
    def jaccard(self) -> float:
        return _mean([one.jaccard for one in self.changes.values()])

    @property
    def kappa(self) -> float:
        return _mean([one.kappa for one in self.changes.values()])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else float("nan")


def replay(run: Run, years: Iterable[int]) -> Replay:
    """Runs the rule for each year; a year without the data it needs is said, the others are still compared."""
    outcomes: dict[int, pa.Table] = {}
    failed: dict[int, str] = {}
    for year in sorted(years):
        try:
            outcomes[year] = run(year)
        except Unfit as unfit:
            failed[year] = str(unfit)
    changes = {year: compare(outcomes[year - 1], outcomes[year]) for year in outcomes if year - 1 in outcomes}
    return Replay(outcomes, changes, failed)


@dataclass(frozen=True, slots=True)
class Cost:
    """What support costs: for a school and for a pupil of it, in any one currency; `years` it lasts."""

    per_school: float = 0.0
    per_pupil: float = 0.0
    years: int = 1


@dataclass(frozen=True, slots=True)
class Portrait:
    """Who is on a list; shares are NaN for an empty list or where the column is not known."""

    listed: int
    judged: int
    pupils: int
    small: float
    small_of_all: float
    rural: float
    rural_of_all: float
    cost: float


def portrait(outcome: pa.Table, schools: pa.Table, cost: Cost | None = None, *, grades: int = 11) -> Portrait:
    """Small: fewer than `SMALL` pupils a grade, pupils being spread over `grades`."""
    cost = cost or Cost()
    listed = flags(outcome)
    ids = schools["school_id"].to_pylist()
    flag = np.array([listed.get(one, False) for one in ids], dtype=bool)
    judged = np.array([one in listed for one in ids], dtype=bool)
    pupils, settlement = _numbers(schools, "pupils"), _numbers(schools, "settlement")
    small, rural = pupils < SMALL * grades, settlement == RURAL
    taught = int(np.nansum(pupils[flag]))
    total = (cost.per_school * int(flag.sum()) + cost.per_pupil * taught) * cost.years
    return Portrait(
        int(flag.sum()),
        int(judged.sum()),
        taught,
        _part(small, flag & ~np.isnan(pupils)),
        _part(small, judged & ~np.isnan(pupils)),
        _part(rural, flag & ~np.isnan(settlement)),
        _part(rural, judged & ~np.isnan(settlement)),
        total,
    )


def _numbers(schools: pa.Table, name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    values = schools[name].to_pylist() if name in schools.column_names else [None] * schools.num_rows
    return np.array([np.nan if value is None else float(value) for value in values])


def _part(what: np.ndarray[tuple[int], np.dtype[np.bool_]], among: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    return int(what[among].sum()) / int(among.sum()) if among.any() else float("nan")


@dataclass(frozen=True, slots=True)
class BesideTruth:
    """A rule on simulated regions: the share of the truly lowest it lists, and small and rural schools among the listed
    and among the truly lowest (as many as are listed)."""

    listed: float  # a region, on average
    found: float
    small: float
    small_truly: float
    rural: float
    rural_truly: float


def beside_truth(run: Callable[[SimulatedRegion], pa.Table], regions: Iterable[SimulatedRegion]) -> BesideTruth:
    """`run` gives the outcome's table for the last year of a region."""
    chosen, truly, small, rural = [], [], [], []
    count = 0
    for region in regions:
        listed = flags(run(region))
        flag = np.array([listed.get(one, False) for one in region.ids], dtype=bool)
        low = np.zeros(len(flag), dtype=bool)
        low[np.argsort(-region.standing, kind="stable")[: int(flag.sum())]] = True
        chosen.append(flag)
        truly.append(low)
        small.append(region.cohort < SMALL)
        rural.append(_numbers(region.schools, "settlement") == RURAL)
        count += 1
    flag, low, little, village = (np.concatenate(parts) for parts in (chosen, truly, small, rural))
    return BesideTruth(
        int(flag.sum()) / count,
        _part(flag, low),
        _part(little, flag),
        _part(little, low),
        _part(village, flag),
        _part(village, low),
    )
