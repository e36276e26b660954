"""A date that was named by mistake goes."""

from __future__ import annotations

import contextlib

import pytest
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.tasks.running import run_job
from opora.core.workflow import Refused
from opora.journal.models import Entry
from opora.notices.models import Notice
from opora.roadmaps import models
from opora.roadmaps.actions import working
from opora.roadmaps.actions.dating import schedules, starting
from opora.roadmaps.actions.dating.schedules import Day
from opora.roadmaps.expansion import expand
from tests import factories
from tests.roadmaps.dating.dated import asked, day, work

pytestmark = pytest.mark.django_db


def test_a_wrong_date_goes_and_who_has_none_waits_again(
    sent: models.RoadMap, coordinator: User, region: factories.Region
) -> None:
    specialist = region.user(RoleCode.REGIONAL_SPECIALIST)
    schedules.give_dates(asked(sent, "3"), by=coordinator, days=[Day(day(10)), Day(day(40))])
    first, second = work(sent, "3")
    request = asked(sent, "3")
    early, late = schedules.windows_of(request)
    schedules.remove_date(request, early, by=coordinator, reason="Названа по ошибке")
    one, other = work(sent, "3")
    assert (one.state, one.remark) == ("cancelled", f"Дата {day(10):%d.%m.%Y} по графику убрана: Названа по ошибке.")
    assert (other.state, other.due) == ("sent", day(40))
    assert [one.due for one in schedules.windows_of(asked(sent, "3"))] == [day(40)]
    told = Notice.objects.get(user=specialist, kind="cancelled")
    assert "Названа по ошибке" in told.text
    schedules.remove_date(asked(sent, "3"), late, by=coordinator, reason="И эта тоже")
    assert [(one.state, one.due) for one in work(sent, "3")] == [("cancelled", day(10)), ("sent", None)]
    assert asked(sent, "3").state == "asked"
    assert Notice.objects.filter(user=specialist, text__contains="Назовите даты").count() == 1
    assert expand(sent).new == 0
    schedules.give_dates(asked(sent, "3"), by=specialist, days=[Day(day(10))])
    assert [(one.pk, one.state, one.due) for one in work(sent, "3")] == [
        (first.pk, "cancelled", day(10)),
        (second.pk, "sent", day(10)),
    ]
    assert Entry.objects.filter(code="roadmaps.date_removed").count() == 2


def test_a_date_of_all_goes_beside_a_municipality_s_own(
    sent: models.RoadMap, coordinator: User, region: factories.Region
) -> None:
    here, there = region.municipalities
    schedules.give_dates(asked(sent, "4"), by=coordinator, days=[Day(day(5), here)])
    schedules.give_dates(asked(sent, "4"), by=coordinator, days=[Day(day(9))])
    whole = next(one for one in schedules.windows_of(asked(sent, "4")) if one.organisation is None)
    schedules.remove_date(asked(sent, "4"), whole, by=coordinator, reason="Лишняя")
    live = {(one.executor_id, one.due) for one in work(sent, "4") if one.state != "cancelled"}
    assert live == {(here.pk, day(5)), (there.pk, None)}
    assert asked(sent, "4").state == "answered"


def test_a_date_by_which_somebody_reported_stays(
    sent: models.RoadMap, coordinator: User, region: factories.Region
) -> None:
    specialist = region.user(RoleCode.REGIONAL_SPECIALIST)
    schedules.give_dates(asked(sent, "3"), by=specialist, days=[Day(day(10))])
    (window,) = schedules.windows_of(asked(sent, "3"))
    with pytest.raises(Refused, match="почему"):
        schedules.remove_date(asked(sent, "3"), window, by=specialist, reason=" ")
    with pytest.raises(Denied):
        schedules.remove_date(asked(sent, "3"), window, by=region.user(RoleCode.METHODIST), reason="Нет")
    working.submit(work(sent, "3")[0], by=specialist, text="Посетили")
    with pytest.raises(Refused, match="уже отчитались"):
        schedules.remove_date(asked(sent, "3"), window, by=specialist, reason="Ошибка")


def test_the_page_asks_why_a_date_goes(sent: models.RoadMap, coordinator: User) -> None:
    schedules.give_dates(asked(sent, "3"), by=coordinator, days=[Day(day(10))])
    (window,) = schedules.windows_of(asked(sent, "3"))
    client = Client()
    client.force_login(coordinator)
    page = client.get(reverse("roadmaps:schedule", args=[asked(sent, "3").public_id])).content.decode()
    url = f"{reverse('roadmaps:remove_date', args=[asked(sent, '3').public_id])}?window={window.pk}"
    assert url in page
    assert "Поручений с этой датой: 1" in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    assert [one.due for one in work(sent, "3")] == [day(10)]
    assert client.post(url, {"reason": "Ошибка"}).status_code == 302
    assert [one.due for one in work(sent, "3")] == [None]
    assert client.get(url).status_code == 302, "it is gone"


@pytest.mark.parametrize("after", range(3))
def test_killed_while_a_date_goes_it_comes_to_the_same(
    sent: models.RoadMap, coordinator: User, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    schedules.give_dates(asked(sent, "4"), by=coordinator, days=[Day(day(10)), Day(day(20))])
    monkeypatch.setattr(starting, "CHUNK", 1)
    monkeypatch.setattr(starting, "BREATH", 0)
    early, late = schedules.windows_of(asked(sent, "4"))
    step, done = starting._step_back, []

    def dies(*arguments: object) -> int:
        if len(done) == after:
            raise KeyboardInterrupt
        done.append(1)
        return step(*arguments)  # type: ignore[arg-type]

    for window in (early, late):
        change = schedules.remove_date(asked(sent, "4"), window, by=coordinator, reason="Ошибка")
        job = starting.job_of(change)
        assert job
        with monkeypatch.context() as patched, contextlib.suppress(KeyboardInterrupt):
            patched.setattr(starting, "_step_back", dies)
            run_job.func(job.public_id)
        run_job.func(job.public_id)
        done.clear()
    found = [(one.state, one.due) for one in work(sent, "4")]
    assert sorted(found, key=str) == sorted([("cancelled", day(10)), ("sent", None)] * (len(found) // 2), key=str)
    told = Notice.objects.filter(text__contains="убрана").values_list("user", "key")
    assert len(told) == len(set(told))
