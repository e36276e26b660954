"""Results looked at: sums that agree with the schools, charts with their figures, and nothing for others."""

from __future__ import annotations

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.assessments.actions.areas import refresh
from opora.assessments.models import AreaResult, SchoolResult
from opora.assessments.queries import looking
from opora.ui.points import menu_of, tabs_of
from tests import factories
from tests.assessments.results import RUS_5, put
from tests.factories import Region

pytestmark = pytest.mark.django_db
MAT_5 = (2025, "vpr", "mat", 5)


@pytest.fixture
def region() -> Region:
    return factories.region()


@pytest.fixture
def results(region: Region) -> Region:
    a, b, c, d = region.schools
    put(region.authority, RUS_5, {a: (9, 10, 3, 1), b: (1, 10, 8, 4), c: (2, 9, 9, 3), d: (0, 5, 5, 5)})
    put(region.authority, (2024, "vpr", "rus", 5), {a: (3, 10, 6, 4), b: (2, 8, 8, 4)})
    put(region.authority, MAT_5, {a: (4, 4, 4, 4), c: (1, 4, 4, 4)})
    return region


def page(client: Client, user: User, name: str, *args: str, status: int = 200, **query: str) -> str:
    client.force_login(user)
    answer = client.get(reverse(f"assessments:{name}", args=args), query)
    assert answer.status_code == status
    return answer.content.decode()


def test_areas_hold_the_sums_of_their_schools(results: Region) -> None:
    for area in (results.authority, *results.municipalities):
        for row in AreaResult.objects.filter(area=area):
            key = {"year": row.year, "procedure": row.procedure, "subject": row.subject, "grade": row.grade}
            inside = SchoolResult.objects.filter(organisation__path__startswith=area.path, **key)
            told = inside.aggregate(p=Sum("participants"), f=Sum("failed"), m=Sum("marks_5"))
            assert (row.participants, row.failed, row.marks_5) == (told["p"], told["f"], told["m"])
            assert row.schools == inside.count()
    assert AreaResult.objects.filter(area=results.authority).count() == 3
    assert AreaResult.objects.filter(area=results.municipalities[1], year=2024).count() == 0


def test_what_counts_no_more_leaves_the_sums(results: Region) -> None:
    SchoolResult.objects.filter(year=2024).update(current=False)
    refresh(results.authority, [(2024, "vpr", "rus", 5)])
    assert set(AreaResult.objects.values_list("year", flat=True)) == {2025}


def test_a_coordinator_sees_the_region_and_chooses_year_and_work(results: Region, client: Client) -> None:
    user = results.user(RoleCode.REGIONAL_COORDINATOR)
    client.force_login(user)
    area = results.authority.public_id
    assert client.get(reverse("assessments:results")).headers["Location"].endswith(f"/results/areas/{area}/")
    shown = page(client, user, "area", area)
    assert "Отметки за 2025 год" in shown
    assert "ВПР, русский язык, 5 класс: кто не справился, по годам" in shown  # the work with most participants
    assert "12 (14" in shown  # marks «2» of the region in Russian: 12 of 84
    older = page(client, user, "area", area, year="2024", work="vpr-rus-5")
    assert "Отметки за 2024 год" in older


def test_schools_stand_by_their_share_with_its_interval(results: Region, client: Client) -> None:
    user = results.user(RoleCode.REGIONAL_COORDINATOR)
    shown = page(client, user, "area_schools", results.authority.public_id, work="vpr-rus-5")
    places = [shown.rindex(school.short_name) for school in results.schools]
    assert places[0] < places[2] < places[1] < places[3]  # 39 %, 9 %, 4 %, 0 %
    assert "39\u00a0%" in shown
    assert "21–59\u00a0%" in shown  # Jeffreys, 9 of 23
    assert "пределах случайного" in shown


def test_points_have_the_limits_of_marks(results: Region, client: Client) -> None:
    user = results.user(RoleCode.REGIONAL_COORDINATOR)
    shown = page(client, user, "area_points", results.authority.public_id, work="vpr-rus-5")
    assert "Половина участников набрала не больше 30 баллов; всего участников 84." in shown
    points = looking.points_of(results.schools[0], 2025, looking.Work("vpr", "rus", 5))
    assert dict(points.pupils) == {20.0: 9, 30.0: 10, 40.0: 3, 50.0: 1}


def test_a_municipality_sees_its_own_alone(results: Region, client: Client) -> None:
    user = results.user(RoleCode.MUNICIPAL_COORDINATOR)
    own, other = results.municipalities
    shown = page(client, user, "area_schools", own.public_id, work="vpr-rus-5")
    assert results.schools[0].short_name in shown
    assert results.schools[2].short_name not in shown
    page(client, user, "area", other.public_id, status=404)
    page(client, user, "area", results.authority.public_id, status=404)
    page(client, user, "school", results.schools[2].public_id, status=404)


def test_a_school_sees_itself_beside_no_sum_of_few(results: Region, client: Client) -> None:
    user = results.user(RoleCode.SCHOOL_HEAD)
    client.force_login(user)
    own = results.schools[0].public_id
    assert client.get(reverse("assessments:results")).headers["Location"].endswith(f"/schools/{own}/results/")
    shown = page(client, user, "school", own)
    assert "заметно больше, чем 13\u00a0% в 2024" in shown  # 9 of 23 after 3 of 23: from 1 to 48 points more (Newcombe)
    assert "Муниципалитет" not in shown.partition("<main")[2]  # of two schools: the other's figures could be worked out
    page(client, user, "school", results.schools[1].public_id, status=404)


def test_of_five_schools_the_sum_is_shown_beside_one(region: Region, client: Client) -> None:
    more = [factories.organisation(parent=region.municipalities[0]) for _ in range(3)]
    put(region.authority, RUS_5, dict.fromkeys((*region.schools[:2], *more), (2, 8, 8, 4)))
    shown = page(client, region.user(RoleCode.SCHOOL_HEAD), "school", region.schools[0].public_id)
    assert "Муниципалитет" in shown
    assert "Регион" in shown


@pytest.mark.parametrize(
    "role", [RoleCode.REGIONAL_SPECIALIST, RoleCode.METHODIST, RoleCode.OBSERVER, RoleCode.ADMINISTRATOR]
)
def test_whoever_may_not_know_the_list_sees_no_named_results(results: Region, client: Client, role: RoleCode) -> None:
    user = results.user(role)
    page(client, user, "results", status=403)
    page(client, user, "area", results.authority.public_id, status=404)
    page(client, user, "school", results.schools[0].public_id, status=404)
    assert "Результаты" not in [item.label for item in menu_of(user)]
    assert "Результаты" not in [tab.label for tab in tabs_of(user, results.schools[0])]


def test_without_results_the_pages_say_who_brings_them(region: Region, client: Client) -> None:
    user = region.user(RoleCode.REGIONAL_COORDINATOR)
    for name in ("area", "area_schools", "area_points"):
        assert "Результатов здесь ещё нет" in page(client, user, name, region.authority.public_id)
