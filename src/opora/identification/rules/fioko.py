"""`fioko-2025`: a third of the participants failed, in two procedures or in one two years running."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from opora.identification.rules import counted
from opora.identification.rules.base import Data, Evidence, Measured, Outcome, Parameter, Values, at_least

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


class Fioko2025(counted.CountedRule):
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
        Parameter(
            "join",
            "choice",
            "any",
            "Ветви: достаточно любой или нужны обе",
            choices=("any", "all"),
            words=("достаточно любой", "нужны обе"),
        ),
        counted.parameter(),
    )
    evidence = (_LOW_NOW, _LOW_REPEATED, _PARTICIPANTS, _WORST)

    def years(self, year: int, values: Values) -> tuple[int, ...]:
        return (year - 1, year)

    def measure(self, data: Data, year: int, values: Values) -> Mapping[str, Any]:
        """The low procedures of both years, and of each school the participants and the worst share of `year`."""
        works = counted.only(data.counts, self.years(year, values), self.wanted(values))
        enough = works.participants >= int(values["min_participants"])
        low = works.filter(enough, at_least(works.failed, works.participants, values["threshold"]))
        now = works.year == year
        share = works.failed / works.participants.nullif(0)  # only the order of shares is used here
        worst = (works.failed * counted.PACKED + works.participants).argmax(share, where=now & enough)
        schools = works.group_by("school_id").aggregate(
            participants=works.participants.sum(where=now).coalesce(0).cast("int64"), worst=worst.coalesce(0)
        )
        return {"low": low, "schools": schools}

    def judge(self, measured: Measured, schools: pa.Table, year: int, values: Values) -> Outcome:
        from opora.identification.rules.fioko_verdicts import judged

        found = judged(measured, schools, year, values)
        columns = (found.low_now, found.low_repeated, found.participants, found.worst_share)
        return Outcome.of(schools, found.flagged, found.reasons, dict(zip(self.evidence, columns, strict=True)))
