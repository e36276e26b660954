"""`fioko-2025`: a third of the participants failed, in two procedures or in one two years running."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from opora.identification.rules import counted
from opora.identification.rules.base import Data, Evidence, Measured, Outcome, Parameter, Rule, Values, at_least
from opora.identification.rules.words import Works, listed, percent, procedure_words, works

if TYPE_CHECKING:
    import pyarrow as pa

THRESHOLD = Parameter("threshold", "share", 0.30, "Доля участников с отметкой «2», с которой результат низкий", "доля")
MIN_PARTICIPANTS = Parameter(
    "min_participants", "integer", 10, "Сколько участников процедуры нужно, чтобы её считать", "участников",
    least=1, most=5000,
)  # fmt: skip

_LOW_NOW = Evidence("low_now", "integer", "Процедур с низкими результатами в году", "процедур")
_LOW_REPEATED = Evidence("low_repeated", "integer", "Процедур с низкими результатами два года подряд", "процедур")
_PARTICIPANTS = Evidence("participants", "integer", "Участий в году во всех учитываемых процедурах", "участий")
_WORST = Evidence("worst_share", "share", "Наибольшая доля «2» в году, где участников достаточно", "доля")


class Fioko2025(Rule):
    id = "fioko-2025"
    version = "1"
    title = "Низкие результаты по ФИОКО (2025)"
    source = "Формулировка, приведённая в акте проверки Министерства образования Омской области, 2025 год"
    limits = (
        "Доля считается без поправки на размер школы: в малых школах она случайно бывает велика. Процедуры, где "
        "участников меньше минимума, не видны вовсе. Наименьшее число участников и соединение ветвей регион выбирает "
        "сам."
    )
    parameters = (
        THRESHOLD,
        MIN_PARTICIPANTS,
        Parameter(
            "procedures",
            "integer",
            2,
            "Сколько процедур с низкими результатами нужно в году",
            "процедур",
            least=1,
            most=50,
        ),
        Parameter("join", "choice", "any", "Ветви: достаточно любой (any) или нужны обе (all)", choices=("any", "all")),
        counted.parameter(),
    )
    evidence = (_LOW_NOW, _LOW_REPEATED, _PARTICIPANTS, _WORST)

    def years(self, year: int, values: Values) -> tuple[int, ...]:
        return (year - 1, year)

    def wanted(self, values: Values) -> tuple[counted.Pair, ...]:
        return counted.pairs(values["counted"])

    def measure(self, data: Data, year: int, values: Values) -> Mapping[str, Any]:
        return {"works": counted.only(data.counts, self.years(year, values), self.wanted(values))}

    def judge(self, measured: Measured, schools: pa.Table, year: int, values: Values) -> Outcome:
        found = works(measured["works"], schools)
        enough = found.participants >= int(values["min_participants"])
        low = enough & at_least(found.failed, found.participants, values["threshold"])
        now = found.year == year
        before = found.keys_of(low & ~now)
        repeated = low & now & np.isin(found.key, before)
        low_now = found.per_school(low & now)
        low_repeated = found.per_school(repeated)
        first = low_now >= int(values["procedures"])
        second = low_repeated >= 1
        flagged = first & second if values["join"] == "all" else first | second
        worst = np.full(found.schools, np.nan)
        np.fmax.at(worst, found.school[now & enough], found.share[now & enough])
        participants = found.per_school(now, found.participants)
        reasons = _Reasons(found, low, repeated, year, values).of(flagged, low_now, first, second, participants, worst)
        return Outcome.of(
            schools, flagged, reasons,
            {_LOW_NOW: low_now, _LOW_REPEATED: low_repeated, _PARTICIPANTS: participants, _WORST: worst},
        )  # fmt: skip


class _Reasons:
    """The sentence for each school with the counts of its low procedures."""

    def __init__(self, found: Works, low: Any, repeated: Any, year: int, values: Values) -> None:
        self.year, self.values = year, values
        self.needed = f"порог {percent(float(values['threshold']))}, не менее {values['min_participants']} участников"
        self.low: dict[int, list[str]] = {}
        self.repeated: dict[int, list[str]] = {}
        earlier = found.row_of(low & (found.year != year))
        for row in found.in_order(low & (found.year == year)):
            school = int(found.school[row])
            said = f"{found.title(row)} – {found.said(row)}"
            self.low.setdefault(school, []).append(said)
            if repeated[row]:
                self.repeated.setdefault(school, []).append(
                    f"{said}, годом раньше {found.said(earlier[int(found.key[row])])}"
                )

    def of(self, flagged: Any, low_now: Any, first: Any, second: Any, participants: Any, worst: Any) -> list[str]:
        return [self._one(place, *said) for place, said in enumerate(zip(
            flagged.tolist(), low_now.tolist(), first.tolist(), second.tolist(), participants.tolist(), worst.tolist(),
            strict=True,
        ))]  # fmt: skip

    def _one(self, place: int, flagged: bool, low_now: int, first: bool, second: bool, total: int, worst: float) -> str:
        if not total:
            return f"Не в списке: за {self.year} год нет участников учитываемых процедур."
        if not low_now:
            if worst != worst:  # NaN: no procedure has enough participants
                needed = self.values["min_participants"]
                return f"Не в списке: в {self.year} году ни в одной процедуре нет {needed} участников."
            return (
                f"Не в списке: в {self.year} году низких результатов нет, наибольшая доля «2» –"
                f" {percent(worst)} ({self.needed})."
            )
        low = f"в {self.year} году низкие результаты в {low_now} {procedure_words(low_now)}: {listed(self.low[place])}"
        again = f"два года подряд: {listed(self.repeated[place])}" if second else "два года подряд – ни в одной"
        verdict = "В списке" if flagged else "Не в списке"
        wanted = f"нужно {self.values['procedures']}" if not first else ""
        inside = "; ".join(one for one in (self.needed, wanted) if one)
        return f"{verdict}: {low}; {again} ({inside})."
