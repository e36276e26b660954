"""`rating-sum`: a full rating by each indicator, the sum of the places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from opora.identification.arrays import Array
from opora.identification.columns import PROCEDURES, SUBJECTS
from opora.identification.rules import counted
from opora.identification.rules.base import Evidence, Measured, Outcome, Parameter, Values
from opora.identification.rules.ranking import ranked, worst_places
from opora.identification.rules.words import listed, percent, share_said, works

if TYPE_CHECKING:
    import pyarrow as pa

_SUM = Evidence("places_sum", "number", "Сумма мест, меньше – хуже", "мест")
_INDICATORS = Evidence("indicators", "integer", "Показателей, по которым у школы есть результаты", "показателей")
_PARTICIPANTS = Evidence("participants", "integer", "Участий в году", "участий")
_PLACE = Evidence("place", "integer", "Место с худшего конца", "место")


class RatingSum(counted.CountedRule):
    id = "rating-sum"
    version = "1"
    title = "Сумма мест по всем показателям (Республика Алтай)"
    source = "Республика Алтай, приказ № 520: полный рейтинг школ по каждому показателю и сумма мест"
    limits = (
        "Место не говорит, насколько школа хуже соседней: близкие доли далеко расходятся по местам. Показатель, "
        "которого у школы нет, даёт ей среднее место."
    )
    parameters = (
        Parameter("share", "share", 0.10, "Какая часть оцениваемых школ попадает в список", "доля"),
        Parameter(
            "min_participants", "integer", 5, "Сколько участников нужно показателю", "участников", least=1, most=5000
        ),
        Parameter("min_indicators", "integer", 2, "Сколько показателей нужно школе", "показателей", least=1, most=50),
        counted.parameter(),
    )
    evidence = (_SUM, _INDICATORS, _PARTICIPANTS, _PLACE)

    def judge(self, measured: Measured, schools: pa.Table, year: int, values: Values) -> Outcome:
        found = works(measured["works"], schools)
        this_year = found.year == year
        doubled, indicators = np.zeros(found.schools, np.int64), np.zeros(found.schools, np.int64)
        told: list[list[str]] = [[] for _ in range(found.schools)]
        for procedure, subject in self.wanted(values):
            mine = found.of_pairs([(procedure, subject)]) & this_year
            part, whole = found.per_school(mine, found.failed), found.per_school(mine, found.participants)
            there = whole >= int(values["min_participants"])
            if not there.any():
                continue
            place = ranked(np.where(there, part / np.maximum(whole, 1), np.nan))
            rated = int(there.sum())
            doubled += np.where(there, 2 * place, rated + 1)
            indicators += there
            title = f"{PROCEDURES.get(procedure, procedure)}, {SUBJECTS.get(subject, subject)}"
            for one in np.flatnonzero(there).tolist():
                counts = share_said(int(part[one]), int(whole[one]))
                told[one].append(f"{title} – {counts}, место {int(place[one])} из {rated}")
        judged = indicators >= int(values["min_indicators"])
        place = ranked(np.where(judged, -doubled.astype(np.float64), np.nan))
        allowed = worst_places(int(judged.sum()), values["share"])
        flagged = judged & (place <= allowed)
        reasons = _reasons(flagged, judged, doubled, place, allowed, told, float(values["share"]), year)
        total = np.where(judged, doubled / 2, np.nan)
        participants = found.per_school(this_year, found.participants)
        shown = np.where(judged, place, np.nan)
        return Outcome.of(
            schools, flagged, reasons,
            {_SUM: total, _INDICATORS: indicators, _PARTICIPANTS: participants, _PLACE: shown},
        )  # fmt: skip


def _reasons(
    flagged: Array,
    judged: Array,
    doubled: Array,
    place: Array,
    allowed: int,
    told: list[list[str]],
    share: float,
    year: int,
) -> list[str]:
    of = int(judged.sum())
    reasons = []
    for flag, one, twice, rank, parts in zip(
        flagged.tolist(), judged.tolist(), doubled.tolist(), place.tolist(), told, strict=True
    ):
        if not one:
            reasons.append(
                f"Не в списке: в {year} году показателей с достаточным числом участников {len(parts)}, этого мало."
            )
            continue
        total, verdict = f"{twice / 2:g}".replace(".", ","), "В списке" if flag else "Не в списке"
        reasons.append(
            f"{verdict}: сумма мест {total}, место {rank} с худшего конца из {of}; в список"
            f" входят первые {allowed} ({percent(share)}): {listed(parts, 6)}."
        )
    return reasons
