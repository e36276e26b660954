"""A year of a region worked out: the rows of signs, clusters and their sums, from what counts now."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from opora.assessments.models.looks import figures_of
from opora.assessments.queries import data
from opora.assessments.queries.schools import schools_inside
from opora.assessments.queries.schools import table as school_table
from opora.core.actor import LEVEL
from opora.identification.clusters import Thresholds, clusters
from opora.identification.context import Context, context
from opora.identification.errors import Unfit
from opora.identification.objectivity import SIGNS, Objectivity, objectivity
from opora.identification.rules import rule
from opora.registry.models import Organisation

if TYPE_CHECKING:
    import pyarrow as pa

Work = tuple[str, str, int]
#: The level of a school for its cluster: `fair` without conditions, which are the other side of the cluster.
LEVELS = {"context": "none"}


@dataclass(frozen=True)
class YearOfLooks:
    """Rows of the tables by the names of their fields; `failure` says why there are no clusters."""

    thresholds: Thresholds
    limits: dict[str, float]
    failure: str
    signs: list[dict[str, Any]]
    clusters: list[dict[str, Any]]
    areas: list[dict[str, Any]]
    results: list[dict[str, Any]]


def worked_out(territory: Organisation, year: int, thresholds: Thresholds) -> YearOfLooks:
    """Of the working schools of the territory; a year without them or without results has no rows."""
    keys = dict(schools_inside(territory).values_list("public_id", "pk"))
    if not keys or not data.current_results(territory, [year]).exists():
        return YearOfLooks(thresholds, {}, "", [], [], [], [])
    schools = school_table(territory, year)
    found = objectivity(data.tallies(territory, (year - 1, year), of=data.OF_SIGNS), schools, year)
    signs = list(_signs(found, keys, year))
    levels, failure = _levels(territory, schools, year)
    conditions = context(schools)
    told = _clusters(schools, conditions, levels, thresholds, keys, year)
    areas = _areas(territory, schools, signs, told.rows, year)
    results = list(_results(territory, told.rows, year))
    return YearOfLooks(thresholds, told.limits, failure, signs, told.rows, areas, results)


def _signs(found: Objectivity, keys: Mapping[str, int], year: int) -> Sequence[dict[str, Any]]:
    rows = []
    for school in found.school_ids:
        known = {one.sign.id: one for one in found.findings(school) if one.shown is not None}
        if not known:
            continue
        shown = [code for code, one in known.items() if one.shown]
        rows.append(
            {
                "organisation": keys[school],
                "year": year,
                "judged": len(known),
                "shown": len(shown),
                "kinds": len({known[code].sign.group for code in shown}),
                "codes": f" {' '.join(shown)} " if shown else "",
                "figures": {code: figures_of(one) for code, one in known.items()},
            }
        )
    return rows


def _levels(territory: Organisation, schools: pa.Table, year: int) -> tuple[dict[str, dict[str, Any]], str]:
    """School -> works, failed and the share with its size considered; nothing where there is nothing to judge by."""
    from opora.identification.running import Aggregated, identify

    fair = rule("fair")
    counts = data.counts(territory, fair.years(year, fair.read(LEVELS)))
    try:
        table = identify(Aggregated(counts), schools, fair, year, LEVELS).outcome.table
    except Unfit as problem:
        return {}, str(problem)
    names = ("school_id", "works", "failed", "share")
    rows = table.select(list(names)).to_pylist()
    return {row["school_id"]: row for row in rows if row["share"] is not None}, ""


@dataclass(frozen=True)
class _Told:
    rows: list[dict[str, Any]]
    limits: dict[str, float]


def _clusters(
    schools: pa.Table,
    conditions: Context,
    levels: Mapping[str, dict[str, Any]],
    thresholds: Thresholds,
    keys: Mapping[str, int],
    year: int,
) -> _Told:
    ids = schools["school_id"].to_pylist()
    nothing = {"works": 0, "failed": 0, "share": None}
    told = [levels.get(one, nothing) for one in ids]
    failing = np.array([np.nan if one["share"] is None else one["share"] for one in told], dtype=np.float64)
    found = clusters(failing, conditions.index, thresholds)
    parts = {name: values.tolist() for name, values in conditions.parts.items()}
    rows = [
        {
            "organisation": keys[school],
            "year": year,
            "cluster": found.names[i],
            "reason": found.reasons[i],
            **{name: told[i][name] for name in nothing},
            "index": _number(conditions.index[i]),
            "known": float(conditions.known[i]),
            "parts": {name: round(values[i], 4) for name, values in parts.items() if not np.isnan(values[i])},
            "missing": list(conditions.missing[i]),
        }
        for i, school in enumerate(ids)
    ]
    limits = {name: getattr(found, name) for name in ("low_from", "good_to", "leading_to", "adverse_from")}
    return _Told(rows, {name: value for name, value in limits.items() if not np.isnan(value)})


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _areas(
    territory: Organisation,
    schools: pa.Table,
    signs: Sequence[Mapping[str, Any]],
    told: Sequence[Mapping[str, Any]],
    year: int,
) -> list[dict[str, Any]]:
    """The sums of the territory and of each municipality of it."""
    paths = dict(zip((row["organisation"] for row in told), schools["municipality_id"].to_pylist(), strict=True))
    sums: dict[str, _Sum] = defaultdict(_Sum)
    judged = {row["organisation"]: row for row in signs}
    for row in told:
        for digits in (LEVEL, 2 * LEVEL):
            sums[paths[row["organisation"]][:digits]].add(row["cluster"], judged.get(row["organisation"]))
    areas = dict(Organisation.objects.inside(territory).filter(path__in=sums).values_list("path", "pk"))
    return [{"area": pk, "year": year, **sums[path].values} for path, pk in areas.items()]


class _Sum:
    """The schools of one area."""

    def __init__(self) -> None:
        self.schools = self.judged = self.shown = self.several = 0
        self.signs: dict[str, list[int]] = {sign.id: [0, 0] for sign in SIGNS}
        self.clusters: Counter[str] = Counter()

    def add(self, cluster: str, signs: Mapping[str, Any] | None) -> None:
        self.schools += 1
        self.clusters[cluster] += 1
        if signs is None:
            return
        self.judged += 1
        self.shown += signs["shown"] > 0
        self.several += signs["kinds"] > 1
        for code, (shown, *_) in signs["figures"].items():
            self.signs[code][0] += bool(shown)
            self.signs[code][1] += 1

    @property
    def values(self) -> dict[str, Any]:
        counted = {"schools": self.schools, "judged": self.judged, "shown": self.shown, "several": self.several}
        return {**counted, "signs": self.signs, "clusters": dict(self.clusters)}


def _results(territory: Organisation, told: Sequence[Mapping[str, Any]], year: int) -> Sequence[dict[str, Any]]:
    """Quartiles of the share that failed, by cluster and work."""
    cluster = {row["organisation"]: row["cluster"] for row in told if row["cluster"] != "unknown"}
    names = ("organisation", "procedure", "subject", "grade", "participants", "failed")
    counted = data.current_results(territory, [year]).filter(participants__gt=0).values_list(*names)
    shares: dict[tuple[str, Work], list[float]] = defaultdict(list)
    for school, procedure, subject, grade, participants, failed in counted.iterator(chunk_size=5000):
        if school in cluster:
            shares[cluster[school], (procedure, subject, grade)].append(failed / participants)
    rows = []
    for (name, (procedure, subject, grade)), values in sorted(shares.items()):
        lower, middle, upper = (float(one) for one in np.percentile(values, [25, 50, 75]))
        work = {"procedure": procedure, "subject": subject, "grade": grade}
        quartiles = {"schools": len(values), "lower": lower, "middle": middle, "upper": upper}
        kept = {"shares": [round(one, 4) for one in sorted(values)]}
        rows.append({"territory": territory.pk, "year": year, "cluster": name, **work, **quartiles, **kept})
    return rows
