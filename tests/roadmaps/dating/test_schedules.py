"""«По отдельному графику»: the owner names the dates."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.workflow import Refused
from opora.notices.models import Notice
from opora.roadmaps import models
from opora.roadmaps.actions import working
from opora.roadmaps.actions.dating import schedules
from opora.roadmaps.actions.dating.asking import ask_for_dates
from opora.roadmaps.actions.dating.schedules import Day
from opora.roadmaps.actions.sending import send
from opora.roadmaps.expansion import expand
from opora.roadmaps.models import Assignment, DateRequest
from tests import factories
from tests.roadmaps.dating.dated import asked, day, work

pytestmark = pytest.mark.django_db


def test_the_owner_of_a_schedule_is_asked_when_it_is_sent(
    sent: models.RoadMap, coordinator: User, region: factories.Region
) -> None:
    assert asked(sent, "3").owner == region.institute
    assert asked(sent, "4").owner == region.authority, "of a group, whoever controls it"
    assert DateRequest.objects.count() == 2
    assert ask_for_dates(sent, by=coordinator) == 0, "once"


def test_named_dates_become_windows_and_assignments(
    sent: models.RoadMap, coordinator: User, region: factories.Region
) -> None:
    specialist = region.user(RoleCode.REGIONAL_SPECIALIST)
    request = asked(sent, "3")
    assert schedules.give_dates(request, by=specialist, days=[Day(day(10)), Day(day(40))]) == 2
    assert [one.due for one in work(sent, "3")] == [day(10), day(40)]
    assert expand(sent).new == 0
    first, second = schedules.windows_of(request)
    schedules.give_dates(
        asked(sent, "3"), by=specialist, days=[Day(day(12), window=first), Day(day(40), window=second)]
    )
    assert [one.due for one in work(sent, "3")] == [day(12), day(40)]
    working.submit(work(sent, "3")[0], by=specialist, text="Посетили")
    with pytest.raises(Refused, match="больше не меняют"):
        schedules.give_dates(asked(sent, "3"), by=specialist, days=[Day(day(13), window=first)])
    with pytest.raises(Refused, match="уже прошёл"):
        schedules.give_dates(asked(sent, "3"), by=specialist, days=[Day(day(-1))])
    with pytest.raises(Denied):
        schedules.give_dates(asked(sent, "4"), by=specialist, days=[Day(day(10))])


def test_each_municipality_has_its_own_date(sent: models.RoadMap, coordinator: User, region: factories.Region) -> None:
    here, there = region.municipalities
    schedules.give_dates(asked(sent, "4"), by=coordinator, days=[Day(day(5), here)])
    assert {one.executor_id: one.due for one in work(sent, "4")} == {here.pk: day(5), there.pk: None}
    assert expand(sent).new == 0
    schedules.give_dates(asked(sent, "4"), by=coordinator, days=[Day(day(6), there)])
    assert {one.executor_id: one.due for one in work(sent, "4")} == {here.pk: day(5), there.pk: day(6)}


def test_before_the_sending_dates_wait_for_the_sender(
    plan: models.RoadMap, coordinator: User, region: factories.Region
) -> None:
    specialist = region.user(RoleCode.REGIONAL_SPECIALIST)
    assert ask_for_dates(plan, by=coordinator) == 2
    assert Notice.objects.filter(user=specialist, text__contains="Назовите даты").count() == 1
    schedules.give_dates(asked(plan, "3"), by=specialist, days=[Day(day(10))])
    assert not Assignment.objects.exists()
    assert Notice.objects.filter(user=coordinator, text__contains="Разошлите поручения").count() == 1
    send(plan, by=coordinator)
    assert [one.due for one in work(plan, "3")] == [day(10)]


def test_the_task_stands_in_my_work_until_it_is_done(
    sent: models.RoadMap, coordinator: User, region: factories.Region
) -> None:
    specialist = region.user(RoleCode.REGIONAL_SPECIALIST)
    client = Client()
    client.force_login(specialist)
    url = reverse("roadmaps:schedule", args=[asked(sent, "3").public_id])
    assert url in client.get("/").content.decode()
    assert client.get(url).status_code == 200
    assert "хотя бы одну дату" in client.post(url, {"new_1": ""}).content.decode()
    answer = client.post(url, {"new_1": day(9).isoformat(), "new_3": day(9).isoformat()})
    assert answer.status_code == 302
    assert [one.due for one in work(sent, "3")] == [day(9)]
    assert url not in client.get("/").content.decode()
    page = client.get(url).content.decode()
    assert day(9).isoformat() in page
    other = Client()
    other.force_login(region.user(RoleCode.METHODIST))
    assert other.get(url).status_code == 404


def test_the_form_for_municipalities_asks_those_without_a_date(
    sent: models.RoadMap, coordinator: User, region: factories.Region
) -> None:
    client = Client()
    client.force_login(coordinator)
    here, there = region.municipalities
    url = f"{reverse('roadmaps:schedule', args=[asked(sent, '4').public_id])}?by=municipality"
    assert client.post(url, {f"at_{here.public_id}": day(7).isoformat()}).status_code == 302
    page = client.get(url).content.decode()
    assert f"at_{there.public_id}" in page
    assert f"at_{here.public_id}" not in page
    assert {one.executor_id: one.due for one in work(sent, "4")}[here.pk] == day(7)
