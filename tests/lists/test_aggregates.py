"""From published counts nobody works out fewer than five schools: no cell, no total, no sum or difference of them."""

from __future__ import annotations

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opora.lists.aggregates import FEWEST, REST, Aggregate, aggregate

NAMES = ("Луговой", "Полевой", "Лесной", "Озёрный", "Горный")
STATES = ("исполнено", "на проверке", "просрочено")
tables = st.dictionaries(st.tuples(st.sampled_from(NAMES), st.sampled_from(STATES)), st.integers(0, 30), max_size=15)
small = st.dictionaries(
    st.tuples(st.sampled_from(NAMES[:3]), st.sampled_from(STATES[:2])), st.integers(0, 30), max_size=6
)
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no failure
Vector = dict[tuple[str, str], int]


def published(found: Aggregate) -> list[frozenset[tuple[str, str]]]:
    """Everything shown, each as the set of cells that it counts: cells, totals of rows and columns, the whole."""
    lines = [{(row, column) for column in found.columns} for row in found.rows]
    lines += [{(row, column) for row in found.rows} for column in found.columns]
    return [*(frozenset({cell}) for cell in found.cells or {}), *map(frozenset, lines), frozenset(found.cells or {})]


@calm
@given(tables)
def test_nothing_under_five_is_published(counts: Vector) -> None:
    found = aggregate(counts)
    assert all(count >= FEWEST for count in (found.cells or {}).values())
    assert found.total is None or found.total == sum(counts.values())
    assert all(found.row(row) >= FEWEST for row in found.rows)
    assert all(found.column(column) >= FEWEST for column in found.columns)


@settings(calm, max_examples=40)
@given(small)
def test_no_sum_and_no_difference_tells_of_fewer(counts: Vector) -> None:
    """Every combination of three published numbers that counts schools at all counts none or at least five."""
    found = aggregate(counts)
    cells = found.cells or {}
    for sets in itertools.combinations(published(found), 3):
        for signs in itertools.product((1, 0, -1), repeat=3):
            weights = {cell: sum(s for one, s in zip(sets, signs, strict=True) if cell in one) for cell in cells}
            if set(weights.values()) <= {0, 1} and any(weights.values()):
                assert sum(cells[cell] for cell, weight in weights.items() if weight) >= FEWEST


@calm
@given(tables, st.sets(st.sampled_from(NAMES)))
def test_who_knows_some_rows_works_out_no_more_of_the_others(counts: Vector, known: set[str]) -> None:
    found = aggregate(counts, known=known)
    hidden = sum(count for (row, _), count in counts.items() if row not in known)
    assert not set(found.rows) & known
    assert found.total is None or found.total == hidden >= FEWEST


@calm
@given(tables)
def test_each_row_is_shown_as_it_is_or_put_with_others(counts: Vector) -> None:
    found = aggregate(counts)
    for row in set(found.rows) - {REST}:
        assert found.row(row) == sum(count for (name, _), count in counts.items() if name == row)
    if REST in found.rows:
        assert len({row for row, _ in counts} - set(found.rows)) >= 2


def test_an_example() -> None:
    counts = {("Луговой", "школ"): 12, ("Полевой", "школ"): 3, ("Лесной", "школ"): 7, ("Озёрный", "школ"): 1}
    found = aggregate(counts)
    assert found.row(REST) == 11
    assert found.rows == ("Луговой", REST)
    assert found.total == 23


def test_what_is_large_enough_is_shown_as_it_is() -> None:
    counts = {("Луговой", "школ"): 12, ("Полевой", "школ"): 5}
    assert aggregate(counts).cells == counts
    assert aggregate({("Луговой", "школ"): 4}) == Aggregate()
    assert aggregate({}) == Aggregate()
