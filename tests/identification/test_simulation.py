"""A simulated region keeps its promises: the same by seed, counts are the pupils' counts, a known truth."""

import collections

import numpy as np
import pytest

from opora.identification.simulation import FINAL_WORKS, WORKS, Planted, World, region

YEARS = (2021, 2022, 2023, 2024, 2025)


def test_the_same_seed_gives_the_same_region() -> None:
    one, two, other = region(7, 60), region(7, 60), region(8, 60)
    assert one.results.equals(two.results)
    assert one.schools.equals(two.schools)
    assert not one.results.equals(other.results)


def test_counts_are_the_counts_of_the_pupils() -> None:
    simulated = region(3, 40, (2024, 2025), works=WORKS + FINAL_WORKS)
    expected: dict[tuple[object, ...], list[int]] = collections.defaultdict(lambda: [0] * 7)
    for row in simulated.results.to_pylist():
        cell = expected[tuple(row[name] for name in ("year", "procedure", "subject", "grade", "school_id"))]
        if row["mark"] is None and row["passed"] is None:
            cell[6] += 1
            continue
        cell[0] += 1
        cell[1] += row["mark"] == 2 or row["passed"] is False
        if row["mark"]:
            cell[row["mark"]] += 1
    columns = ["participants", "failed", "marks_2", "marks_3", "marks_4", "marks_5", "absent"]
    for row in simulated.counts.to_pylist():
        key = tuple(row[name] for name in ("year", "procedure", "subject", "grade", "school_id"))
        assert [row[name] for name in columns] == expected.get(key, [0] * 7)


def test_points_lie_in_the_band_of_their_mark() -> None:
    simulated = region(5, 30)
    for row in simulated.results.to_pylist():
        if row["mark"] is None:
            continue
        work = next(w for w in WORKS if (w.subject, w.grade) == (row["subject"], row["grade"]))
        assert row["mark"] == 2 + sum(row["score"] > limit for limit in work.limits)
        assert 0 <= row["score"] <= row["max_score"] == work.max_score


def test_the_true_share_is_what_many_years_show() -> None:
    years = tuple(range(1900, 1980))
    simulated = region(11, 12, years, world=World(lasting_work_sd=0.4))
    counts = simulated.counts.group_by("school_id").aggregate([("participants", "sum"), ("failed", "sum")])
    seen = {r["school_id"]: r["failed_sum"] / r["participants_sum"] for r in counts.to_pylist()}
    for row in simulated.truth.to_pylist():
        assert seen[row["school_id"]] == pytest.approx(row["failing_share"], abs=0.02)


def test_planted_schools_are_the_lowest_and_the_best_in_adversity() -> None:
    simulated = region(2, 120, YEARS, planted=Planted(weak=15, resilient=10, inflating=6))
    rows = simulated.truth.to_pylist()
    assert collections.Counter(row["kind"] for row in rows if row["kind"]) == {
        "weak": 15,
        "resilient": 10,
        "inflating": 6,
    }
    weak = min(row["level"] for row in rows if row["kind"] == "weak")
    assert weak > max(row["level"] for row in rows if row["kind"] not in {"weak"})
    adverse = np.quantile([row["adversity"] for row in rows], 0.5)
    assert all(row["adversity"] > adverse for row in rows if row["kind"] == "resilient")


def test_a_share_of_the_passports_may_be_missing() -> None:
    simulated = region(2, 400, world=World(passports=0.7))
    missing = simulated.schools["low_income"].null_count
    assert 80 < missing < 160
    assert simulated.schools["settlement"].null_count == 0


def test_sizes_reach_from_five_to_a_hundred_and_twenty() -> None:
    cohort = np.array(region(1, 2000).truth["cohort"].to_pylist())
    assert cohort.min() == 5
    assert 90 < cohort.max() <= 120


def test_more_planted_than_the_region_bears_is_refused() -> None:
    with pytest.raises(ValueError, match="at most half"):
        region(1, 20, planted=Planted(weak=15))
