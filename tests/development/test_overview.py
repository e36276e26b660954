"""What groups lack and how many have plans: of five and more, of one's own territory, whoever compares."""

from __future__ import annotations

from itertools import combinations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given as drawn
from hypothesis import strategies as st

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.clock import today
from opora.development.groups import LEAST, sorted_out
from opora.development.models import Diagnosis, Score, Sitting, Undertaking
from opora.development.queries import overview
from opora.registry.models import Organisation, Person
from tests import factories
from tests.development.conftest import made, prepared
from tests.development.test_pages import page
from tests.factories import Region

SIZES = st.dictionaries(
    st.sampled_from(("work", "done")),
    st.dictionaries(st.sampled_from("abc"), st.dictionaries(st.integers(0, 3), st.integers(0, 9), max_size=3)),
)


@drawn(SIZES)
def test_no_difference_of_two_groups_of_plans_shows_fewer(raw: dict[str, dict[str, dict[int, int]]]) -> None:
    counts = {
        sort: {area: {f"{area}{key}": size for key, size in places.items()} for area, places in areas.items()}
        for sort, areas in raw.items()
    }
    sizes = {
        (sort, place): size
        for sort, areas in counts.items()
        for places in areas.values()
        for place, size in places.items()
    }
    shown: list[set[tuple[str, str]]] = []
    for sorts, areas in sorted_out(counts):
        parts = [
            [{(sort, place) for sort in sorts for place in cell if (sort, place) in sizes} for cell in schools]
            for _, schools in areas
        ]
        shown += [part for rows in parts for part in rows] + [set().union(*rows) for rows in parts]
        shown.append(set().union(*(set().union(*rows) for rows in parts)))
    for one, other in combinations(shown, 2):
        for group in (one, other, one - other, other - one, one & other, one | other):
            people = sum(sizes[key] for key in group)
            assert people == 0 or people >= LEAST


def sat(
    diagnosis: Diagnosis, school: Organisation, count: int, *, deficits: int, planned: int = 0, done: int = 0
) -> None:
    """So many of the school have sat it; the first of them have the deficit, a plan, a plan that is done."""
    now = timezone.now()
    people = Person.objects.bulk_create(Person(last_name=f"Тайная{number}") for number in range(count))
    for number, person in enumerate(people):
        said = {"diagnosis": diagnosis, "person": person, "organisation": school}
        one = Sitting.objects.create(**said, state="done", done_at=now)
        points = {"points": 0 if number < deficits else 2, "most": 2, "tasks": 2, "deficit": number < deficits}
        Score.objects.create(sitting=one, scale="s1", title="Планирование урока", **points)
        if number < planned:
            proof = {"done_at": now, "evidence": "отзыв"} if number < done else {}
            Undertaking.objects.create(sitting=one, deficit="Планирование урока", title="Курс", due=today(), **proof)


@pytest.fixture
def closed(region: Region, coordinator: User) -> Diagnosis:
    one = prepared(coordinator, made(coordinator, region.authority), region.authority)
    Diagnosis.objects.filter(pk=one.pk).update(state="closed")
    return Diagnosis.objects.get(pk=one.pk)


@pytest.mark.django_db
def test_deficits_are_counted_where_enough_have_sat(
    region: Region, coordinator: User, closed: Diagnosis, client: Client
) -> None:
    first, second = region.municipalities[:2]
    sat(closed, region.schools[0], 7, deficits=5)
    sat(closed, factories.organisation(parent=second), 6, deficits=1)
    [row] = overview.deficits(coordinator, [closed])
    assert (row.title, row.every.deficits, row.every.people) == ("Планирование урока", 6, 13)
    assert [(one.where, one.deficits, one.people) for one in row.areas] == [
        (first.short_name, 5, 7),
        (second.short_name, 1, 6),
    ]
    methodist = region.user(RoleCode.METHODIST)
    [own] = overview.deficits(methodist, [closed])
    assert [(one.where, one.people) for one in own.areas] == [(first.short_name, 7)]
    shown = page(client, methodist, reverse("development:overview"))
    assert "5 из 7" in shown
    assert second.short_name not in shown
    assert "Тайная" not in shown
    assert "6 из 13" in page(client, coordinator, reverse("development:overview") + "?subject=mat")


@pytest.mark.django_db
def test_a_small_municipality_is_put_together_and_hidden_from_itself(
    region: Region, coordinator: User, closed: Diagnosis, client: Client
) -> None:
    sat(closed, region.schools[0], 4, deficits=4)
    sat(closed, factories.organisation(parent=region.municipalities[1]), 6, deficits=0)
    [row] = overview.deficits(coordinator, [closed])
    assert [(one.deficits, one.people) for one in row.areas] == [(4, 10)]
    methodist = region.user(RoleCode.METHODIST)
    assert overview.deficits(methodist, [closed]) == []
    assert "Показывать нечего" in page(client, methodist, reverse("development:overview"))
    told = page(client, methodist, reverse("development:school", args=[region.schools[0].public_id]))
    assert "Итогов диагностик этой школы нет" in told


@pytest.mark.django_db
def test_plans_are_counted_by_fives(region: Region, coordinator: User, closed: Diagnosis, client: Client) -> None:
    school, root = region.schools[0], region.authority.path
    sat(closed, school, 12, deficits=12, planned=4)
    assert overview.plans(coordinator, root) == []
    sat(closed, school, 8, deficits=8, planned=8, done=6)
    where = region.municipalities[0].short_name
    found = {one.state: (one.people, one.areas) for one in overview.plans(coordinator, root)}
    assert found == {"в работе": (6, [(where, 6)]), "выполнен": (6, [(where, 6)])}
    url = reverse("development:school", args=[school.public_id])
    assert "План выполнен: 6 педагогов" in page(client, coordinator, url)
    other = factories.organisation(parent=region.municipalities[0])
    sat(closed, other, 5, deficits=5, planned=3)
    assert "План в работе" not in page(client, coordinator, url)  # else those of the other by the difference
    assert dict(overview.school(school).plans) == {"выполнен": 6}
    page(client, region.user(RoleCode.SCHOOL_HEAD), url, status=404)


@pytest.mark.django_db
def test_more_diagnoses_cost_no_more_queries(
    region: Region, coordinator: User, closed: Diagnosis, client: Client
) -> None:
    url = reverse("development:overview")
    sat(closed, region.schools[0], 7, deficits=5, planned=7)
    page(client, coordinator, url)
    with CaptureQueriesContext(connection) as few:
        page(client, coordinator, url)
    again = prepared(coordinator, closed.version, region.authority, title="Ещё")
    sat(again, region.schools[0], 9, deficits=5, planned=7)
    Diagnosis.objects.update(state="closed")
    with CaptureQueriesContext(connection) as many:
        assert "10 из 16" in page(client, coordinator, url)
    assert len(many) == len(few)
