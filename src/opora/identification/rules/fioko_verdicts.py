"""The verdicts of `fioko-2025` and a sentence for each school with the counts of its low procedures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from opora.identification import arrays
from opora.identification.arrays import Array, integers
from opora.identification.rules.base import Measured, Values
from opora.identification.rules.counted import PACKED
from opora.identification.rules.words import MOST, Works, in_procedures, more, percent, places, share_said, works

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Verdicts:
    """Arrays in the order of the schools."""

    flagged: Array
    reasons: pa.Array
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
    counted = (flagged, first, low_now, low_repeated)
    reasons = _Sentences(low, now, earlier, year, values).of(*counted, participants, failed, whole)
    return Verdicts(flagged, reasons, low_now, low_repeated, participants, share)


class _Sentences:
    """A part of a sentence is put into words once for all schools that share it, and joined by Arrow."""

    def __init__(self, low: Works, now: Array, earlier: Array, year: int, values: Values) -> None:
        self.low, self.rows, self.earlier, self.year = low, low.in_order(now), earlier, year
        self.least, self.procedures = values["min_participants"], values["procedures"]
        self.needed = f"порог {percent(float(values['threshold']))}, не менее {self.least} участников"

    def of(
        self, flagged: Array, first: Array, low_now: Array, low_repeated: Array, participants: Array, failed: Array,
        whole: Array,
    ) -> pa.Array:  # fmt: skip
        some = low_now > 0
        parts = [one[some] for one in (flagged, first, low_now, low_repeated)]
        none = [one[~some] for one in (participants > 0, failed, whole)]
        order = np.empty(len(some), np.int64)
        order[np.concatenate([np.flatnonzero(some), np.flatnonzero(~some)])] = np.arange(len(some))
        return arrays.taken(arrays.concatenated(self._with_low(*parts), arrays.told(none, self._without_low)), order)

    def _with_low(self, flagged: Array, first: Array, low_now: Array, low_repeated: Array) -> pa.Array:
        repeated = self.rows[self.earlier[self.rows] >= 0]
        shown, again = _first(self.low, self.rows), _first(self.low, repeated)
        before = arrays.told([one[self.earlier[again]] for one in (self.low.failed, self.low.participants)], share_said)
        both = arrays.joined(self.low.said(again), before, by=", годом раньше ")
        return arrays.joined(
            arrays.told((flagged, low_now), self._head),
            arrays.in_lists(self.low.said(shown), np.minimum(low_now, MOST), by="; "),
            arrays.told((low_now, low_repeated), self._between),
            arrays.in_lists(both, np.minimum(low_repeated, MOST), by="; "),
            arrays.told((low_repeated, first), self._tail),
        )

    def _head(self, flagged: int, low_now: int) -> str:
        verdict = "В списке" if flagged else "Не в списке"
        return f"{verdict}: в {self.year} году низкие результаты в {low_now} {in_procedures(low_now)}: "

    def _between(self, low_now: int, low_repeated: int) -> str:
        return f"{more(low_now)}; два года подряд{': ' if low_repeated else ' – ни в одной'}"

    def _tail(self, low_repeated: int, first: int) -> str:
        return f"{more(low_repeated)} ({self.needed}{'' if first else f'; нужно {self.procedures}'})."

    def _without_low(self, participants: int, failed: int, whole: int) -> str:
        if not participants:
            return f"Не в списке: за {self.year} год нет участников учитываемых процедур."
        if not whole:
            return f"Не в списке: в {self.year} году ни в одной процедуре нет {self.least} участников."
        return (
            f"Не в списке: в {self.year} году низких результатов нет, наибольшая доля «2» –"
            f" {percent(failed / whole)} ({self.needed})."
        )


def _first(low: Works, rows: Array) -> Array:
    """Of rows in the order of schools, those that a sentence names."""
    school = low.school[rows]
    found: Array = rows[np.arange(len(rows)) - np.searchsorted(school, school) < MOST]
    return found
