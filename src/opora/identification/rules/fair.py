"""`fair`: partial pooling over schools and years. The model is in `statistics.pooling`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from opora.identification.context import numbers, weights
from opora.identification.errors import Unfit
from opora.identification.rules import counted
from opora.identification.rules.base import Data, Evidence, Measured, Outcome, Parameter, Values
from opora.identification.rules.fair_words import Case, sentence
from opora.identification.rules.words import codes, works
from opora.identification.statistics.cells import Cells, Floats, Integers, cells_of
from opora.identification.statistics.gaps import completed
from opora.identification.statistics.pooling import GRID, Fit, Prior, fit
from opora.identification.statistics.ranks import Ranks, quantile, read_at

if TYPE_CHECKING:
    import pyarrow as pa

WORKS = Evidence("works", "integer", "Работ учтено")
FAILED = Evidence("failed", "integer", "Из них «2» или ниже минимума")
OBSERVED = Evidence("observed_share", "share", "Наблюдаемая доля")
PROBABILITY = Evidence("probability", "share", "Вероятность быть среди самых низких")
ESTIMATE = Evidence("share", "share", "Оценка истинной доли")
LOW = Evidence("share_low", "share", "Истинная доля, нижняя граница 95 %")
HIGH = Evidence("share_high", "share", "Истинная доля, верхняя граница 95 %")
RANK_LOW = Evidence("rank_low", "integer", "Место снизу, от", "место")
RANK_HIGH = Evidence("rank_high", "integer", "Место снизу, до", "место")
PREDICTED = Evidence("predicted_share", "share", "Доля, ожидаемая по условиям и муниципалитету")
WORTH = Evidence("independent_works", "number", "Скольких независимых работ стоят эти работы", "работ")
SCHOOLS = Evidence("compared", "integer", "Школ в сравнении")
MISSING = Evidence("missing_context", "text", "Нет сведений")
DIGITS = 6  # beyond them two processors may differ


class Fair(counted.CountedRule):
    id = "fair"
    version = "2"
    title = "Справедливое правило: три года, размер школы, условия и муниципалитет учтены"
    source = "«Опора»; частичное объединение школ (смешанная бета-биномиальная модель), docs/method"
    limits = (
        "Правило оценивает устойчивую долю неуспешных работ, а не работу учителей. Искажённые результаты оно считает "
        "настоящими: рядом смотрят признаки необъективности."
    )
    parameters = (
        Parameter("share", "share", 0.10, "Доля самых низких школ", least=0.01, most=0.5),
        Parameter("years", "integer", 3, "Сколько лет учитывать", "лет", least=1, most=6),
        counted.parameter(),
        Parameter("context", "text", "auto", "Столбцы условий (auto: все показатели индекса ШНСУ; none: без условий)"),
        Parameter(
            "within",
            "choice",
            "region",
            "Среди кого сравнивать",
            choices=("region", "all"),
            words=("школы своего региона", "все школы"),
        ),
        Parameter(
            "least_probability",
            "share",
            0.0,
            "Включать только при вероятности не ниже (0: столько школ, сколько в доле)",
        ),
    )
    evidence = (
        WORKS,
        FAILED,
        OBSERVED,
        PROBABILITY,
        ESTIMATE,
        LOW,
        HIGH,
        RANK_LOW,
        RANK_HIGH,
        PREDICTED,
        WORTH,
        SCHOOLS,
        MISSING,
    )

    def years(self, year: int, values: Values) -> tuple[int, ...]:
        return tuple(range(year - int(values["years"]) + 1, year + 1))

    def measure(self, data: Data, year: int, values: Values) -> Mapping[str, Any]:
        kept = counted.only(data.counts, self.years(year, values), self.wanted(values))
        kept = kept.filter(kept.participants > 0)
        return {"counts": kept.select("year", "procedure", "subject", "grade", "school_id", "participants", "failed")}

    def judge(self, measured: Measured, schools: pa.Table, year: int, values: Values) -> Outcome:
        cells = _cells(measured["counts"], schools)
        there = np.flatnonzero(cells.total > 0)
        if not len(there):
            span = f"{self.years(year, values)[0]}–{year}"
            raise Unfit(f"за {span} годы нет результатов.", "Загрузите их или смените год.", where="Правило fair")
        columns, gaps = _columns(schools, cells, values)
        filled, left = completed(columns[there])
        one = np.ones((len(there), 1))
        wide = tuple((rows, np.pad(covariance, ((1, 0), (1, 0)))) for rows, covariance in left)
        places = _codes(schools, "municipality_id", there)
        found = fit(_only(cells, there), Prior(np.hstack([one, filled]), wide, places))
        return self._outcome(found, cells, there, gaps, schools, year, values)

    def _outcome(
        self,
        found: Fit,
        cells: Cells,
        there: Integers,
        gaps: list[str],
        schools: pa.Table,
        year: int,
        values: Values,
    ) -> Outcome:
        rows = schools.num_rows
        scope = _codes(schools, "region_id", there) if values["within"] == "region" else np.zeros_like(there)
        probability, rank_low, rank_high = (np.zeros(len(there)) for _ in range(3))
        compared, chosen = np.zeros(len(there)), np.zeros(len(there), dtype=bool)
        for code in range(int(scope.max()) + 1):
            members = np.flatnonzero(scope == code)
            count = max(round(float(values["share"]) * len(members)), 1)
            ranks = Ranks(found.posterior[members])
            probability[members] = np.round(ranks.within(count), DIGITS)
            rank_low[members], rank_high[members] = ranks.at(0.025), ranks.at(0.975)
            compared[members] = len(members)
            order = members[np.argsort(-probability[members], kind="stable")]
            chosen[order[:count]] = True
        least = float(values["least_probability"])
        flagged = chosen if least == 0 else probability >= least
        low, high = (read_at(found.share, GRID, quantile(found.posterior, GRID, part)) for part in (0.025, 0.975))
        evidence: dict[Evidence, Any] = {
            WORKS: cells.total.astype(np.int64),
            FAILED: cells.total_failed.astype(np.int64),
            OBSERVED: _wide(rows, there, cells.total_failed[there] / cells.total[there]),
            PROBABILITY: _wide(rows, there, probability),
            ESTIMATE: _wide(rows, there, (found.posterior * found.share).sum(axis=1)),
            LOW: _wide(rows, there, low),
            HIGH: _wide(rows, there, high),
            RANK_LOW: _wide(rows, there, rank_low),
            RANK_HIGH: _wide(rows, there, rank_high),
            PREDICTED: _wide(rows, there, read_at(found.share, GRID, found.predicted)),
            WORTH: np.round(_wide(rows, there, found.works), 1),
            SCHOOLS: _wide(rows, there, compared),
            MISSING: gaps,
        }
        flags = np.zeros(rows, dtype=bool)
        flags[there] = flagged
        columns = [one.tolist() if isinstance(one, np.ndarray) else one for one in evidence.values()]
        cases = map(Case._make, zip(*columns, flags.tolist(), strict=True))
        reasons = [sentence(case, year, values) for case in cases]
        return Outcome.of(schools, flags, reasons, evidence)


def _names(said: object) -> list[str]:
    return [name.strip() for name in str(said).split(",") if name.strip()]


def _wide(rows: int, there: Integers, values: Floats) -> Floats:
    """Values of the schools with results among all; NaN for the others."""
    wide = np.full(rows, np.nan)
    wide[there] = np.round(values, DIGITS)
    return wide


def _only(cells: Cells, there: Integers) -> Cells:
    return Cells(cells.kinds, cells.n[there], cells.failed[there])


def _codes(schools: pa.Table, name: str, there: Integers) -> Integers:
    """Numbers of the distinct values from zero; an empty value is a value, a table without the column has one."""
    if name not in schools.column_names:
        return np.zeros(len(there), dtype=np.int64)
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers, _ = codes(pc.fill_null(pc.cast(schools[name], pa.string()), ""))
    _, found = np.unique(numbers[there], return_inverse=True)
    return found.reshape(-1).astype(np.int64)


def _cells(counts: pa.Table, schools: pa.Table) -> Cells:
    found = works(counts, schools)
    return cells_of(
        found.school, found.year, found.procedure, found.subject, found.grade, found.participants, found.failed,
        schools=found.schools, procedures=found.procedures, subjects=found.subjects,
    )  # fmt: skip


def _columns(schools: pa.Table, cells: Cells, values: Values) -> tuple[Floats, list[str]]:
    """What predicts a level, with gaps as NaN, and for each school the titles of what is missing."""
    known = {one.name: one.title for one in weights().indicators}
    said = str(values["context"])
    names = _names(said) if said not in {"auto", "none"} else [name for name in known if name != "settlement"]
    if said == "auto":
        names = [name for name in names if name in schools.column_names]
    elif said == "none":
        names = []
    for name in names:
        if name not in schools.column_names:
            there = ", ".join(schools.column_names)
            raise Unfit(f"столбца условий «{name}» нет в списке школ.", f"Есть: {there}.", where="Параметр context")
    columns = [numbers(schools, name) for name in names]
    titles = [known.get(name, name) for name in names]
    if names:
        gaps = [_said(titles, row) for row in np.isnan(np.stack(columns, axis=1)).tolist()]
    else:
        gaps = ["паспорт школы" if said == "auto" else ""] * schools.num_rows
    settlement = numbers(schools, "settlement")
    for kind in (2.0, 3.0, 4.0):
        columns.append(np.where(np.isnan(settlement), np.nan, settlement == kind))
    size = cells.total / np.maximum((cells.n > 0).sum(axis=1), 1)
    columns.append(np.log(np.maximum(size, 1.0)))
    return np.stack(columns, axis=1), gaps


def _said(titles: list[str], gaps: list[bool]) -> str:
    missing = [title for title, gap in zip(titles, gaps, strict=True) if gap]
    return "паспорт школы" if len(missing) == len(titles) else ", ".join(missing)
