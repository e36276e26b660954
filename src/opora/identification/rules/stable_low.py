"""`stable-low`: low in Russian and in mathematics, year after year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from opora.identification.arrays import Array
from opora.identification.rules import counted
from opora.identification.rules.base import Evidence, Measured, Outcome, Parameter, Values, at_least
from opora.identification.rules.fioko import MIN_PARTICIPANTS, THRESHOLD
from opora.identification.rules.words import Works, share_said, works

if TYPE_CHECKING:
    import pyarrow as pa

RUSSIAN: Final = ("rus",)
MATHEMATICS: Final = ("mat", "mat_base", "mat_prof")

_YEARS_RUS = Evidence("low_years_rus", "integer", "Лет с низкими результатами по русскому языку", "лет")
_YEARS_MAT = Evidence("low_years_mat", "integer", "Лет с низкими результатами по математике", "лет")
_PARTICIPANTS = Evidence("participants", "integer", "Участий за все годы", "участий")


class StableLow(counted.CountedRule):
    id = "stable-low"
    version = "1"
    title = "Устойчиво низкие результаты (НИУ ВШЭ)"
    source = "НИУ ВШЭ: школы с устойчиво низкими результатами – по русскому языку и математике несколько лет подряд"
    limits = (
        "Школа, где в каком-то году участников меньше минимума или нет работ, в список не попадает: год не доказан. "
        "Устойчивость отсеивает случайные провалы, но и тех, кому стало плохо недавно."
    )
    parameters = (
        Parameter("years", "integer", 3, "Сколько последних лет подряд", "лет", least=1, most=10),
        THRESHOLD,
        MIN_PARTICIPANTS,
        Parameter(
            "within", "choice", "any",
            "Низкие результаты по предмету: в любой процедуре, в каждой или во всех вместе",
            choices=("any", "all", "pooled"),
            words=("в любой процедуре", "в каждой процедуре", "во всех процедурах вместе"),
        ),
        counted.parameter(),
    )  # fmt: skip
    evidence = (_YEARS_RUS, _YEARS_MAT, _PARTICIPANTS)

    def years(self, year: int, values: Values) -> tuple[int, ...]:
        return tuple(range(year - int(values["years"]) + 1, year + 1))

    def judge(self, measured: Measured, schools: pa.Table, year: int, values: Values) -> Outcome:
        found = works(measured["works"], schools)
        years = self.years(year, values)
        low = {
            name: np.array([_low(found, found.of_subjects(subjects) & (found.year == one), values) for one in years])
            for name, subjects in (("rus", RUSSIAN), ("mat", MATHEMATICS))
        }
        rus, mat = low["rus"].sum(axis=0), low["mat"].sum(axis=0)
        flagged = (rus == len(years)) & (mat == len(years))
        return Outcome.of(
            schools, flagged, self._reasons(found, low, flagged, years, values),
            {_YEARS_RUS: rus, _YEARS_MAT: mat, _PARTICIPANTS: found.per_school(found.year > 0, found.participants)},
        )  # fmt: skip

    def _reasons(
        self, found: Works, low: dict[str, Array], flagged: Array, years: tuple[int, ...], values: Values
    ) -> list[str]:
        words = {"rus": "по русскому языку", "mat": "по математике"}
        counts: dict[tuple[str, int], list[tuple[int, int]]] = {}
        for name, subjects in (("rus", RUSSIAN), ("mat", MATHEMATICS)):
            for one in years:
                mine = found.of_subjects(subjects) & (found.year == one)
                part, whole = found.per_school(mine, found.failed), found.per_school(mine, found.participants)
                counts[name, one] = list(zip(part.tolist(), whole.tolist(), strict=True))
        reasons = []
        for place, flag in enumerate(flagged.tolist()):
            said = []
            for name, subject in words.items():
                by_year = ", ".join(f"{one} – {share_said(*counts[name, one][place])}" for one in years)
                said.append(f"{subject} низкие в {int(low[name][:, place].sum())} из {len(years)} лет ({by_year})")
            reasons.append(
                f"{'В списке' if flag else 'Не в списке'}: {'; '.join(said)}; нужны все годы по обоим предметам."
            )
        return reasons


def _low(found: Works, mine: Array, values: Values) -> Array:
    """Schools that are low in the works of one subject and year."""
    least, threshold = int(values["min_participants"]), values["threshold"]
    if values["within"] == "pooled":
        part, whole = found.per_school(mine, found.failed), found.per_school(mine, found.participants)
        pooled: Array = (whole >= least) & at_least(part, whole, threshold)
        return pooled
    counted_ones = mine & (found.participants >= least)
    low = found.per_school(counted_ones & at_least(found.failed, found.participants, threshold))
    needed: Array = np.ones_like(low) if values["within"] == "any" else found.per_school(counted_ones)
    enough: Array = (low > 0) & (low >= needed)
    return enough
