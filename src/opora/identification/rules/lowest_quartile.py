"""`lowest-quartile`: how many of a school's pupils are among the region's lowest quarter, compared inside clusters."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from opora.identification import arrays
from opora.identification.arrays import Array, integers
from opora.identification.rules import counted
from opora.identification.rules.base import Data, Evidence, Measured, Outcome, Parameter, Value, Values
from opora.identification.rules.ranking import ranked, worst_places
from opora.identification.rules.words import codes, places, share_said

if TYPE_CHECKING:
    import pyarrow as pa

_LARGE: Final = 1 << 22  # keys up to which counting each is quicker than sorting them
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
        return {
            "works": table.select("procedure", "subject", "grade", "school_id", "mark", "passed", "score", "pupils")
        }

    def judge(self, measured: Measured, schools: pa.Table, year: int, values: Values) -> Outcome:
        works = measured["works"]
        school = places(works, schools)
        if (school < 0).any():
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
    score, unscored = arrays.values(works.column("score"))
    group, groups = _numbered(key)
    marked = np.bincount(group, unscored, groups) > 0  # of a procedure with a work without points the marks are taken
    level, width = _numbered(np.where(marked[group], _by_mark(works), score))
    total = np.bincount(group * width + level, pupils, groups * width).astype(np.int64)
    total = np.cumsum(total.reshape(groups, width), axis=1)
    exact = Fraction(str(quartile))
    bound = np.argmax(total * exact.denominator >= total[:, -1:] * exact.numerator, axis=1)
    low: Array = level <= bound[group]
    return low


def _numbered(key: Array) -> tuple[Array, int]:
    """The place of each key among those that there are in order, and how many there are."""
    if key.max(initial=0) > _LARGE:
        found, place = np.unique(key, return_inverse=True)
        return place.reshape(-1), len(found)
    there = np.bincount(key) > 0
    return (np.cumsum(there) - 1)[key], int(there.sum())


def _by_mark(works: pa.Table) -> Array:
    """The mark; without one 2 for a work that did not pass, 3 for one that did."""
    mark, unmarked = arrays.values(works.column("mark"))
    passed, unknown = arrays.values(works.column("passed"))
    level: Array = np.where(unmarked, 2 + (passed | unknown), mark).astype(np.int64)
    return level
