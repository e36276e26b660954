"""Signs that results are not objective: the 14 signs of «Уровень объективности оценки образовательных результатов».

(a) six signs of an inflated mean: the lower end of the school's interval (mean − 1.96 · s / √n) above the upper end of
    the region's: ВПР in Russian and mathematics of grades 4 and 5, ОГЭ in both;
(b) four signs of a journal that contradicts the work: Spearman's correlation below zero inside the school, same ВПР;
(c) four signs of a jump: K = S(4, Y − 1) / S(5, Y) of one cohort, S the mean share of the maximum; a fall where K is
    above P75 + 3 · IQR of the region's K, a rise where it is below P25 − 3 · IQR; Russian and mathematics.

A sign is a reason to look, never a proof: what is shown stands beside a rule's verdict and changes nothing in it.
All sums are of integers (hundredths of a point), so that every engine gives the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from opora.identification.statistics.cells import Floats, Integers
from opora.identification.statistics.spearman import spearman

if TYPE_CHECKING:
    import pyarrow as pa

    from opora.identification.rules.base import Data

Group = Literal["mean", "journal", "fall", "rise"]
T = 1.96
FENCE = 3.0
LEAST_FOR_QUARTILES = 4  # schools with a K, below which quartiles of K say nothing

SUBJECTS = {"rus": "русский язык", "mat": "математика"}
WORKS = (
    ("vpr", "rus", 4),
    ("vpr", "mat", 4),
    ("vpr", "rus", 5),
    ("vpr", "mat", 5),
    ("oge", "rus", 9),
    ("oge", "mat", 9),
)


@dataclass(frozen=True, slots=True)
class Sign:
    id: str
    group: Group
    procedure: str
    subject: str
    grade: int

    @property
    def work(self) -> str:
        name = {"vpr": f"ВПР, {self.grade} класс", "oge": "ОГЭ"}[self.procedure]
        return f"{name}, {SUBJECTS[self.subject]}"

    @property
    def title(self) -> str:
        if self.group == "mean":
            return f"Завышенный средний балл: {self.work}"
        if self.group == "journal":
            return f"Журнал противоречит работе: {self.work}"
        word = "Падение" if self.group == "fall" else "Рост"
        return f"{word} результатов когорты из 4 класса в 5: {SUBJECTS[self.subject]}"


def _signs() -> tuple[Sign, ...]:
    means = [Sign(f"mean-{p}-{s}-{g}", "mean", p, s, g) for p, s, g in WORKS]
    journals = [Sign(f"journal-{s}-{g}", "journal", p, s, g) for p, s, g in WORKS if p == "vpr"]
    falls = [Sign(f"fall-{s}", "fall", "vpr", s, 5) for s in SUBJECTS]
    rises = [Sign(f"rise-{s}", "rise", "vpr", s, 5) for s in SUBJECTS]
    return (*means, *journals, *falls, *rises)


SIGNS = _signs()


@dataclass(frozen=True, slots=True)
class Finding:
    """One sign of one school; `shown` None where it cannot be computed.

    `value` beside `limit`: of an inflated mean the school's lower bound and the region's upper one, of a journal the
    correlation and zero, of a jump K and the fence. `own` and `whole` are what `value` comes from: the means of school
    and region in points, or the shares of the maximum in grades 4 and 5; `lower` and `upper` are P25 and P75 of K.
    """

    sign: Sign
    shown: bool | None
    value: float
    limit: float
    pupils: int
    own: float = float("nan")
    whole: float = float("nan")
    lower: float = float("nan")
    upper: float = float("nan")

    @property
    def sentence(self) -> str:
        return _sentence(self.sign, self.shown, self.value, self.limit, self.pupils)

    @property
    def arithmetic(self) -> tuple[str, ...]:
        """The computation step by step, in words; nothing where it cannot be made."""
        if self.shown is None:
            return ()
        return {"mean": _of_mean, "journal": _of_journal, "fall": _of_jump, "rise": _of_jump}[self.sign.group](self)


@dataclass(frozen=True)
class Objectivity:
    """Arrays [school, sign] in the order of `school_ids` and `SIGNS`; NaN where a sign cannot be computed."""

    school_ids: tuple[str, ...]
    regions: tuple[str, ...]
    shown: Floats  # 1 shown, 0 not, NaN unknown
    value: Floats
    limit: Floats
    pupils: Integers
    own: Floats
    whole: Floats
    lower: Floats
    upper: Floats

    @property
    def number(self) -> Integers:
        """How many signs each school shows."""
        number: Integers = np.nansum(self.shown, axis=1).astype(np.int64)
        return number

    def index(self, region: str | None = None) -> float:
        """100 less the percent of schools with a sign, among those for which any could be computed; NaN without any."""
        here = np.array([region is None or one == region for one in self.regions], dtype=bool)
        known = here & (~np.isnan(self.shown)).any(axis=1)
        if not known.any():
            return float("nan")
        return 100.0 - 100.0 * int((self.number[known] > 0).sum()) / int(known.sum())

    def findings(self, school_id: str) -> tuple[Finding, ...]:
        """The evidence of a school, sign by sign."""
        i = self.school_ids.index(school_id)
        found = []
        for k, sign in enumerate(SIGNS):
            known = not np.isnan(self.shown[i, k])
            shown = bool(self.shown[i, k]) if known else None
            value, limit, *more = (
                float(part[i, k]) for part in (self.value, self.limit, self.own, self.whole, self.lower, self.upper)
            )
            found.append(Finding(sign, shown, value, limit, int(self.pupils[i, k]), *more))
        return tuple(found)


def _number(value: float) -> str:
    return f"{value:.2f}".replace(".", ",").replace("-", "−")


def _sentence(sign: Sign, shown: bool | None, value: float, limit: float, pupils: int) -> str:
    if shown is None:
        return f"{sign.title}: не рассчитать, данных нет или их мало."
    verdict = "признак есть" if shown else "признака нет"
    if sign.group == "mean":
        return (
            f"{sign.work}: нижняя граница среднего балла школы {_number(value)} при {pupils} участниках, "
            f"верхняя граница региона {_number(limit)}: {verdict}."
        )
    if sign.group == "journal":
        return (
            f"{sign.work}: связь отметок в журнале и первичных баллов (Спирмен) {_number(value)} "
            f"по {pupils} участникам: {verdict}."
        )
    side = "выше" if sign.group == "fall" else "ниже"
    return (
        f"{SUBJECTS[sign.subject].capitalize()}: отношение результата 4 класса прошлого года к 5 классу этого K = "
        f"{_number(value)}; выброс — {side} {_number(limit)}: {verdict}."
    )


def _of_mean(found: Finding) -> tuple[str, ...]:
    low, limit, own = found.value, found.limit, found.own
    side = "выше" if found.shown else "не выше"
    return (
        f"Школа: средний балл {_number(own)}, участников {found.pupils}; 95-процентный интервал среднего от "
        f"{_number(low)} до {_number(2 * own - low)}.",
        f"Регион: средний балл {_number(found.whole)}, верхняя граница интервала {_number(limit)}.",
        f"Нижняя граница школы {_number(low)} {side} верхней границы региона {_number(limit)}.",
    )


def _of_journal(found: Finding) -> tuple[str, ...]:
    meaning = "у кого отметка в журнале выше, у того балл за работу чаще ниже" if found.shown else "противоречия нет"
    side = "меньше нуля" if found.shown else "не меньше нуля"
    return (
        f"Отметка в журнале и первичный балл известны у {found.pupils} участников.",
        f"Ранговая связь между ними (коэффициент Спирмена) {_number(found.value)}, {side}: {meaning}.",
    )


def _of_jump(found: Finding) -> tuple[str, ...]:
    fall = found.sign.group == "fall"
    span = f"{FENCE:.0f} · (P75 − P25)"
    formula = f"P75 + {span}" if fall else f"P25 − {span}"
    side = f"{'' if found.shown else 'не '}{'больше' if fall else 'меньше'}"
    return (
        f"4 класс прошлого года набрал {_percent(found.own)} наибольшего балла, 5 класс этого года — "
        f"{_percent(found.whole)}: K = {_number(found.value)}.",
        f"У половины школ региона K от {_number(found.lower)} (P25) до {_number(found.upper)} (P75), "
        f"P75 − P25 = {_number(found.upper - found.lower)}.",
        f"Граница {formula} = {_number(found.limit)}; K школы {side} границы.",
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".", ",")


def measure(data: Data, year: int) -> Any:
    """The tallies that the signs of a year need, as an Ibis table."""
    t = data.tallies
    vpr = (t.procedure == "vpr") & t.grade.isin([4, 5])
    oge = (t.procedure == "oge") & (t.grade == 9) & (t.year == year)
    return t.filter(t.subject.isin(list(SUBJECTS)) & t.year.isin([year - 1, year]) & (vpr | oge))


def objectivity(tallies: pa.Table, schools: pa.Table, year: int) -> Objectivity:
    """The signs of every school of `schools`; rows of schools not among them count for nothing."""
    import pyarrow.compute as pc

    ids: tuple[str, ...] = tuple(schools["school_id"].to_pylist())
    regions = _regions(schools)
    at = pc.index_in(tallies["school_id"], value_set=schools["school_id"].combine_chunks())
    tallies = tallies.append_column("at", at).filter(pc.is_valid(at))
    shape = (len(ids), len(SIGNS))
    kept = ("shown", "value", "limit", "own", "whole", "lower", "upper")
    unknown = {name: np.full(shape, np.nan) for name in kept}
    result = Objectivity(ids, regions, pupils=np.zeros(shape, dtype=np.int64), **unknown)
    works = {}
    for when in (year - 1, year):
        for procedure, subject, grade in WORKS:
            works[when, procedure, subject, grade] = _Work.of(tallies, when, procedure, subject, grade, len(ids))
    names, region = np.unique(np.array(regions), return_inverse=True)
    region = region.reshape(-1)
    for k, sign in enumerate(SIGNS):
        work = works[year, sign.procedure, sign.subject, sign.grade]
        if sign.group == "mean":
            _mean(result, k, work, region, len(names))
        elif sign.group == "journal":
            _journal(result, k, work)
        else:
            before = works[year - 1, "vpr", sign.subject, 4]
            _jump(result, k, before, work, region, rising=sign.group == "rise")
    return result


def _regions(schools: pa.Table) -> tuple[str, ...]:
    known: list[str | None] = schools["region_id"].to_pylist() if "region_id" in schools.column_names else []
    return tuple(value or "" for value in known) or ("",) * schools.num_rows


@dataclass(frozen=True)
class _Work:
    """Tallies of one work of one year with points; sums by school are exact."""

    rows: Mapping[str, Integers]
    schools: int

    @classmethod
    def of(cls, tallies: pa.Table, year: int, procedure: str, subject: str, grade: int, schools: int) -> _Work:
        import pyarrow.compute as pc

        said = {"year": year, "procedure": procedure, "subject": subject, "grade": grade}
        kept = tallies
        for name, value in said.items():
            kept = kept.filter(pc.equal(kept[name], value))
        kept = kept.filter(pc.is_valid(kept["score"]))
        names = ("at", "score", "max_score", "journal_mark", "pupils")
        rows = {name: pc.fill_null(pc.cast(kept[name], "int64"), 0).to_numpy() for name in names}
        return cls(rows, schools)

    def total(self, *names: str) -> Integers:
        """Sum over pupils of the product of these columns, by school."""
        product = self.rows["pupils"].copy()
        for name in names:
            product = product * self.rows[name]
        result = np.zeros(self.schools, dtype=np.int64)
        np.add.at(result, self.rows["at"], product)
        return result


def _interval(n: Floats, total: Floats, squares: Floats) -> tuple[Floats, Floats]:
    """Mean ∓ 1.96 standard errors in points, from sums in hundredths; NaN below two pupils."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / n
        variance = (n * squares - total * total) / (n * (n - 1))
        error = T * np.sqrt(np.maximum(variance, 0.0) / n)
    error = np.where(n > 1, error, np.nan)
    return (mean - error) / 100, (mean + error) / 100


def _mean(result: Objectivity, k: int, work: _Work, region: Integers, regions: int) -> None:
    n, total, squares = work.total(), work.total("score"), work.total("score", "score")
    low, _ = _interval(*(part.astype(np.float64) for part in (n, total, squares)))
    sums = []
    for part in (n, total, squares):
        whole = np.zeros(regions, dtype=np.int64)
        np.add.at(whole, region, part)
        sums.append(whole.astype(np.float64))
    _, high = _interval(*sums)
    _put(result, k, low, high[region], n, low > high[region])
    with np.errstate(invalid="ignore", divide="ignore"):
        result.own[:, k] = total / n / 100
        result.whole[:, k] = (sums[1] / sums[0] / 100)[region]


def _journal(result: Objectivity, k: int, work: _Work) -> None:
    there = work.rows["journal_mark"] > 0
    at, journal, score, pupils = (work.rows[name][there] for name in ("at", "journal_mark", "score", "pupils"))
    correlation, n = spearman(at, journal, score, pupils, work.schools)
    # Exactly zero may come out as a rounding error of either sign.
    _put(result, k, correlation, np.where(np.isnan(correlation), np.nan, 0.0), n, correlation < -1e-12)


def _share(work: _Work) -> Floats:
    points, most = work.total("score").astype(np.float64), work.total("max_score").astype(np.float64)
    return np.where(most > 0, points / np.where(most > 0, most, 1.0), np.nan)


def _jump(result: Objectivity, k: int, before: _Work, after: _Work, region: Integers, *, rising: bool) -> None:
    first, second = _share(before), _share(after)
    ratio = np.where(second > 0, first / np.where(second > 0, second, 1.0), np.nan)
    limit = np.full(len(ratio), np.nan)
    for code in range(int(region.max(initial=-1)) + 1):
        here = region == code
        known = ratio[here & ~np.isnan(ratio)]
        if len(known) < LEAST_FOR_QUARTILES:
            continue
        lower, upper = np.percentile(known, [25, 75])
        limit[here] = lower - FENCE * (upper - lower) if rising else upper + FENCE * (upper - lower)
        result.lower[here, k], result.upper[here, k] = lower, upper
    result.own[:, k], result.whole[:, k] = first, second
    pupils = np.minimum(before.total(), after.total())
    _put(result, k, ratio, limit, pupils, ratio < limit if rising else ratio > limit)


def _put(result: Objectivity, k: int, value: Floats, limit: Floats, pupils: Integers, shown: Any) -> None:
    known = ~np.isnan(value) & ~np.isnan(limit)
    result.shown[:, k] = np.where(known, shown, np.nan)
    result.value[:, k] = value
    result.limit[:, k] = limit
    result.pupils[:, k] = pupils
