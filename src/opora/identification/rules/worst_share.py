"""`worst-share`: the worst part of the schools by the share of the failed in ЕГЭ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from opora.identification.rules import counted
from opora.identification.rules.base import Evidence, Measured, Outcome, Parameter, Values
from opora.identification.rules.ranking import ranked, worst_places
from opora.identification.rules.words import percent, share_said, works

if TYPE_CHECKING:
    import pyarrow as pa

_PARTICIPANTS = Evidence("participants", "integer", "Участий в году", "участий")
_FAILED = Evidence("failed", "integer", "Не преодолели минимум", "участий")
_SHARE = Evidence("failed_share", "share", "Доля не преодолевших минимум", "доля")
_PLACE = Evidence("place", "integer", "Место с худшего конца", "место")


class WorstShare(counted.CountedRule):
    id = "worst-share"
    version = "1"
    title = "Худшая часть школ по доле не сдавших ЕГЭ (Рязань, 2025)"
    source = "Рязанская область, 2025 год: 15 процентов школ с наибольшей долей не преодолевших минимум ЕГЭ"
    limits = (
        "Список всегда одной длины, даже если везде хорошо или везде плохо, и в нём больше всего малых школ: доля у "
        "них сильнее колеблется. Школы без ЕГЭ не оцениваются."
    )
    parameters = (
        Parameter("share", "share", 0.15, "Какая часть оцениваемых школ попадает в список", "доля"),
        Parameter("min_participants", "integer", 1, "Сколько участий нужно", "участий", least=1, most=5000),
        counted.parameter("ege,rus,mat_base,mat_prof,mat"),
    )
    evidence = (_PARTICIPANTS, _FAILED, _SHARE, _PLACE)

    def judge(self, measured: Measured, schools: pa.Table, year: int, values: Values) -> Outcome:
        found = works(measured["works"], schools)
        everything = found.year == year
        part, whole = found.per_school(everything, found.failed), found.per_school(everything, found.participants)
        judged = whole >= int(values["min_participants"])
        share = np.where(judged, part / np.maximum(whole, 1), np.nan)
        place = ranked(share)
        allowed = worst_places(int(judged.sum()), values["share"])
        flagged = judged & (place <= allowed) & (part > 0)
        reasons = [
            _reason(flag, one, failed, total, rank, int(judged.sum()), allowed, float(values["share"]), year)
            for flag, one, failed, total, rank in zip(
                flagged.tolist(), judged.tolist(), part.tolist(), whole.tolist(), place.tolist(), strict=True
            )
        ]
        shown = np.where(judged, place, np.nan)
        return Outcome.of(
            schools, flagged, reasons, {_PARTICIPANTS: whole, _FAILED: part, _SHARE: share, _PLACE: shown}
        )


def _reason(
    flag: bool, judged: bool, part: int, whole: int, place: int, schools: int, allowed: int, share: float, year: int
) -> str:
    if not judged:
        return f"Не в списке: в {year} году участий {whole}, этого мало, чтобы оценить школу."
    return (
        f"{'В списке' if flag else 'Не в списке'}: в {year} году не сдали {share_said(part, whole)}, место {place} с"
        f" худшего конца из {schools}; в список входят первые {allowed} ({percent(share)})."
    )
