"""A region's own rule as a YAML: indicators (shares of the failed), their thresholds, and how they join.

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

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import yaml

from opora.identification.errors import Unfit
from opora.identification.rules import counted
from opora.identification.rules.base import Data, Evidence, Measured, Outcome, Parameter, Rule, Values, at_least
from opora.identification.rules.words import listed, percent, share_said, works

if TYPE_CHECKING:
    import pyarrow as pa

_TEXTS: Final = ("id", "version", "title", "source")
_OF_RULE: Final = frozenset((*_TEXTS, "limits", "join", "indicators"))
_OF_INDICATOR: Final = frozenset(("name", "title", "counted", "years", "threshold", "min_participants"))
_YEARS = Parameter("years", "integer", 1, "Сколько последних лет складывается", "лет", least=1, most=10)
_THRESHOLD = Parameter("threshold", "share", 0.3, "Порог доли «2»", "доля")
_MIN = Parameter("min_participants", "integer", 10, "Сколько участников нужно", "участников", least=1, most=50_000)


@dataclass(frozen=True)
class Indicator:
    name: str
    title: str
    pairs: tuple[counted.Pair, ...]
    years: int


class Declared(Rule):
    """The rule of a YAML. Thresholds and minimums are its parameters."""

    def __init__(self, said: Mapping[str, Any], indicators: tuple[Indicator, ...], parameters: tuple[Parameter, ...]):
        self.id, self.version, self.title, self.source = (str(said[name]) for name in _TEXTS)
        self.limits = str(said.get("limits", ""))
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


def declared(path: Path) -> Declared:
    """The rule of a file; raises `Unfit` naming the field that is wrong."""
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise Unfit("файл не в UTF-8.", "Сохраните его в этой кодировке.", where=str(path)) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" в строке {mark.line + 1}" if mark else ""
        raise Unfit(f"YAML не разобран{line}.", "Проверьте отступы и двоеточия.", where=str(path)) from error
    try:
        return _rule(said)
    except Unfit as error:
        raise Unfit(str(error), where=str(path)) from error


def _rule(said: Any) -> Declared:
    _known(said, _OF_RULE, "правила")
    if lacking := [name for name in _TEXTS if not said.get(name)]:
        raise Unfit(f"не указано: {', '.join(lacking)}.")
    listed_ones = said.get("indicators")
    if not isinstance(listed_ones, list) or not listed_ones:
        raise Unfit("нет показателей.", "Впишите список indicators.")
    indicators: list[Indicator] = []
    parameters: list[Parameter] = []
    for one in listed_ones:
        indicator, own = _indicator(one)
        if indicator.name in {other.name for other in indicators}:
            raise Unfit(f"показатель {indicator.name} назван дважды.")
        indicators.append(indicator)
        parameters += own
    joins = {"any": 1, "all": len(indicators)}
    join = said.get("join", "any")
    needed = Parameter("join", "integer", 1, "Сколько показателей нужно", "показателей", least=1, most=len(indicators))
    value = needed.read(joins.get(join, join) if isinstance(join, str) else join)
    return Declared(said, tuple(indicators), (_with(needed, value), *parameters))


def _indicator(said: Any) -> tuple[Indicator, list[Parameter]]:
    _known(said, _OF_INDICATOR, "показателя")
    name = str(said.get("name", ""))
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name):
        raise Unfit(f"имя показателя «{name}»: нужны строчные латинские буквы, цифры и подчёркивание.")
    if not said.get("counted"):
        raise Unfit(f"у показателя {name} не указано counted.", "Например, oge:mat.")
    if "threshold" not in said:
        raise Unfit(f"у показателя {name} не указан threshold.", "Например, 0.3.")
    title = str(said.get("title") or name)
    years = int(_YEARS.read(said.get("years", 1)))
    own = [
        _with(one, one.read(said.get(one.name, one.default)), f"{one.name}_{name}", f"{one.title}: {title}")
        for one in (_THRESHOLD, _MIN)
    ]
    return Indicator(name, title, counted.pairs(said["counted"]), years), own


def _known(said: Any, names: frozenset[str], whose: str) -> None:
    if not isinstance(said, dict):
        raise Unfit(f"описание {whose} – не набор полей.", f"Поля: {', '.join(sorted(names))}.")
    if unknown := [str(one) for one in said if one not in names]:
        raise Unfit(f"у {whose} нет поля {', '.join(unknown)}.", f"Поля: {', '.join(sorted(names))}.")


def _with(one: Parameter, default: Any, name: str = "", title: str = "") -> Parameter:
    return Parameter(
        name or one.name, one.kind, default, title or one.title, one.unit, one.least, one.most, one.choices
    )
