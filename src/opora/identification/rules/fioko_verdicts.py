"""The verdicts of `fioko-2025` and a sentence for each school with the counts of its low procedures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from opora.identification.arrays import Array, integers
from opora.identification.rules.base import Measured, Values
from opora.identification.rules.fioko import PACKED
from opora.identification.rules.words import MOST, Works, in_procedures, listed, percent, places, works

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Verdicts:
    """Arrays in the order of the schools."""

    flagged: Array
    reasons: list[str]
    low_now: Array
    low_repeated: Array
    participants: Array
    worst_share: Array


def judged(measured: Measured, schools: pa.Table, year: int, values: Values) -> Verdicts:
    low, totals = works(measured["low"], schools), measured["schools"]
    now = low.year == year
    earlier = np.where(now, low.row_of(~now), -1)
    repeated = earlier >= 0
    low_now, low_repeated = low.per_school(now), low.per_school(repeated)
    first, second = low_now >= int(values["procedures"]), low_repeated >= 1
    flagged = first & second if values["join"] == "all" else first | second
    place = places(totals, schools)
    known = place >= 0
    participants, worst = np.zeros((2, low.schools), np.int64)
    participants[place[known]] = integers(totals.column("participants"))[known]
    worst[place[known]] = integers(totals.column("worst"))[known]
    failed, whole = np.divmod(worst, PACKED)
    share = np.where(whole > 0, failed / np.maximum(whole, 1), np.nan)
    said = _Sentences(low, now, earlier, year, values)
    columns = (flagged, first, low_now, low_repeated, participants, share)
    reasons = [said.of(school, *one) for school, one in enumerate(zip(*(c.tolist() for c in columns), strict=True))]
    return Verdicts(flagged, reasons, low_now, low_repeated, participants, share)


class _Sentences:
    def __init__(self, low: Works, now: Array, earlier: Array, year: int, values: Values) -> None:
        self.year, self.values = year, values
        self.needed = f"порог {percent(float(values['threshold']))}, не менее {values['min_participants']} участников"
        self.percent = cache(percent)
        rows = low.in_order(now)
        first = _first(low, rows)
        self.now = _by_school(low, first, _said(low, first))
        first = _first(low, rows[earlier[rows] >= 0])
        both = zip(_said(low, first), low.shares_said(earlier[first]), strict=True)
        self.repeated = _by_school(low, first, [f"{one}, годом раньше {other}" for one, other in both])

    def of(
        self, school: int, flagged: bool, first: bool, low_now: int, low_repeated: int, participants: int, worst: float
    ) -> str:
        if not participants:
            return f"Не в списке: за {self.year} год нет участников учитываемых процедур."
        if not low_now:
            if worst != worst:  # NaN: no procedure has enough participants
                needed = self.values["min_participants"]
                return f"Не в списке: в {self.year} году ни в одной процедуре нет {needed} участников."
            return (
                f"Не в списке: в {self.year} году низких результатов нет, наибольшая доля «2» –"
                f" {self.percent(worst)} ({self.needed})."
            )
        low = (
            f"в {self.year} году низкие результаты в {low_now} {in_procedures(low_now)}:"
            f" {listed(self.now[school], of=low_now)}"
        )
        again = (
            f"два года подряд: {listed(self.repeated[school], of=low_repeated)}"
            if low_repeated
            else "два года подряд – ни в одной"
        )
        verdict = "В списке" if flagged else "Не в списке"
        wanted = "" if first else f"; нужно {self.values['procedures']}"
        return f"{verdict}: {low}; {again} ({self.needed}{wanted})."


def _first(low: Works, rows: Array) -> Array:
    """Of rows in the order of schools, those that a sentence names."""
    school = low.school[rows]
    found: Array = rows[np.arange(len(rows)) - np.searchsorted(school, school) < MOST]
    return found


def _said(low: Works, rows: Array) -> list[str]:
    """«ВПР, математика, 5 класс – 9 из 23 (39,1 %)» of each row."""
    return [f"{one} – {said}" for one, said in zip(low.titles(rows), low.shares_said(rows), strict=True)]


def _by_school(low: Works, rows: Array, said: list[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for school, one in zip(low.school[rows].tolist(), said, strict=True):
        found.setdefault(school, []).append(one)
    return found
