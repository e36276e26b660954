"""`lowest-quartile`: how many of a school's pupils are among the region's lowest quarter, compared inside clusters."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from opora.identification.arrays import Array, integers
from opora.identification.rules import counted
from opora.identification.rules.base import Data, Evidence, Measured, Outcome, Parameter, Value, Values
from opora.identification.rules.ranking import ranked, worst_places
from opora.identification.rules.words import codes, places, share_said

if TYPE_CHECKING:
    import pyarrow as pa

_PARTICIPANTS = Evidence("participants", "integer", "Участий в году", "участий")
_LOWEST = Evidence("lowest", "integer", "Из них в нижней четверти региона", "участий")
_SHARE = Evidence("lowest_share", "share", "Доля в нижней четверти региона", "доля")
_GROUP = Evidence("compared_in", "text", "Среди кого сравнивается: кластер или весь регион")
_PLACE = Evidence("place", "integer", "Место с худшего конца среди сравниваемых", "место")


class LowestQuartile(counted.CountedRule):
    id = "lowest-quartile"
    version = "1"
    title = "Доля обучающихся в нижней четверти региона (Санкт-Петербург)"
    source = "Санкт-Петербург: доля обучающихся школы в нижнем квартиле региона, сравнение внутри кластеров контекста"
    limits = (
        "Четверть считается по первичным баллам, а где их нет – по отметкам: тогда она грубая, в неё входят все с той "
        "же отметкой. Без столбца кластера школы сравниваются со всем регионом, и контекст не учтён."
    )
    parameters = (
        Parameter(
            "quartile", "share", 0.25, "Какая нижняя часть работ региона считается", "доля", least=0.01, most=0.99
        ),
        Parameter("share", "share", 0.10, "Какая часть школ каждого кластера попадает в список", "доля"),
        Parameter("min_participants", "integer", 10, "Сколько участий нужно", "участий", least=1, most=5000),
        Parameter("cluster", "text", "cluster", "Столбец списка школ с кластером контекста"),
        counted.parameter(),
    )
    evidence = (_PARTICIPANTS, _LOWEST, _SHARE, _GROUP, _PLACE)
    tallied = True

    def measure(self, data: Data, year: int, values: Values) -> Mapping[str, Any]:
        table = counted.only(data.tallies, self.years(year, values), self.wanted(values))
        key = ("procedure", "subject", "grade", "school_id", "mark", "passed", "score")
        return {"works": table.group_by(*key).aggregate(pupils=table.pupils.sum())}

    def judge(self, measured: Measured, schools: pa.Table, year: int, values: Values) -> Outcome:
        works = measured["works"]
        school = places(works, schools)
        works, school = works.filter(school >= 0), school[school >= 0]
        pupils = integers(works.column("pupils"))
        low = _lowest(works, _regions(schools)[school], pupils, values["quartile"])
        part, whole = np.zeros(schools.num_rows, np.int64), np.zeros(schools.num_rows, np.int64)
        np.add.at(part, school[low], pupils[low])
        np.add.at(whole, school, pupils)
        judged = whole >= int(values["min_participants"])
        share = np.where(judged, part / np.maximum(whole, 1), np.nan)
        groups, names = _groups(schools, str(values["cluster"]))
        place, size, allowed = (np.zeros(schools.num_rows, np.int64) for _ in range(3))
        for group in range(len(names)):
            mine = groups == group
            place[mine] = ranked(share[mine])
            size[mine] = judged[mine].sum()
            allowed[mine] = worst_places(int(judged[mine].sum()), values["share"])
        flagged = judged & (place <= allowed) & (part > 0)
        reasons = [
            _reason(flag, one, share_said(low_ones, total), rank, of, first, names[group])
            if one
            else f"Не в списке: в {year} году участий {total}, этого мало, чтобы оценить школу."
            for flag, one, low_ones, total, rank, of, first, group in zip(
                *(one.tolist() for one in (flagged, judged, part, whole, place, size, allowed, groups)), strict=True
            )
        ]
        compared = [names[group] for group in groups.tolist()]
        shown = np.where(judged, place, np.nan)
        return Outcome.of(
            schools, flagged, reasons,
            {_PARTICIPANTS: whole, _LOWEST: part, _SHARE: share, _GROUP: compared, _PLACE: shown},
        )  # fmt: skip


def _reason(flag: bool, judged: bool, share: str, place: int, of: int, first: int, group: str) -> str:
    where = "во всём регионе, кластер не указан" if group == "регион" else f"в кластере «{group}»"
    return (
        f"{'В списке' if flag else 'Не в списке'}: в нижней четверти региона {share}, место {place} с худшего конца из"
        f" {of} {where}; в список входят первые {first}."
    )


def _regions(schools: pa.Table) -> Array:
    """The number of each school's region; one where the list does not tell."""
    if "region_id" not in schools.column_names:
        return np.zeros(schools.num_rows, np.int64)
    return codes(schools.column("region_id").fill_null(""))[0]


def _groups(schools: pa.Table, column: str) -> tuple[Array, list[str]]:
    """The cluster of each school; «регион» where the list has no such column or value."""
    import pyarrow as pa

    if column not in schools.column_names:
        return np.zeros(schools.num_rows, np.int64), ["регион"]
    return codes(schools.column(column).cast(pa.string()).fill_null("регион"))


def _lowest(works: pa.Table, region: Array, pupils: Array, quartile: Value) -> Array:
    """Whether works are in the lowest part of their procedure in their region.

    The bound is the least level that at least this part of the works does not exceed; works at the bound are in.
    """
    key = region
    for name in ("procedure", "subject"):
        numbers, texts = codes(works.column(name))
        key = key * max(len(texts), 1) + numbers
    key = key * 12 + integers(works.column("grade"))
    mark = works.column("mark").fill_null(0).to_numpy().astype(np.int64)
    passed = works.column("passed").fill_null(True).to_numpy(zero_copy_only=False).astype(np.int64)
    score = works.column("score").fill_null(-1).to_numpy().astype(np.int64)
    exact = Fraction(str(quartile))
    low = np.zeros(len(key), bool)
    order = np.argsort(key, kind="stable")
    bounds = np.flatnonzero(np.diff(key[order])) + 1
    for rows in np.split(order, bounds):
        if not len(rows):
            continue
        scored = bool((score[rows] >= 0).all())
        level = score[rows] if scored else np.where(mark[rows] > 0, mark[rows], 2 + passed[rows])
        by_level = np.argsort(level, kind="stable")
        total = np.cumsum(pupils[rows][by_level])
        first = np.searchsorted(total * exact.denominator, int(total[-1]) * exact.numerator, side="left")
        low[rows] = level <= level[by_level][first]
    return low
