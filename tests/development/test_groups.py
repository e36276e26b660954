"""Whatever is shown of groups, and whichever of them are compared, nobody is told from fewer than five."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from opora.development.groups import LEAST, cells, divided

COUNTS = st.dictionaries(st.integers(0, 30), st.integers(0, 12), max_size=8)


@given(COUNTS)
def test_cells_divide_all_and_are_large_enough(counts: dict[int, int]) -> None:
    found = cells(counts)
    together = [key for cell in found for key in cell]
    assert len(together) == len(set(together))
    assert all(sum(counts[key] for key in cell) >= LEAST for cell in found)
    enough = sum(counts.values()) >= LEAST
    assert set(together) == ({key for key, count in counts.items() if count} if enough else set())


@given(st.dictionaries(st.sampled_from("abcdef"), st.dictionaries(st.integers(0, 99), st.integers(0, 9), max_size=4)))
def test_no_difference_of_two_groups_shows_fewer(raw: dict[str, dict[int, int]]) -> None:
    counts = {area: {f"{area}{key}": count for key, count in places.items()} for area, places in raw.items()}
    sizes = {place: count for places in counts.values() for place, count in places.items()}
    shown: list[set[str]] = []
    for _, parts in divided(counts):
        shown += [{place for part in parts for place in part}, *(set(part) for part in parts)]
    if shown:
        shown.append(set().union(*shown))
    for one, other in combinations(shown, 2):
        for group in (one, other, one - other, other - one, one & other, one | other):
            people = sum(sizes[place] for place in group)
            assert people == 0 or people >= LEAST


def test_few_join_the_smallest_that_is_large_enough() -> None:
    assert cells({"a": 9, "b": 5, "c": 2}) == [["b", "c"], ["a"]]
    assert cells({"a": 9, "b": 3, "c": 2}) == [["a"], ["c", "b"]]
    assert cells({"a": 2, "b": 2}) == []
    assert divided({"x": {"a": 3}, "y": {"b": 6}}) == [(["y", "x"], [["b", "a"]])]
