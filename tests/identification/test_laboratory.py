"""Replays, comparisons and portraits against arithmetic done by hand."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.identification.errors import Unfit
from opora.identification.laboratory import Cost, beside_truth, compare, portrait, replay
from opora.identification.simulation import SimulatedRegion, region


def table(**flags: bool) -> pa.Table:
    return pa.table({"school_id": list(flags), "flagged": list(flags.values())})


def test_two_lists_by_hand() -> None:
    """Listed 3 and 2 of 10, 2 in common: Jaccard 2/3; agreement 0.9, by chance 0.3·0.2 + 0.7·0.8 = 0.62."""
    first = table(**{f"s{i}": i < 3 for i in range(10)}, gone=True)
    second = table(**{f"s{i}": i < 2 for i in range(10)}, new=True)
    found = compare(first, second)
    assert (found.entered, found.left, found.stayed, found.judged) == ((), ("s2",), ("s0", "s1"), 10)
    assert found.jaccard == pytest.approx(2 / 3)
    assert found.kappa == pytest.approx((0.9 - 0.62) / (1 - 0.62))


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_comparison_accounts_for_every_listed_school(pairs: list[tuple[bool, bool]]) -> None:
    one, two = (table(**{f"s{i}": pair[k] for i, pair in enumerate(pairs)}) for k in range(2))
    there, back = compare(one, two), compare(two, one)
    assert (there.entered, there.left, there.stayed) == (back.left, back.entered, back.stayed)
    assert len(there.stayed) + len(there.left) == sum(first for first, _ in pairs)
    assert len(there.stayed) + len(there.entered) == sum(second for _, second in pairs)
    assert there.kappa == pytest.approx(back.kappa)
    assert there.kappa <= 1
    assert compare(one, one).jaccard == compare(one, one).kappa == 1


def test_blind_lists_agree_by_chance_only() -> None:
    """A quarter in both as blind draws of halves have it: kappa is zero."""
    assert compare(table(a=True, b=True, c=False, d=False), table(a=True, b=False, c=True, d=False)).kappa == 0


def test_a_replay_compares_neighbours_and_tells_what_it_could_not_run() -> None:
    lists = {2023: table(a=True, b=False), 2024: table(a=True, b=True), 2025: table(a=False, b=True)}

    def run(year: int) -> pa.Table:
        if year not in lists:
            raise Unfit(f"за {year} год результатов нет.")
        return lists[year]

    found = replay(run, [2025, 2022, 2024, 2023])
    assert list(found.outcomes) == [2023, 2024, 2025]
    assert found.failed == {2022: "за 2022 год результатов нет."}
    assert found.changes[2024].entered == ("b",)
    assert found.changes[2025].left == ("a",)
    assert found.jaccard == pytest.approx(0.5)


def test_a_portrait_by_hand() -> None:
    schools = pa.table({"school_id": ["a", "b", "c", "d"], "pupils": [100, 900, 110, None], "settlement": [4, 1, 4, 2]})
    found = portrait(table(a=True, b=True, c=False, d=True), schools, Cost(per_school=1000, per_pupil=10, years=2))
    assert (found.listed, found.judged, found.pupils) == (3, 4, 1000)
    assert (found.small, found.small_of_all) == (1 / 2, pytest.approx(2 / 3))
    assert (found.rural, found.rural_of_all) == (pytest.approx(1 / 3), 1 / 2)
    assert found.cost == (3 * 1000 + 1000 * 10) * 2


def test_a_rule_that_knows_the_truth_finds_all_of_it() -> None:
    def omniscient(one: SimulatedRegion) -> pa.Table:
        return pa.table({"school_id": one.ids, "flagged": one.truth["low"]})

    def blind(one: SimulatedRegion) -> pa.Table:
        return pa.table({"school_id": one.ids, "flagged": [i % 10 == 0 for i in range(len(one.ids))]})

    regions = [region(seed, 100, (2025,)) for seed in (1, 2)]
    best, worst = beside_truth(omniscient, regions), beside_truth(blind, regions)
    assert (best.listed, best.found) == (10, 1)
    assert (best.small, best.rural) == (best.small_truly, best.rural_truly)
    assert worst.found < 0.4
