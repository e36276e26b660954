"""From published counts nobody works out fewer than five schools: no cell, no total, no sum or difference of them."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.lists import actions as lists
from opora.lists.aggregates import FEWEST, REST, Aggregate, aggregate
from opora.lists.models import PolicyOption
from opora.lists.summary import by_municipality
from opora.registry.models import Organisation
from tests import factories
from tests.factories import Region

NAMES = ("Луговой", "Полевой", "Лесной", "Озёрный", "Горный")
STATES = ("исполнено", "на проверке", "просрочено")
tables = st.dictionaries(st.tuples(st.sampled_from(NAMES), st.sampled_from(STATES)), st.integers(0, 30), max_size=15)
small = st.dictionaries(
    st.tuples(st.sampled_from(NAMES[:3]), st.sampled_from(STATES[:2])), st.integers(0, 30), max_size=6
)
Vector = dict[tuple[str, str], int]


def published(found: Aggregate) -> list[frozenset[tuple[str, str]]]:
    """Everything shown, each as the set of cells that it counts: cells, totals of rows and columns, the whole."""
    lines = [{(row, column) for column in found.columns} for row in found.rows]
    lines += [{(row, column) for row in found.rows} for column in found.columns]
    return [*(frozenset({cell}) for cell in found.cells or {}), *map(frozenset, lines), frozenset(found.cells or {})]


@given(tables)
def test_nothing_under_five_is_published(counts: Vector) -> None:
    found = aggregate(counts)
    assert all(count >= FEWEST for count in (found.cells or {}).values())
    assert found.total is None or found.total == sum(counts.values())
    assert all(found.row(row) >= FEWEST for row in found.rows)
    assert all(found.column(column) >= FEWEST for column in found.columns)


@settings(max_examples=40)
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


@given(tables, st.sets(st.sampled_from(NAMES)))
def test_who_knows_some_rows_works_out_no_more_of_the_others(counts: Vector, known: set[str]) -> None:
    found = aggregate(counts, known=known)
    hidden = sum(count for (row, _), count in counts.items() if row not in known)
    assert not set(found.rows) & known
    assert found.total is None or found.total == hidden >= FEWEST


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


# -- the page --------------------------------------------------------------------------------------------------------


def schools(place: Organisation, count: int, start: int) -> list[Organisation]:
    return [factories.organisation("school", place, f"МБОУ «СОШ № {n}»") for n in range(start, start + count)]


@pytest.fixture
def counted(region: Region) -> dict[str, int]:
    """Listed of each municipality: six of the first (and five not), all four of the second, six of the third."""
    by, (first, second) = region.user("regional_coordinator"), region.municipalities
    third = factories.organisation("municipal_authority", region.authority, "Лесной район")
    listed = [*schools(first, 9, 100)[:6], *region.schools[2:], *schools(second, 2, 200), *schools(third, 11, 300)[:6]]
    made = lists.create_list(by=by, territory=region.authority, school_year=2026, title="Список")
    for school in listed:
        lists.add_school(made, by=by, organisation=school)
    lists.approve(made, by=by)
    return {"total": len(listed)}


@pytest.mark.django_db
def test_counts_are_told_where_the_region_allows_it(region: Region, client: Client, counted: dict[str, int]) -> None:
    url = reverse("lists:counts")
    with time_machine.travel("2026-11-26T09:00Z", tick=False):
        by, observer = region.user("regional_coordinator"), region.user("observer")
        client.force_login(observer)
        assert client.get(url).status_code == 403
        assert url not in client.get("/").content.decode()
        lists.allow(PolicyOption.COUNTS, by=by, region=region.authority)
        assert url in client.get("/").content.decode()
        page = client.get(url)
        rows = page.context["rows"]
        assert page.status_code == 200
        assert sum(one for _, one, _ in rows) == counted["total"]
        assert all(min(one, other) >= FEWEST for _, one, other in rows)
        assert [name for name, *_ in rows][-1] == REST
        for role, place in (("municipal_coordinator", None), ("methodist", None), ("administrator", None)):
            client.force_login(region.user(role, place))
            assert client.get(url).status_code == 403, role


@pytest.mark.django_db
def test_where_all_schools_are_listed_no_number_tells_it(region: Region) -> None:
    by = region.user("regional_coordinator")
    made = lists.create_list(by=by, territory=region.authority, school_year=2026, title="Список")
    for school in [*region.schools, *schools(region.municipalities[0], 6, 100)]:
        lists.add_school(made, by=by, organisation=school)
    lists.approve(made, by=by)
    assert by_municipality(region.authority, dt.date(2026, 11, 26)).cells is None
