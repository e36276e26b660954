"""Signs, clusters and conditions in the app: against plain arithmetic, kept up to date, and nothing for others."""

from __future__ import annotations

import io
import math
import statistics

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.assessments.actions import looks as actions
from opora.assessments.models import (
    AreaLook,
    ClusterResult,
    Look,
    SchoolCluster,
    SchoolContext,
    SchoolResult,
    SchoolSigns,
)
from opora.assessments.queries import looks as queries
from opora.core.actor import Denied
from opora.core.workflow import Refused
from opora.registry.models import Organisation
from tests import factories
from tests.assessments.conftest import work
from tests.assessments.results import put
from tests.assessments.runs import finished
from tests.factories import Region

pytestmark = pytest.mark.django_db
RUS_4, RUS_5, MAT_4, OGE = (
    (2024, "vpr", "rus", 4),
    (2025, "vpr", "rus", 5),
    (2025, "vpr", "mat", 4),
    (2025, "oge", "mat", 9),
)
POINTS = {2: 20, 3: 30, 4: 40, 5: 50}  # of a mark in `put`; of 60


@pytest.fixture
def region() -> Region:
    made = factories.region()
    for area in made.municipalities:
        made.schools += [factories.organisation(parent=area) for _ in range(4)]
    return made


def marks_of(number: int) -> tuple[int, int, int, int]:
    return 2 + number, 8, 7, 3 + (number * 5) % 7


@pytest.fixture
def results(region: Region) -> Region:
    """Twelve schools; the first has only fives in grade 4 of 2024 and many twos in grade 5 of 2025."""
    at, first = region.authority, region.schools[0]
    put(at, RUS_4, {one: (0, 0, 0, 20) if one == first else marks_of(n) for n, one in enumerate(region.schools)})
    put(at, RUS_5, {one: (19, 1, 0, 0) if one == first else marks_of(n + 1) for n, one in enumerate(region.schools)})
    put(at, MAT_4, {one: (0, 0, 2, 18) if one == first else marks_of(n) for n, one in enumerate(region.schools)})
    for number, school in enumerate(region.schools):
        figures = {"low_income": 0.1 + 0.05 * number, "single_parent": 0.2, "on_record": 0.01 * number}
        figures |= {"large_family": 0.1, "special_needs": 0.02 * number, "not_native": 0.0}
        SchoolContext.objects.create(organisation=school, year=2020, settlement=4, figures=figures)
    actions.ask(at, by=region.user(RoleCode.REGIONAL_COORDINATOR), since=0)
    work()
    return region


@pytest.fixture
def coordinator(region: Region) -> User:
    return region.user(RoleCode.REGIONAL_COORDINATOR)


def page(client: Client, user: User, name: str, *args: str, status: int = 200, **query: str) -> str:
    client.force_login(user)
    answer = client.get(reverse(f"assessments:{name}", args=args), query)
    assert answer.status_code == status
    return answer.content.decode()


def scores(school: Organisation, key: tuple[int, str, str, int]) -> list[int]:
    """The points of every pupil, from the counts of marks."""
    year, procedure, subject, grade = key
    row = SchoolResult.objects.get(organisation=school, year=year, procedure=procedure, subject=subject, grade=grade)
    return [POINTS[mark] for mark in POINTS for _ in range(getattr(row, f"marks_{mark}"))]


def bound(points: list[int], side: int) -> float:
    return statistics.mean(points) + side * 1.96 * statistics.stdev(points) / math.sqrt(len(points))


def test_an_inflated_mean_agrees_with_plain_arithmetic(results: Region) -> None:
    whole = [one for school in results.schools for one in scores(school, MAT_4)]
    for school in results.schools:
        kept = {one.sign.id: one for one in SchoolSigns.objects.get(organisation=school, year=2025).findings}
        sign, low, high = kept["mean-vpr-mat-4"], bound(scores(school, MAT_4), -1), bound(whole, 1)
        assert (sign.value, sign.limit) == (pytest.approx(low), pytest.approx(high))
        assert sign.shown is (low > high)
        assert kept["mean-oge-mat-9"].shown is None
    assert " mean-vpr-mat-4 " in SchoolSigns.objects.get(organisation=results.schools[0], year=2025).codes


def test_a_fall_agrees_with_plain_arithmetic(results: Region) -> None:
    ratio = {one: statistics.mean(scores(one, RUS_4)) / statistics.mean(scores(one, RUS_5)) for one in results.schools}
    lower, _, upper = statistics.quantiles(ratio.values(), n=4, method="inclusive")
    fence = upper + 3 * (upper - lower)
    shown = {row.organisation for row in SchoolSigns.objects.filter(codes__contains=" fall-rus ")}
    assert shown == {one for one, value in ratio.items() if value > fence} == {results.schools[0]}
    row = SchoolSigns.objects.get(organisation=results.schools[0], year=2025)
    one = next(one for one in row.findings if one.sign.id == "fall-rus")
    assert (one.value, one.lower, one.upper) == tuple(map(pytest.approx, (ratio[results.schools[0]], lower, upper)))
    assert row.kinds == 2  # mean and fall


def test_areas_count_their_schools(results: Region) -> None:
    for area in (results.authority, *results.municipalities):
        told = AreaLook.objects.get(area=area, year=2025)
        rows = list(SchoolSigns.objects.filter(year=2025, organisation__path__startswith=area.path))
        assert (told.schools, told.judged) == (len(rows), len(rows))
        assert told.shown == sum(row.shown > 0 for row in rows)
        assert told.several == sum(row.kinds > 1 for row in rows)
        assert told.index == 100 - 100 * told.shown / told.judged
        assert told.signs["mean-vpr-mat-4"] == [sum(" mean-vpr-mat-4 " in row.codes for row in rows), len(rows)]
        clusters = SchoolCluster.objects.filter(year=2025, organisation__path__startswith=area.path)
        assert sum(told.clusters.values()) == clusters.count()
        for name, count in told.clusters.items():
            assert clusters.filter(cluster=name).count() == count


def test_quartiles_and_the_place_among_the_cluster(results: Region, coordinator: User) -> None:
    actions.set_thresholds(
        results.authority, by=coordinator, values={"low": 0.1, "good": 0.1, "leading": 0.1, "adverse": 0.1}
    )
    work()
    steady = list(SchoolCluster.objects.filter(year=2025, cluster="steady").select_related("organisation"))
    assert len(steady) >= queries.FEWEST
    share = {
        row.organisation: SchoolResult.objects.get(organisation=row.organisation, year=2025, subject="mat").failed
        / SchoolResult.objects.get(organisation=row.organisation, year=2025, subject="mat").participants
        for row in steady
    }
    lower, middle, upper = statistics.quantiles(share.values(), n=4, method="inclusive")
    for row in steady:
        found = {one.work: one for one in queries.among_peers(row.organisation, row, coordinator)}
        one = found["ВПР, математика, 4 класс"]
        assert (one.lower, one.middle, one.upper) == tuple(map(pytest.approx, (lower, middle, upper)))
        assert one.share == pytest.approx(share[row.organisation])
        assert one.place == 1 + sum(other < share[row.organisation] - 1e-4 for other in share.values())
        assert one.schools == len(steady)


def test_of_few_schools_no_quartile_is_told(results: Region, coordinator: User) -> None:
    few = ClusterResult.objects.filter(year=2025, schools__lt=queries.FEWEST).values_list("cluster", flat=True)
    row = SchoolCluster.objects.filter(year=2025, cluster__in=few).select_related("organisation").first()
    assert row is not None
    assert queries.among_peers(row.organisation, row, coordinator) == []


def test_what_is_missing_is_said_and_is_not_nought(results: Region, coordinator: User, client: Client) -> None:
    school = results.schools[3]
    SchoolContext.objects.filter(organisation=school).update(figures={"low_income": 0.3}, settlement=None)
    actions.ask(results.authority, by=coordinator, since=0)
    work()
    row = SchoolCluster.objects.get(organisation=school, year=2025)
    assert (row.index, row.known) == (None, pytest.approx(1 / 8.5))
    assert "доля детей с ОВЗ" in row.missing
    shown = page(client, coordinator, "school_peers", school.public_id)
    assert "не посчитать: известно 11,8 % весов" in shown
    assert "условия неизвестны" in shown
    table = page(client, coordinator, "area_conditions", results.authority.public_id, told="none")
    assert school.short_name in table
    assert results.schools[4].short_name not in table


def test_a_change_is_said_until_it_is_worked_out(results: Region, coordinator: User, client: Client) -> None:
    area = results.authority.public_id
    assert "новое считается" not in page(client, coordinator, "area_signs", area)
    actions.again(results.authority, by=coordinator)
    assert "новое считается" in page(client, coordinator, "area_signs", area)
    work()
    assert "новое считается" not in page(client, coordinator, "area_signs", area)
    look = Look.objects.get(year=2025)
    assert look.done == look.asked == 2


def test_a_worker_that_was_overtaken_keeps_nothing(results: Region) -> None:
    look = Look.objects.get(year=2025)
    SchoolSigns.objects.filter(year=2025).update(shown=0, kinds=0, codes="")
    actions._keep(look, results.authority, actions.worked_out(results.authority, 2025, look_thresholds()))
    assert not SchoolSigns.objects.filter(year=2025, shown__gt=0).exists()  # that version was done already


def look_thresholds() -> actions.Thresholds:
    return actions.Thresholds()


def test_results_that_are_gone_leave_nothing(results: Region, coordinator: User) -> None:
    SchoolResult.objects.filter(year=2025).update(current=False)
    actions.ask(results.authority, by=coordinator, since=2025)
    work()
    for model in (SchoolSigns, SchoolCluster, AreaLook, ClusterResult):
        assert set(model._default_manager.values_list("year", flat=True)) <= {2024}


def test_thresholds_are_the_region_s(results: Region, coordinator: User, client: Client) -> None:
    before = SchoolCluster.objects.filter(year=2025, cluster="leading").count()
    client.force_login(coordinator)
    url = reverse("assessments:thresholds")
    answer = client.post(url, {"low": "60", "good": "50", "leading": "25", "adverse": "25"})
    assert answer.status_code == 422
    assert "вместе больше 100" in answer.content.decode()
    assert client.post(url, {"low": "25", "good": "50", "leading": "50", "adverse": "25"}).status_code == 302
    work()
    assert SchoolCluster.objects.filter(year=2025, cluster="leading").count() > before
    assert client.post(reverse("assessments:usual_thresholds")).status_code == 302
    work()
    assert SchoolCluster.objects.filter(year=2025, cluster="leading").count() == before
    with pytest.raises(Denied):
        actions.set_thresholds(
            results.authority,
            by=results.user(RoleCode.MUNICIPAL_COORDINATOR),
            values={"low": 0.2, "good": 0.5, "leading": 0.2, "adverse": 0.2},
        )
    with pytest.raises(Refused):
        actions.set_thresholds(
            results.authority, by=coordinator, values={"low": 0.9, "good": 0.5, "leading": 0.2, "adverse": 0.2}
        )


def test_the_table_is_filtered_and_copied_by_sign(results: Region, coordinator: User, client: Client) -> None:
    area = results.authority.public_id
    shown = page(client, coordinator, "area_signs", area, sign="fall-rus", year="2025")
    table = shown[shown.index('id="table-signs"') :]
    assert results.schools[0].short_name in table
    assert results.schools[5].short_name not in table
    inside = page(client, coordinator, "area_signs", area, municipality=results.municipalities[1].public_id)
    assert results.schools[0].short_name not in inside[inside.index('id="table-signs"') :]
    client.force_login(coordinator)
    copy = client.get(reverse("assessments:area_signs", args=[area]), {"sign": "fall-rus", "to": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(copy.streaming_content) if copy.streaming else copy.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(row for row in rows if "Школа" in row)
    assert len([one for one in head if one]) == 5 + 14
    told = dict(zip(head, rows[rows.index(head) + 1], strict=True))
    assert told["Падение результатов когорты из 4 класса в 5: русский язык"] == "есть"
    assert told["Завышенный средний балл: ОГЭ, русский язык"] in ("", None)


def test_a_school_reads_its_arithmetic_and_no_other_s(results: Region, client: Client) -> None:
    head, own = results.user(RoleCode.SCHOOL_HEAD), results.schools[0]
    shown = page(client, head, "school_signs", own.public_id)
    assert "K школы больше границы" in shown
    assert "(P25)" in shown
    peers = page(client, head, "school_peers", own.public_id)
    main = peers[peers.index("<main") :]
    assert not [one for one in results.schools[1:] if one.short_name in main]
    for name in ("school_signs", "school_peers"):
        page(client, head, name, results.schools[1].public_id, status=404)
    for name in ("area_signs", "area_clusters", "area_conditions"):
        page(client, head, name, results.authority.public_id, status=404)


def test_a_municipality_sees_its_own_alone(results: Region, client: Client) -> None:
    user = results.user(RoleCode.MUNICIPAL_COORDINATOR)
    own, other = results.municipalities
    foreign = [one for one in results.schools if one.path.startswith(other.path)]
    for name in ("area_signs", "area_clusters", "area_conditions"):
        shown = page(client, user, name, own.public_id, size="100")
        assert results.schools[0].short_name in shown
        assert not [one for one in foreign if one.short_name in shown]
        assert "Пересчитать" not in shown
        page(client, user, name, other.public_id, status=404)


@pytest.mark.parametrize(
    "role", [RoleCode.REGIONAL_SPECIALIST, RoleCode.METHODIST, RoleCode.OBSERVER, RoleCode.ADMINISTRATOR]
)
def test_whoever_may_not_know_the_list_sees_no_signs(results: Region, client: Client, role: RoleCode) -> None:
    user = results.user(role)
    for name in ("area_signs", "area_clusters", "area_conditions"):
        page(client, user, name, results.authority.public_id, status=404)
    for name in ("school_signs", "school_peers"):
        page(client, user, name, results.schools[0].public_id, status=404)
    for model in (SchoolSigns, SchoolCluster, AreaLook):
        assert not model.objects.visible(user).exists()


def test_signs_stand_beside_the_verdict(results: Region, coordinator: User, client: Client) -> None:
    first = results.schools[0]
    run = finished(results, [first], year=2025)
    shown = page(client, coordinator, "run", run.public_id)
    assert "Признаки" in shown
    assert f"признаков необъективности: {first.short_name}" in shown
    verdict = page(client, coordinator, "verdict", run.public_id, first.public_id)
    assert "признак есть" in verdict
    other = next(one.organisation for one in SchoolSigns.objects.filter(year=2025, shown=0))
    assert "ни одного признака нет" in page(client, coordinator, "verdict", run.public_id, other.public_id)
    older = finished(results, [first], year=2020)
    assert "Не проверить" in page(client, coordinator, "verdict", older.public_id, first.public_id)


def test_without_points_the_page_says_so(region: Region, coordinator: User, client: Client) -> None:
    put(region.authority, (2025, "ege", "rus", 11), dict.fromkeys(region.schools, (2, 3, 4, 5)))
    area = region.authority.public_id
    assert "ещё ничего не посчитано" in page(client, coordinator, "area_signs", area)
    client.force_login(coordinator)
    assert client.post(reverse("assessments:look_again")).status_code == 302
    work()
    assert "в файлах только отметки" in page(client, coordinator, "area_signs", area)
    assert "Рисунка нет" in page(client, coordinator, "area_clusters", area)
