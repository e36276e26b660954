"""«Школы с низкими результатами»: those of the window's school year; who joined and left is told before sending."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.documents.models import Document, DocumentState
from opora.lists import actions as lists
from opora.lists.models import SchoolList
from opora.registry.models import Organisation
from opora.roadmaps.actions.building import build
from opora.roadmaps.actions.sending import send
from opora.roadmaps.expansion import expand
from opora.roadmaps.models import Assignment, RoadMap
from tests.factories import Region
from tests.site.world import decree

pytestmark = pytest.mark.django_db
LISTED = "Школы с низкими образовательными результатами"
AUTUMN = dt.datetime(2026, 10, 1, 9, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def autumn() -> Iterator[None]:
    with time_machine.travel(AUTUMN, tick=False):
        yield


@pytest.fixture
def by(region: Region) -> User:
    return region.user(RoleCode.REGIONAL_COORDINATOR)


def approved(by: User, region: Region, year: int, *schools: Organisation) -> SchoolList:
    made = lists.create_list(by=by, territory=region.authority, school_year=year, title=f"Список {year}")
    lists.replace_entries(made, by=by, entries=[(school, "") for school in schools])
    return lists.approve(made, by=by)


def roadmap(region: Region, by: User, *days: str, who: str = LISTED) -> RoadMap:
    """A road map with one activity for each day."""
    document = Document.objects.create(
        organisation=region.authority, kind="plan", title="План", state=DocumentState.REVIEW, date=AUTUMN.date()
    )
    build(document, decree("План", *[("Разработать программу", who)] * len(days)), by)
    found = RoadMap.objects.select_related("organisation", "document").get(document=document)
    for activity, day in zip(found.activities.order_by("order"), days, strict=True):
        activity.windows.update(due=day, first_due=day)
    return found


def sent(roadmap: RoadMap) -> set[tuple[str, int]]:
    rows = Assignment.objects.filter(roadmap=roadmap, via_list=True)
    return {(name, day.year) for name, day in rows.values_list("executor__name", "due")}


def test_a_window_asks_the_schools_of_its_own_year(region: Region, by: User) -> None:
    first, second = region.schools[:2]
    approved(by, region, 2026, first)
    approved(by, region, 2027, second)
    plan = roadmap(region, by, "2027-03-01", "2028-03-01")
    assert expand(plan).new == 2
    send(plan, by=by)
    assert sent(plan) == {(first.name, 2027), (second.name, 2028)}


def test_a_year_without_a_list_is_that_of_today_and_then_its_own(region: Region, by: User) -> None:
    first, second = region.schools[:2]
    approved(by, region, 2026, first)
    plan = roadmap(region, by, "2027-03-01", "2028-03-01")
    send(plan, by=by)
    assert sent(plan) == {(first.name, 2027), (first.name, 2028)}
    approved(by, region, 2027, second)
    found = expand(plan)
    assert (found.joined, found.left, found.new) == ([second], [first], 1)
    send(plan, by=by)
    assert sent(plan) == {(first.name, 2027), (first.name, 2028), (second.name, 2028)}
    assert expand(plan).new == 0


def test_who_joined_and_who_left_is_shown_before_sending_again(region: Region, by: User, client: Client) -> None:
    first, second = region.schools[:2]
    made = approved(by, region, 2026, first)
    plan = roadmap(region, by, "2027-03-01")
    assert (expand(plan).joined, expand(plan).left) == ([], [])
    send(plan, by=by)
    lists.reopen(made, by=by)
    lists.replace_entries(made, by=by, entries=[(second, "")])
    lists.approve(made, by=by)
    client.force_login(by)
    page = client.get(reverse("roadmaps:sending", args=[plan.public_id])).content.decode()
    assert f"Вошли в список после прошлой рассылки: {second.short_name}" in page
    assert f"Больше не стоят в списке этого учебного года: {first.short_name}" in page
    assert "Разослать 1" in page


@pytest.mark.parametrize("who", [f"{LISTED}, ОО", f"ОО, {LISTED}"])
def test_what_all_schools_do_tells_of_no_list(region: Region, by: User, who: str) -> None:
    """Else the schools without work that everybody else has would be the listed ones."""
    approved(by, region, 2026, region.schools[0])
    plan = roadmap(region, by, "2027-03-01", who=who)
    assert send(plan, by=by) == len(region.schools)
    assert not Assignment.objects.filter(roadmap=plan, via_list=True).exists()
