"""A region's own rule as a YAML: indicators (shares of the failed), their thresholds, and how they join.

`declaring` reads it.

id: our-rule
version: "1"
title: Школы с низкими результатами по приказу № 1
source: Приказ министерства от 01.02.2026 № 1
join: 2                  # any, all, or how many indicators
indicators:
  - name: oge_mat
    title: ОГЭ по математике за три года
    counted: oge:mat     # as the parameter of other rules
    years: 3             # works of so many last years together (1)
    threshold: 0.25      # share of the failed
    min_participants: 10 # (10)
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from opora.identification.rules import counted
from opora.identification.rules.base import Data, Evidence, Measured, Outcome, Parameter, Rule, Values, at_least
from opora.identification.rules.words import listed, percent, share_said, works

if TYPE_CHECKING:
    import pyarrow as pa

TEXTS: Final = ("id", "version", "title", "source")


@dataclass(frozen=True)
class Indicator:
    name: str
    title: str
    pairs: tuple[counted.Pair, ...]
    years: int


class Declared(Rule):
    """The rule of a YAML. Thresholds and minimums are its parameters."""

    def __init__(
        self,
        said: Mapping[str, str],
        indicators: tuple[Indicator, ...],
        parameters: tuple[Parameter, ...],
        text: str,
    ) -> None:
        self.id, self.version, self.title, self.source = (said[name] for name in TEXTS)
        self.limits = said.get("limits", "")
        self.code = hashlib.sha256(text.encode()).hexdigest()
        self.indicators = indicators
        self.parameters = parameters
        self._low = Evidence("low", "integer", "Показателей на пороге и выше", "показателей")
        self._shares = [Evidence(f"share_{one.name}", "share", one.title, "доля") for one in indicators]
        self.evidence = (self._low, *self._shares)

    def years(self, year: int, values: Values) -> tuple[int, ...]:
        return tuple(range(year - max(one.years for one in self.indicators) + 1, year + 1))

    def wanted(self, values: Values) -> tuple[counted.Pair, ...]:
        return tuple(sorted({pair for one in self.indicators for pair in one.pairs}))

    def measure(self, data: Data, year: int, values: Values) -> Mapping[str, Any]:
        return {"works": counted.only(data.counts, self.years(year, values), self.wanted(values))}

    def judge(self, measured: Measured, schools: pa.Table, year: int, values: Values) -> Outcome:
        found = works(measured["works"], schools)
        low = np.zeros(found.schools, np.int64)
        columns: dict[Evidence, Any] = {}
        said: list[list[str]] = [[] for _ in range(found.schools)]
        for one, evidence in zip(self.indicators, self._shares, strict=True):
            mine = found.of_pairs(one.pairs) & (found.year > year - one.years) & (found.year <= year)
            whole, part = found.per_school(mine, found.participants), found.per_school(mine, found.failed)
            threshold = float(values[f"threshold_{one.name}"])
            enough = whole >= int(values[f"min_participants_{one.name}"])
            reached = enough & at_least(part, whole, threshold)
            low += reached
            columns[evidence] = np.where(whole > 0, part / np.maximum(whole, 1), np.nan)
            for place in np.flatnonzero(reached).tolist():
                counts = share_said(int(part[place]), int(whole[place]))
                said[place].append(f"{one.title} – {counts}, порог {percent(threshold)}")
        flagged = low >= int(values["join"])
        reasons = [
            f"{'В списке' if flag else 'Не в списке'}: на пороге и выше {count} из {len(self.indicators)} показателей"
            f" (нужно {values['join']}){': ' + listed(parts) if parts else ''}."
            for flag, count, parts in zip(flagged.tolist(), low.tolist(), said, strict=True)
        ]
        return Outcome.of(schools, flagged, reasons, {self._low: low, **columns})
