"""`fair` on simulated regions: it finds, covers, is calibrated, repeats to the bit and says what it did not know."""

import dataclasses
import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from opora.identification.errors import Unfit
from opora.identification.rules.base import Outcome
from opora.identification.rules.fair import Fair
from opora.identification.simulation import WORKS, SimulatedRegion, World, region
from opora.identification.statistics import parts
from opora.identification.statistics.cells import Cells, Kind
from opora.identification.statistics.dispersion import Dispersion, effective
from opora.identification.statistics.gaps import completed
from opora.identification.statistics.pooling import GRID, likelihood, logistic
from opora.identification.statistics.ranks import Ranks, quantile, read_at


def judged(simulated: SimulatedRegion, counts: pa.Table | None = None, **said: object) -> Outcome:
    rule = Fair()
    values = rule.read(said)
    year = simulated.years[-1]
    table = simulated.counts if counts is None else counts
    return rule.judge({"counts": table}, simulated.schools, year, values)


def column(outcome: Outcome, name: str) -> np.ndarray:
    return np.asarray(outcome.table[name].to_numpy(zero_copy_only=False))


def test_it_finds_covers_and_is_calibrated() -> None:
    regions = [region(seed, 700, works=WORKS[4:]) for seed in (41, 42)]
    outcomes = [judged(one) for one in regions]
    low = np.concatenate([one.truth["low"].to_numpy(zero_copy_only=False) for one in regions])
    true = np.concatenate([one.shares(one.years) for one in regions])
    values = {n: np.concatenate([column(o, n) for o in outcomes]) for n in [one.name for one in Fair.evidence]}
    flagged = np.concatenate([column(o, "flagged") for o in outcomes])
    covered = (values["share_low"] <= true) & (true <= values["share_high"])
    assert flagged.sum() == 140
    assert low[flagged].mean() > 0.6
    assert 0.92 < covered.mean() < 0.98
    cohort = np.concatenate([one.cohort for one in regions])
    assert 0.9 < covered[cohort < 12].mean() < 0.99
    assert values["probability"].sum() == pytest.approx(140, rel=0.05)
    likely, unlikely = values["probability"] > 0.5, values["probability"] < 0.5
    assert low[likely].mean() == pytest.approx(values["probability"][likely].mean(), abs=0.1)
    assert low[unlikely].mean() == pytest.approx(values["probability"][unlikely].mean(), abs=0.02)


def test_parts_on_several_cores_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    simulated = region(5, 90)
    at_once = judged(simulated).table
    monkeypatch.setattr(parts, "PART", 16)
    assert judged(simulated).table.equals(at_once)


def test_the_order_of_rows_changes_no_bit() -> None:
    simulated = region(4, 80)
    shuffled = simulated.counts.take(np.random.default_rng(1).permutation(simulated.counts.num_rows))
    assert judged(simulated).table.equals(judged(simulated, shuffled).table)


def test_one_sentence_with_the_counts() -> None:
    simulated = region(4, 80)
    for row in judged(simulated).table.to_pylist():
        assert f"Из {row['works']} работ" in row["reason"]
        assert f" {row['failed']} с отметкой «2»" in row["reason"]
        assert ("Не включена" in row["reason"]) != row["flagged"]
        assert row["share_low"] < row["share"] < row["share_high"]
        assert row["rank_low"] <= row["rank_high"] <= 80


def test_missing_context_is_said_and_makes_less_sure() -> None:
    whole = region(6, 300, world=World(median_cohort=8), works=WORKS[5:])
    schools = whole.schools
    gone = np.arange(300) % 10 == 0
    for name in ("low_income", "both_higher_education", "on_record", "single_parent", "large_family"):
        place = schools.column_names.index(name)
        schools = schools.set_column(place, name, pa.array(schools[name].to_numpy(), mask=gone))
    part = dataclasses.replace(whole, schools=schools)
    before, after = judged(whole), judged(part)
    said = column(after, "missing_context")
    assert all(("малообеспеченных" in text) == lost for text, lost in zip(said, gone, strict=True))
    width = [column(o, "share_high") - column(o, "share_low") for o in (before, after)]
    assert (np.log(width[1]) - np.log(width[0]))[gone].mean() > (np.log(width[1]) - np.log(width[0]))[~gone].mean()
    assert "Нет сведений: доля детей" in after.table["reason"][0].as_py()
    assert set(column(judged(whole, context="none"), "missing_context")) == {""}


def test_a_school_without_results_is_not_judged() -> None:
    simulated = region(4, 80)
    counts = simulated.counts.filter(pa.compute.not_equal(simulated.counts["school_id"], "s00003"))
    row = judged(simulated, counts).table.to_pylist()[2]
    assert (row["school_id"], row["flagged"], row["works"], row["probability"]) == ("s00003", False, 0, None)
    assert "результатов нет" in row["reason"]


def test_regions_are_compared_within_themselves() -> None:
    simulated = region(4, 80)
    place = simulated.schools.column_names.index("region_id")
    two = simulated.schools.set_column(place, "region_id", pa.array(["a"] * 30 + ["b"] * 50))
    outcome = judged(dataclasses.replace(simulated, schools=two))
    assert column(outcome, "flagged")[:30].sum() == 3
    assert column(outcome, "flagged")[30:].sum() == 5
    assert column(outcome, "compared").tolist() == [30] * 30 + [50] * 50


def test_nothing_to_judge_and_an_unknown_column_are_said() -> None:
    simulated = region(4, 30)
    with pytest.raises(Unfit, match="нет результатов"):
        judged(simulated, simulated.counts.slice(0, 0))
    with pytest.raises(Unfit, match="столбца условий «income» нет"):
        judged(simulated, context="income")


def test_a_region_where_nobody_fails_still_answers() -> None:
    simulated = region(4, 30)
    place = simulated.counts.column_names.index("failed")
    none = simulated.counts.set_column(place, "failed", pa.array(np.zeros(simulated.counts.num_rows, dtype=np.int64)))
    outcome = judged(simulated, none)
    assert column(outcome, "flagged").sum() == 3
    assert np.isfinite(column(outcome, "probability")).all()
    assert column(outcome, "share_high").max() < 0.1


def test_least_probability_lists_by_certainty() -> None:
    simulated = region(4, 200)
    outcome = judged(simulated, least_probability="60%")
    assert (column(outcome, "flagged") == (column(outcome, "probability") >= 0.6)).all()


def test_the_posterior_on_the_grid_is_the_integral() -> None:
    """One school, known prior, no over-dispersion: SciPy's integral of binomial times normal."""
    cells = Cells((Kind(2025, "oge", "mat", 9),), np.array([[23.0]]), np.array([[9.0]]))
    level, alpha, deviation = 0.3, -1.5, 0.6
    log, share, _ = likelihood(cells, np.array([alpha]), Dispersion(0, 0, 0, 0), np.array([0.0]))
    weight = np.exp(log[0] - log[0].max()) * np.exp(-((GRID - level) ** 2) / (2 * deviation**2))
    posterior = (weight / weight.sum())[None, :]

    def density(eta: float) -> float:
        chance = 1 / (1 + math.exp(-(alpha + eta)))
        return float(stats.binom.pmf(9, 23, chance) * stats.norm.pdf(eta, level, deviation))

    whole = integrate.quad(density, -6, 6)[0]
    for probability in (0.025, 0.5, 0.975):
        eta = float(quantile(posterior, GRID, probability)[0])
        assert integrate.quad(density, -6, eta)[0] / whole == pytest.approx(probability, abs=0.003)
        assert float(read_at(share, GRID, np.array([eta]))[0]) == pytest.approx(float(logistic(alpha + eta)), abs=1e-3)


def test_two_works_of_one_pupil_are_worth_less_than_two_pupils() -> None:
    kinds = (Kind(2025, "oge", "mat", 9), Kind(2025, "oge", "rus", 9))
    cells = Cells(kinds, np.array([[20.0, 20.0]]), np.array([[5.0, 5.0]]))
    repeated, variance = effective(cells, Dispersion(0.5, 0, 0.04, 0.02), np.full((1, 2), 0.2))
    assert repeated[0] == pytest.approx(1.5)
    assert variance[0] == pytest.approx(0.04 + 0.02 / 2)


def test_ranks_are_those_of_drawn_levels() -> None:
    draw = np.random.default_rng(3)
    centre, width = draw.normal(0, 0.8, 40), draw.uniform(0.15, 0.5, 40)
    posterior = np.exp(-((GRID[None, :] - centre[:, None]) ** 2) / (2 * width[:, None] ** 2))
    ranks = Ranks(posterior / posterior.sum(axis=1, keepdims=True))
    levels = centre + width * draw.normal(size=(20000, 40))
    drawn = 1 + np.argsort(np.argsort(-levels, axis=1), axis=1)
    assert ranks.within(4) == pytest.approx((drawn <= 4).mean(axis=0), abs=0.03)
    assert ranks.at(0.5) == pytest.approx(np.quantile(drawn, 0.5, axis=0), abs=1.1)


@pytest.mark.parametrize(("schools", "spread"), [(1, 0.3), (5, 0.01), (60, 0.5)])
def test_a_rank_is_the_least_that_is_enough(schools: int, spread: float) -> None:
    draw = np.random.default_rng(schools)
    centre, width = draw.normal(0, spread, schools), draw.uniform(0.05, 0.6, schools)
    posterior = np.exp(-((GRID[None, :] - centre[:, None]) ** 2) / (2 * width[:, None] ** 2))
    ranks = Ranks(posterior / posterior.sum(axis=1, keepdims=True))
    chances = np.stack([ranks.within(place) for place in range(1, schools + 1)])
    chances[-1] = 1.0
    for probability in (0.025, 0.5, 0.975):
        assert ranks.at(probability).tolist() == (1 + np.argmax(chances >= probability, axis=0)).tolist()


def test_gaps_are_filled_by_what_is_known() -> None:
    draw = np.random.default_rng(3)
    one = draw.normal(size=500)
    table = np.stack([one, 0.8 * one + 0.6 * draw.normal(size=500), draw.normal(size=500)], axis=1)
    table[:50, 1] = np.nan
    filled, left = completed(table)
    (rows, covariance), *others = left
    assert not others
    assert rows.tolist() == list(range(50))
    assert np.corrcoef(filled[:50, 1], one[:50])[0, 1] > 0.95
    assert covariance[1, 1] == pytest.approx(0.36, abs=0.1)
    assert covariance[0].tolist() == [0, 0, 0]


@settings(max_examples=15)
@given(st.integers(0, 59), st.integers(1, 6))
def test_more_failed_works_never_look_better(school: int, more: int) -> None:
    """Of one school in one year, all else equal: its estimate, ends and probability do not fall."""
    simulated = region(4, 60, (2024, 2025))
    counts = simulated.counts.to_pydict()
    row = next(
        i
        for i, one in enumerate(counts["school_id"])
        if one == simulated.ids[school] and counts["participants"][i] > counts["failed"][i]
    )
    counts["failed"][row] = min(counts["failed"][row] + more, counts["participants"][row])
    worse = pa.table(counts, schema=simulated.counts.schema)
    before, after = (judged(simulated, table, years=2) for table in (None, worse))
    for name in ("share", "share_low", "share_high", "probability"):
        assert column(after, name)[school] >= column(before, name)[school] - 0.004
    assert column(after, "rank_low")[school] <= column(before, "rank_low")[school]
