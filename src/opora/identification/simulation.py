"""Regions whose truth is known: to measure what a rule finds, to test, to show.

A school has a level on the logit scale of failing: context, municipality and its own effect. Years, works and pupils
scatter around it. Nothing here knows of any rule; worlds that break the assumptions of `fair` are the same model with
other settings (`World`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Work:
    """One procedure: the share failing in an average school, the last points of marks 2, 3 and 4 and the maximum."""

    procedure: str
    subject: str
    grade: int
    failing: float
    limits: tuple[int, int, int]
    max_score: int
    journal: bool = False
    marked: bool = True  # False: only passed or not, as ЕГЭ in Russian
    taking: float = 1.0  # share of a cohort that writes it


WORKS = (
    Work("vpr", "rus", 4, 0.07, (13, 23, 32), 38, journal=True),
    Work("vpr", "mat", 4, 0.06, (5, 9, 14), 20, journal=True),
    Work("vpr", "rus", 5, 0.15, (17, 28, 38), 45, journal=True),
    Work("vpr", "mat", 5, 0.13, (6, 10, 14), 20, journal=True),
    Work("oge", "rus", 9, 0.09, (14, 22, 28), 33),
    Work("oge", "mat", 9, 0.14, (7, 14, 21), 31),
)
FINAL_WORKS = (
    Work("ege", "rus", 11, 0.03, (24, 50, 72), 100, marked=False, taking=0.45),
    Work("ege", "mat_base", 11, 0.06, (6, 11, 16), 21, taking=0.3),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """How a region scatters; standard deviations on the logit scale."""

    school_sd: float = 0.55
    context_effect: float = 0.45  # of one standard deviation of the adversity that the passports show
    municipality_sd: float = 0.25
    year_sd: float = 0.25  # a school's year, all works
    work_sd: float = 0.15  # a school's work in a year
    lasting_work_sd: float = 0.0  # a school's work in every year: strong in Russian, weak in mathematics
    pupil_sd: float = 1.0  # one pupil's ability, shared by the works of a year
    difficulty_sd: float = 0.2  # a work's year, all schools
    tails: float | None = None  # degrees of freedom of Student's t instead of the normal for schools
    year_memory: float = 0.0  # correlation of a school's neighbouring years
    pupil_memory: float = 0.0  # correlation of a pupil's ability in neighbouring years
    size_effect: float = 0.0  # of the logarithm of the cohort
    passports: float = 1.0  # share of schools whose context is known
    absent: float = 0.08
    median_cohort: float = 22.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """Schools set by hand: truly weak; good in adverse conditions; weak, with the marks of grade 4 inflated."""

    weak: int = 0
    resilient: int = 0
    inflating: int = 0


# name: (mean of the logit, change for one standard deviation of adversity, own scatter)
PASSPORT: Mapping[str, tuple[float, float, float]] = {
    "both_higher_education": (-0.9, -0.55, 0.35),
    "single_parent": (-1.2, 0.25, 0.3),
    "large_family": (-1.5, 0.3, 0.3),
    "low_income": (-1.3, 0.5, 0.35),
    "on_record": (-3.6, 0.4, 0.4),
    "special_needs": (-2.9, 0.2, 0.4),
    "not_native": (-3.2, 0.35, 0.6),
}
REGION = "r1"
FIRST_COHORT, LAST_COHORT = 5, 120


def logistic(x: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-x))


@dataclass(frozen=True, slots=True)
class Written:
    """One work of one year, a pupil a row: index of the school, number of the pupil, mark (0: absent), points."""

    year: int
    work: Work
    school: Integers
    pupil: Integers
    mark: Integers
    score: Integers
    journal: Integers


@dataclass(frozen=True)
class SimulatedRegion:
    """`schools` as the contract has them; `truth`, `counts` and `results` tables by school and pupil."""

    seed: int
    years: tuple[int, ...]
    works: tuple[Work, ...]
    world: World
    schools: pa.Table
    ids: list[str]
    level: Floats  # logit of failing that lasts
    adversity: Floats
    cohort: Floats  # pupils a grade, on average
    kind: list[str]  # "", weak, resilient, inflating
    municipality: Integers
    difficulty: Floats = field(repr=False)  # [year, work]

    @cached_property
    def truth(self) -> pa.Table:
        """Where every school truly stands; `low` is the tenth with the highest level."""
        worst = np.argsort(-self.standing, kind="stable")[: round(0.1 * len(self.ids))]
        low = np.zeros(len(self.ids), dtype=bool)
        low[worst] = True
        return pa.table(
            {
                "school_id": self.ids,
                "level": self.standing,
                "failing_share": self.shares(self.years),
                "low": low,
                "adversity": self.adversity,
                "cohort": self.cohort,
                "kind": self.kind,
            }
        )

    def shares(self, years: tuple[int, ...]) -> Floats:
        """The failing share expected of each school in these years over its own works, all scatter averaged out."""
        nodes, weights = np.polynomial.hermite_e.hermegauss(31)
        weights = weights / weights.sum()
        w = self.world
        scatter = float(np.sqrt(w.year_sd**2 + w.work_sd**2 + w.pupil_sd**2))
        total, pupils, lasting = np.zeros(len(self.ids)), np.zeros(len(self.ids)), self._begin()[2]
        counts = self.counts.select(["year", "procedure", "subject", "grade", "school_id", "participants"])
        for t, year in enumerate(self.years):
            for k, work in enumerate(self.works):
                if year not in years:
                    continue
                at = self.level + self.difficulty[t, k] + lasting[k]
                chance = (logistic(at[:, None] + scatter * nodes[None, :]) * weights).sum(axis=1)
                n = self._participants(counts, year, work)
                total += chance * n
                pupils += n
        return total / np.maximum(pupils, 1)

    def _participants(self, counts: pa.Table, year: int, work: Work) -> Floats:
        start = (self.years.index(year) * len(self.works) + self.works.index(work)) * len(self.ids)
        return np.asarray(counts["participants"].slice(start, len(self.ids)).to_numpy(), dtype=np.float64)

    @cached_property
    def counts(self) -> pa.Table:
        """COUNTS: one row per year, procedure, subject, grade and school."""
        n, parts = len(self.ids), []
        for written in self.written():
            marks = np.bincount(written.school * 6 + written.mark, minlength=n * 6).reshape(n, 6).astype(np.int64)
            absent, marked = marks[:, 0], marks[:, 2:6]
            known = marked if written.work.marked else np.zeros_like(marked)
            parts.append(
                pa.table(
                    {
                        **self._key(written, n),
                        "school_id": self.ids,
                        "participants": marked.sum(axis=1),
                        "failed": marked[:, 0],
                        **{f"marks_{mark}": known[:, mark - 2] for mark in (2, 3, 4, 5)},
                        "absent": absent,
                    }
                )
            )
        return pa.concat_tables(parts)

    @cached_property
    def results(self) -> pa.Table:
        """RESULTS: one row per pupil and work; absent pupils have neither mark nor `passed`."""
        ids, parts = pa.array(self.ids), []
        for written in self.written():
            work, here = written.work, written.mark > 0
            school = ids.take(pa.array(written.school))
            cohort, number = str(written.year - work.grade), pa.array(written.pupil).cast(pa.string())
            parts.append(
                pa.table(
                    {
                        **self._key(written, len(here)),
                        "school_id": school,
                        "pupil_id": pc.binary_join_element_wise(school, cohort, number, "-"),
                        "mark": pa.array(written.mark, mask=~here | (not work.marked)),
                        "passed": pa.array(written.mark > 2, mask=~here | work.marked),
                        "score": pa.array(written.score.astype(np.float64), mask=~here),
                        "max_score": pa.array(np.full(len(here), float(work.max_score)), mask=~here),
                        "journal_mark": pa.array(written.journal, mask=np.full(len(here), not work.journal)),
                    }
                )
            )
        return pa.concat_tables(parts)

    @cached_property
    def tallies(self) -> pa.Table:
        """TALLIES: the participants of `results` by what they have in common."""
        results = self.results.filter(pc.or_(self.results["mark"].is_valid(), self.results["passed"].is_valid()))
        for name in ("score", "max_score"):
            hundredths = pc.cast(pc.multiply(results[name], 100.0), "int64")
            results = results.set_column(results.column_names.index(name), name, hundredths)
        key = ["year", "procedure", "subject", "grade", "school_id"]
        key += ["mark", "passed", "journal_mark", "score", "max_score"]
        tallies = results.group_by(key).aggregate([("pupil_id", "count")])
        tallies = tallies.rename_columns([*key, "pupils"])
        return tallies.sort_by([(name, "ascending") for name in key])

    def _key(self, written: Written, rows: int) -> dict[str, pa.Array]:
        work = written.work
        return {
            "year": pa.array(np.full(rows, written.year, dtype=np.int64)),
            "procedure": pa.repeat(work.procedure, rows),
            "subject": pa.repeat(work.subject, rows),
            "grade": pa.array(np.full(rows, work.grade, dtype=np.int64)),
        }

    def _begin(self) -> tuple[np.random.Generator, np.random.Generator, Floats]:
        """The chance of works and of journals, and what lasts in a school's works [work, school]."""
        draw, journals = (np.random.default_rng(s) for s in np.random.SeedSequence([self.seed, 2]).spawn(2))
        return draw, journals, draw.normal(0, self.world.lasting_work_sd, (len(self.works), len(self.ids)))

    @cached_property
    def standing(self) -> Floats:
        """The level with what lasts in the works, on average: by it schools are truly low."""
        mean: Floats = self._begin()[2].mean(axis=0)
        return self.level + mean

    def written(self) -> Iterator[Written]:
        """Every work of every year, always the same for the same seed."""
        draw, journals, lasting = self._begin()
        w, n = self.world, len(self.ids)
        inflating = np.array([kind == "inflating" for kind in self.kind])
        grades = sorted({work.grade for work in self.works})
        sizes: dict[int, Integers] = {}
        ability: dict[int, Floats] = {}
        own_year = np.zeros(n)
        for t, year in enumerate(self.years):
            fresh = draw.normal(0, w.year_sd, n)
            memory = w.year_memory if t else 0.0
            own_year = memory * own_year + np.sqrt(1 - memory**2) * fresh
            present: dict[int, NDArray[np.bool_]] = {}
            for grade in grades:
                cohort = year - grade
                spread = draw.uniform(0.85, 1.15, n)
                if cohort not in sizes:
                    sizes[cohort] = np.maximum(np.rint(self.cohort * spread), FIRST_COHORT).astype(np.int64)
                pupils = draw.normal(0, 1, int(sizes[cohort].sum()))
                if cohort in ability:
                    pupils = w.pupil_memory * ability[cohort] + np.sqrt(1 - w.pupil_memory**2) * pupils
                ability[cohort] = pupils
                present[grade] = draw.uniform(size=len(pupils)) >= w.absent
            for k, work in enumerate(self.works):
                size, weakness = sizes[year - work.grade], ability[year - work.grade] * w.pupil_sd
                school = np.repeat(np.arange(n), size)
                number = np.arange(len(school)) - np.repeat(np.cumsum(size) - size, size)
                noise = draw.logistic(0, 1, len(school))
                at = self.level + self.difficulty[t, k] + own_year + draw.normal(0, w.work_sd, n) + lasting[k]
                latent = at[school] + weakness + noise
                if work.procedure == "vpr" and work.grade == 4:
                    latent = np.where(inflating[school], latent - 3.5 - 1.8 * weakness, latent)
                mark = 5 - (latent > -4.0).astype(np.int64) - (latent > -2.0) - (latent > 0.0)
                journal = weakness + journals.normal(0, 0.6, len(school))
                marks = 5 - (journal > -0.9).astype(np.int64) - (journal > 0.3) - (journal > 2.2)
                score = _points(latent, mark, work)
                takes = number < np.rint(work.taking * size)[school]
                mark = np.where(present[work.grade], mark, 0)
                yield Written(year, work, school[takes], number[takes], mark[takes], score[takes], marks[takes])


def _points(latent: Floats, mark: Integers, work: Work) -> Integers:
    """Primary points inside the band of the mark, the deeper the better the work."""
    first = np.array([0, 0, 0, *(limit + 1 for limit in work.limits)])
    last = np.array([0, 0, *work.limits, work.max_score])
    upper = np.array([0.0, 0.0, 3.0, 0.0, -2.0, -4.0])  # where the band of the mark begins
    width = np.array([1.0, 1.0, 3.0, 2.0, 2.0, 3.0])
    depth = np.clip((upper[mark] - latent) / width[mark], 0.0, 0.999)
    points: Integers = (first[mark] + np.floor(depth * (last[mark] - first[mark] + 1))).astype(np.int64)
    return points


def region(
    seed: int,
    schools: int | pa.Table = 400,
    years: tuple[int, ...] = (2023, 2024, 2025),
    *,
    world: World | None = None,
    works: tuple[Work, ...] = WORKS,
    planted: Planted | None = None,
) -> SimulatedRegion:
    """A region of so many schools, or of the schools given (`school_id, municipality_id, settlement, pupils`)."""
    world, planted = world or World(), planted or Planted()
    draw = np.random.default_rng(np.random.SeedSequence([seed, 1]))
    table = _invented(draw, schools, world) if isinstance(schools, int) else schools
    n = table.num_rows
    ids = [str(value) for value in table["school_id"].to_pylist()]
    settlement = np.asarray(table["settlement"].to_numpy(zero_copy_only=False), dtype=np.int64)
    cohort = np.asarray(table["pupils"].to_numpy(zero_copy_only=False), dtype=np.float64) / 11
    cohort = np.clip(cohort, FIRST_COHORT, LAST_COHORT)
    _, municipality = np.unique(np.array(table["municipality_id"].to_pylist(), dtype=str), return_inverse=True)
    hidden = draw.normal(0, 1, n) + np.array([0, -0.4, 0.0, 0.2, 0.4])[settlement]
    columns, adversity = _passports(draw, hidden)
    own = draw.normal(0, 1, n) if world.tails is None else _heavy(draw, world.tails, n)
    own = own * world.school_sd
    place = draw.normal(0, world.municipality_sd, int(municipality.max()) + 1)[municipality]
    size = world.size_effect * (np.log(cohort) - np.log(world.median_cohort))
    level = own + world.context_effect * adversity + place + size
    kind, level = _plant(draw, planted, level, adversity)
    missing = draw.uniform(size=n) >= world.passports
    for name, values in columns.items():
        table = table.append_column(name, pa.array(values, mask=missing))
    scatter = world.year_sd**2 + world.work_sd**2 + world.pupil_sd**2
    typical = np.array([np.log(work.failing / (1 - work.failing)) * np.sqrt(1 + 0.346 * scatter) for work in works])
    difficulty = typical + draw.normal(0, world.difficulty_sd, (len(years), len(works)))
    return SimulatedRegion(
        seed, years, works, world, table, ids, level, adversity, cohort, kind, municipality, difficulty
    )


def _invented(draw: np.random.Generator, n: int, world: World) -> pa.Table:
    cohort = np.exp(draw.normal(np.log(world.median_cohort), 0.8, n)).clip(FIRST_COHORT, LAST_COHORT)
    order = np.log(cohort) + draw.normal(0, 0.5, n)
    rural, urban, town = np.quantile(order, [0.45, 0.55, 0.75])
    settlement = np.select([order < rural, order < urban, order < town], [4, 3, 2], 1)
    ids = [f"s{i + 1:05d}" for i in range(n)]
    places = draw.integers(0, max(n // 18, 2), n)
    return pa.table(
        {
            "school_id": ids,
            "name": [f"Школа № {i + 1}" for i in range(n)],
            "municipality_id": [f"m{place + 1:04d}" for place in places],
            "region_id": pa.repeat(REGION, n),
            "settlement": settlement.astype(np.int64),
            "pupils": np.rint(cohort * 11).astype(np.int64),
        }
    )


def _passports(draw: np.random.Generator, hidden: Floats) -> tuple[dict[str, Floats], Floats]:
    """Shares of the passport, and the adversity they show: what they have in common, with standard deviation one."""
    columns, total = {}, np.zeros(len(hidden))
    for name, (mean, slope, scatter) in PASSPORT.items():
        share = np.round(logistic(mean + slope * hidden + draw.normal(0, scatter, len(hidden))), 3)
        columns[name] = share
        total += np.sign(slope) * (share - share.mean()) / max(float(share.std()), 1e-9)
    return columns, (total - total.mean()) / max(float(total.std()), 1e-9)


def _heavy(draw: np.random.Generator, freedom: float, n: int) -> Floats:
    values: Floats = draw.standard_t(freedom, n) / np.sqrt(freedom / (freedom - 2))
    return values


def _plant(draw: np.random.Generator, planted: Planted, level: Floats, adversity: Floats) -> tuple[list[str], Floats]:
    """Sets the levels of the planted schools; the others stay below the weak ones."""
    n, level = len(level), level.copy()
    kind = [""] * n
    wanted = planted.weak + planted.resilient + planted.inflating
    if not wanted:
        return kind, level
    if wanted > n // 2:
        raise ValueError(f"{wanted} planted schools among {n}: at most half")
    level = np.minimum(level, np.quantile(level, 0.85))
    adverse = np.argsort(-adversity, kind="stable")
    places = {
        "resilient": adverse[: planted.resilient * 2 : 2],
        "weak": adverse[1 : planted.weak * 2 : 2],
    }
    taken = {int(i) for chosen in places.values() for i in chosen}
    rest = np.array([i for i in range(n) if i not in taken])
    places["inflating"] = np.sort(draw.choice(rest, planted.inflating, replace=False))
    levels = {"weak": (1.9, 0.25), "resilient": (-1.2, 0.2), "inflating": (0.9, 0.15)}
    for name, chosen in places.items():
        mean, scatter = levels[name]
        for i in chosen:
            kind[int(i)] = name
            level[i] = mean + scatter * draw.normal()
    return kind, level
