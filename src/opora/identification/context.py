"""The index of adverse conditions (ШНСУ): a weighted mean of standardised indicators of the passport.

Weights are a published parameter set (`parameters/context.yaml`, or a region's own file). A missing value is not zero:
the index of that school is the mean over what is known, `known` tells how much of the weight that is, and below
`least_known` there is no index at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from opora.identification import arrays
from opora.identification.errors import Unfit

if TYPE_CHECKING:
    import pyarrow as pa

    from opora.identification.statistics.cells import Floats

STANDARD = Path(__file__).parent / "parameters" / "context.yaml"
LEAST_KNOWN = 0.5


@dataclass(frozen=True, slots=True)
class Indicator:
    """A column of the passport: its title for people, relative weight, and whether more of it is worse."""

    name: str
    title: str
    weight: float
    adverse: bool


@dataclass(frozen=True, slots=True)
class Weights:
    version: str
    title: str
    source: str
    indicators: tuple[Indicator, ...]


def weights(path: Path = STANDARD) -> Weights:
    """A parameter set from its file; raises `Unfit` saying what is wrong with it."""
    try:
        said: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        indicators = tuple(
            Indicator(str(one["name"]), str(one["title"]), float(one["weight"]), bool(one["adverse"]))
            for one in said["indicators"]
        )
        found = Weights(str(said["version"]), str(said["title"]), str(said["source"]), indicators)
    except (yaml.YAMLError, KeyError, TypeError, ValueError, UnicodeDecodeError) as error:
        advice = "Нужны version, title, source и indicators с name, title, weight, adverse."
        raise Unfit(f"веса индекса не прочитаны: {error}.", advice, where=path.name) from error
    if not indicators or any(one.weight <= 0 for one in indicators):
        raise Unfit("веса должны быть больше нуля.", "Уберите показатель, который не учитывается.", where=path.name)
    if len({one.name for one in indicators}) < len(indicators):
        raise Unfit("показатель назван дважды.", "Оставьте каждый один раз.", where=path.name)
    return found


@dataclass(frozen=True)
class Context:
    """By school: the index (NaN where too little is known; 0 is the region's mean, 1 one standard deviation worse), the
    share of the weight that is known, and the titles of what is missing. `parts` are the standardised indicators."""

    index: Floats
    known: Floats
    missing: tuple[tuple[str, ...], ...]
    parts: Mapping[str, Floats]


def numbers(schools: pa.Table, name: str) -> Floats:
    """A column as numbers, NaN where it is empty or the table lacks it."""
    if name not in schools.column_names:
        return np.full(schools.num_rows, np.nan)
    import pyarrow.compute as pc

    found, empty = arrays.values(pc.cast(schools[name], "float64"))
    return np.where(empty, np.nan, found)


def standardised(values: Floats) -> Floats:
    """Deviations from the mean of what is known in standard deviations; zeros where all are equal."""
    there = ~np.isnan(values)
    if not there.any():
        return values
    known = values[there]
    spread = float(known.std())
    result: Floats = (values - known.mean()) / spread if spread > 1e-12 else values - known.mean()
    return result


def context(schools: pa.Table, by: Weights | None = None, *, least_known: float = LEAST_KNOWN) -> Context:
    """The index of every school of the table, in its order."""
    by = by or weights()
    rows = schools.num_rows
    parts = {
        one.name: standardised(numbers(schools, one.name)) * (1.0 if one.adverse else -1.0) for one in by.indicators
    }
    total, weight = np.zeros(rows), np.zeros(rows)
    for one in by.indicators:
        there = ~np.isnan(parts[one.name])
        total[there] += one.weight * parts[one.name][there]
        weight[there] += one.weight
    known = weight / sum(one.weight for one in by.indicators)
    enough = (known >= least_known) & (weight > 0)
    raw = np.where(enough, total / np.maximum(weight, 1e-12), np.nan)
    gaps = np.stack([np.isnan(parts[one.name]) for one in by.indicators], axis=1)
    titles = [one.title for one in by.indicators]
    missing = tuple(tuple(title for title, gap in zip(titles, row, strict=True) if gap) for row in gaps.tolist())
    return Context(standardised(raw), known, missing, parts)
