"""Intervals against SciPy, statsmodels' published examples and their own promises."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from opora.identification.statistics.intervals import beside_others, difference, dynamics, funnel, jeffreys, wilson
from opora.identification.statistics.spearman import spearman

counts = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
def test_wilson_is_scipys(pair: tuple[int, int]) -> None:
    failed, works = pair
    low, high = wilson(failed, works)
    reference = stats.binomtest(failed, works).proportion_ci(method="wilson")
    assert (float(low), float(high)) == pytest.approx((reference.low, reference.high), abs=1e-12)


@given(counts)
def test_jeffreys_is_the_quantiles_of_its_beta(pair: tuple[int, int]) -> None:
    failed, works = pair
    low, high = (float(end) for end in jeffreys(failed, works))
    beta = stats.beta(failed + 0.5, works - failed + 0.5)
    assert low == (pytest.approx(beta.ppf(0.025), abs=1e-9) if failed else 0.0)
    assert high == (pytest.approx(beta.ppf(0.975), abs=1e-9) if failed < works else 1.0)
    assert low <= failed / works <= high


@given(counts)
def test_intervals_mirror(pair: tuple[int, int]) -> None:
    failed, works = pair
    for method in (jeffreys, wilson):
        low, high = method(failed, works)
        mirror_low, mirror_high = method(works - failed, works)
        assert (float(low), float(high)) == pytest.approx((1 - float(mirror_high), 1 - float(mirror_low)), abs=1e-9)


@pytest.mark.parametrize("method", [jeffreys, wilson])
@pytest.mark.parametrize("works", [5, 12, 23, 60, 120])
def test_coverage_is_near_the_promise_on_average(method: object, works: int) -> None:
    failed = np.arange(works + 1)
    low, high = method(failed, works)  # type: ignore[operator]
    shares = np.linspace(0.03, 0.6, 200)
    covered = [stats.binom.pmf(failed, works, p)[(low <= p) & (p <= high)].sum() for p in shares]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.02)


def test_without_works_nothing_is_known() -> None:
    for method in (jeffreys, wilson):
        assert [float(end) for end in method(0, 0)] == [0.0, 1.0]
    with pytest.raises(ValueError, match="between 0 and works"):
        wilson(3, 2)


def test_newcombes_own_example() -> None:
    """Newcombe 1998, table II (a): 56/70 − 48/80, method 10: 0.0524 to 0.3339."""
    found = difference((48, 80), (56, 70))
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert found.sure


@given(counts, counts)
def test_a_difference_turns_its_sign(one: tuple[int, int], two: tuple[int, int]) -> None:
    there, back = difference(one, two), difference(two, one)
    assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low), abs=1e-12)
    assert there.low - 1e-9 <= there.value <= there.high + 1e-9
    assert there.sure == back.sure


def test_a_school_is_compared_with_the_others_without_itself() -> None:
    assert beside_others(9, 23, 109, 1023) == difference((100, 1000), (9, 23))


@pytest.mark.parametrize("works", [5, 20, 100, 400])
def test_a_funnel_holds_what_chance_makes(works: int) -> None:
    low, high = (float(end) for end in funnel(0.13, works))
    failed = np.arange(works + 1)
    inside = stats.binom.pmf(failed, works, 0.13)[(failed / works >= low) & (failed / works <= high)].sum()
    assert 0.95 <= inside <= 1
    assert low <= 0.13 < high


def test_a_funnel_narrows() -> None:
    low, high = funnel(0.13, np.arange(5, 500))
    width = high - low
    assert width[:50].mean() > 2 * width[50:200].mean() > 2 * width[200:].mean()


def test_dynamics_compare_neighbouring_years_with_results() -> None:
    steps = dynamics([(2025, 9, 23), (2023, 2, 25), (2024, 0, 0)])
    assert [step.year for step in steps] == [2023, 2025]
    assert steps[0].change is None
    assert steps[1].change == difference((2, 25), (9, 23))
    assert steps[1].share == pytest.approx(9 / 23)


pupils = st.lists(st.tuples(st.integers(0, 2), st.integers(2, 5), st.integers(0, 30)), min_size=1, max_size=60)


@given(pupils)
def test_spearman_by_tallies_is_scipys_by_pupils(rows: list[tuple[int, int, int]]) -> None:
    tallies = sorted({row: rows.count(row) for row in rows}.items())
    group, one, two = (np.array([key[i] for key, _ in tallies], dtype=np.int64) for i in range(3))
    number = np.array([count for _, count in tallies], dtype=np.int64)
    found, sizes = spearman(group, one, two, number, 3)
    for g in range(3):
        mine = [(a, b) for h, a, b in rows if h == g]
        assert sizes[g] == len(mine)
        if len({a for a, _ in mine}) < 2 or len({b for _, b in mine}) < 2:
            assert np.isnan(found[g])
            continue
        assert found[g] == pytest.approx(stats.spearmanr(*zip(*mine, strict=True)).statistic, abs=1e-12)
