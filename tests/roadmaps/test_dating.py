"""Deadlines that start later: events that are recorded, schedules whose owner names the dates."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.tasks.running import run_job
from opora.core.workflow import Refused
from opora.deadlines import calendar
from opora.decrees.model import Decree, RoadMap, Section
from opora.documents.models import Document
from opora.journal.models import Entry
from opora.lists.models import SchoolList
from opora.notices.models import Notice
from opora.roadmaps import models
from opora.roadmaps.actions import working
from opora.roadmaps.actions.building import build
from opora.roadmaps.actions.dating import events, schedules, starting
from opora.roadmaps.actions.dating.asking import ask_for_dates
from opora.roadmaps.actions.dating.schedules import Day
from opora.roadmaps.actions.sending import send
from opora.roadmaps.expansion import expand
from opora.roadmaps.models import Activity, Assignment, DateRequest, Occurrence, Window
from tests import factories
from tests.roadmaps.conftest import ISSUED, row

pytestmark = pytest.mark.django_db

LISTED = "Школы с низкими образовательными результатами"
DECREE = Decree(
    kind="directive",
    number="78-р",
    date=ISSUED,
    title="О графиках и событиях",
    roadmaps=[
        RoadMap(
            "Дорожная карта",
            None,
            (dt.date(2026, 9, 1), dt.date(2027, 5, 31)),
            [
                Section(
                    "Работа",
                    [
                        row("1", "Разобрать итоги", "в течение 10 рабочих дней со дня получения письма", "МОУО"),
                        row("2", "Помочь школе", "по мере необходимости", "ОО"),
                        row("3", "Посещать уроки", "по отдельному графику", "ИРО"),
                        row("4", "Провести совещания", "по отдельному графику", "МОУО"),
                        row("5", "Подготовить справку", "в течение 5 рабочих дней со дня запроса", LISTED),
                        row("6", "Разослать повестку", "за неделю до заседания", "МОУО"),
                    ],
                )
            ],
        )
    ],
)


def day(days: int) -> dt.date:
    return today() + dt.timedelta(days=days)


@pytest.fixture
def plan(document: Document, coordinator: User, listed: SchoolList) -> models.RoadMap:
    build(document, DECREE, coordinator)
    return models.RoadMap.objects.select_related("organisation", "document").get()


@pytest.fixture
def sent(plan: models.RoadMap, coordinator: User) -> models.RoadMap:
    send(plan, by=coordinator)
    plan.refresh_from_db()
    return plan


def activity(roadmap: models.RoadMap, number: str) -> Activity:
    return Activity.objects.select_related("roadmap__organisation").get(roadmap=roadmap, number=number)


def work(roadmap: models.RoadMap, number: str) -> list[Assignment]:
    rows = Assignment.objects.filter(roadmap=roadmap, activity__number=number)
    return list(rows.select_related("executor", "activity", "roadmap__organisation", "window").order_by("pk"))


# -- events --------------------------------------------------------------------------------------------------------


def test_an_event_dates_what_waited_by_the_production_calendar(
    sent: models.RoadMap, coordinator: User, region: factories.Region
) -> None:
    head = region.user(RoleCode.MUNICIPAL_COORDINATOR)
    waiting = {one.pk for one in work(sent, "1")}
    assert {one.due for one in work(sent, "1")} == {None}
    happened = day(-3)
    found = events.record_event(activity(sent, "1"), by=coordinator, happened=happened)
    due = calendar.add_working_days(happened, 10)
    rows = work(sent, "1")
    assert {one.pk for one in rows} == waiting
    assert {(one.starts, one.due, one.window_id) for one in rows} == {(happened, due, found.window_id)}
    assert expand(sent).new == 0, "nothing is left to be sent"
    told = Notice.objects.filter(user=head, text__contains=f"до {due:%d.%m.%Y}")
    assert told.count() == 1
    entry = Entry.objects.get(code="roadmaps.event_recorded")
    assert entry.data["dated"] == len(rows)


def test_a_further_event_makes_further_assignments(sent: models.RoadMap, coordinator: User) -> None:
    events.record_event(activity(sent, "1"), by=coordinator, happened=day(-3))
    first = len(work(sent, "1"))
    events.record_event(activity(sent, "1"), by=coordinator, happened=day(-1))
    assert len(work(sent, "1")) == 2 * first
    with pytest.raises(Refused, match="уже отмечено"):
        events.record_event(activity(sent, "1"), by=coordinator, happened=day(-1))


def test_an_event_of_one_organisation_leaves_the_others_waiting(
    sent: models.RoadMap, coordinator: User, region: factories.Region
) -> None:
    school = region.schools[2]
    with pytest.raises(Refused, match="до какого числа"):
        events.record_event(activity(sent, "2"), by=coordinator, happened=today(), organisation=school)
    events.record_event(activity(sent, "2"), by=coordinator, happened=today(), organisation=school, due=day(4))
    assert {one.executor_id: one.due for one in work(sent, "2")}[school.pk] == day(4)
    assert [one.due for one in work(sent, "2")].count(None) == 3
    assert expand(sent).new == 0
    events.record_event(
        activity(sent, "2"), by=coordinator, happened=today(), organisation=region.municipalities[0], due=day(5)
    )
    assert sorted(str(one.due) for one in work(sent, "2") if one.due) == [str(day(4)), str(day(5)), str(day(5))]


def test_a_wrong_event_is_taken_back_until_somebody_reports(sent: models.RoadMap, coordinator: User) -> None:
    before = {one.pk: one.window_id for one in work(sent, "1")}
    first = events.record_event(activity(sent, "1"), by=coordinator, happened=day(-3))
    second = events.record_event(activity(sent, "1"), by=coordinator, happened=day(-1))
    events.undo_event(second, by=coordinator)
    made = [one for one in work(sent, "1") if one.pk not in before]
    assert made
    assert {one.state for one in made} == {"cancelled"}
    working.submit(work(sent, "1")[0], by=coordinator, text="Разобрали")
    with pytest.raises(Refused, match="уже отчитались"):
        events.undo_event(first, by=coordinator)
    assert Occurrence.objects.get() == first


def test_what_was_dated_waits_again_when_its_event_is_taken_back(sent: models.RoadMap, coordinator: User) -> None:
    before = {one.pk: one.window_id for one in work(sent, "1")}
    found = events.record_event(activity(sent, "1"), by=coordinator, happened=day(-3))
    events.undo_event(found, by=coordinator)
    assert {one.pk: one.window_id for one in work(sent, "1")} == before
    assert {one.due for one in work(sent, "1")} == {None}
    assert not Window.objects.filter(origin="event").exists()


def test_a_day_before_the_event_is_counted_back(sent: models.RoadMap, coordinator: User) -> None:
    found = events.record_event(activity(sent, "6"), by=coordinator, happened=day(20))
    assert found.window.due == day(13)
    with pytest.raises(Refused, match="ещё не наступил"):
        events.record_event(activity(sent, "1"), by=coordinator, happened=day(1))


def test_before_the_sending_an_event_only_changes_what_will_be_sent(plan: models.RoadMap, coordinator: User) -> None:
    total = expand(plan).total
    events.record_event(activity(plan, "1"), by=coordinator, happened=day(-3))
    assert not Assignment.objects.exists()
    assert expand(plan).total == total
    send(plan, by=coordinator)
    assert {one.due for one in work(plan, "1")} == {calendar.add_working_days(day(-3), 10)}


def test_an_executor_records_where_the_activity_is_left_to_him(
    sent: models.RoadMap, coordinator: User, region: factories.Region
) -> None:
    head = region.user(RoleCode.SCHOOL_HEAD)
    own = next(one for one in work(sent, "2") if one.executor == region.schools[0])
    other = next(one for one in work(sent, "2") if one.executor == region.schools[1])
    client = Client()
    client.force_login(head)
    assert client.get(reverse("roadmaps:own_event", args=[own.public_id])).status_code == 403
    events.set_recorder(activity(sent, "2"), by=coordinator, executors=True)
    page = client.get(reverse("roadmaps:assignment", args=[own.public_id]))
    assert "Событие наступило" in page.content.decode()
    form = {"happened": today().isoformat(), "due": day(6).isoformat()}
    answer = client.post(reverse("roadmaps:own_event", args=[own.public_id]), form)
    assert answer.status_code == 302
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.due, other.due) == (day(6), None)
    assert client.get(reverse("roadmaps:own_event", args=[other.public_id])).status_code == 404
    with pytest.raises(Denied):
        events.record_event(activity(sent, "2"), by=head, happened=today(), due=day(6))


def test_what_one_school_alone_got_is_known_to_those_who_see_the_lists(
    sent: models.RoadMap, coordinator: User, region: factories.Region
) -> None:
    found = events.record_event(activity(sent, "5"), by=coordinator, happened=today(), organisation=region.schools[0])
    assert [one.due for one in work(sent, "5")] == [found.window.due]
    specialist = region.user(RoleCode.REGIONAL_SPECIALIST)
    observer = region.user(RoleCode.OBSERVER)
    for user, seen in ((coordinator, 1), (specialist, 0), (observer, 0)):
        assert Occurrence.objects.visible(user).count() == seen
        assert Window.objects.visible(user).filter(organisation__isnull=False).count() == seen
    entry = Entry.objects.get(code="roadmaps.event_recorded")
    assert entry.confidential
    for notice in Notice.objects.filter(text__contains="Событие наступило"):
        assert notice.needs_permission == "lists.view"


def test_the_page_of_events_records_and_undoes(sent: models.RoadMap, coordinator: User) -> None:
    client = Client()
    client.force_login(coordinator)
    where = activity(sent, "1")
    url = reverse("roadmaps:events", args=[sent.public_id, where.public_id])
    assert url in client.get(reverse("roadmaps:roadmap", args=[sent.public_id])).content.decode()
    page = client.get(url).content.decode()
    assert "10 рабочих дней после события (по производственному календарю)" in page
    assert client.post(url, {"happened": ""}).status_code == 422
    wrong = client.post(url, {"happened": today().isoformat(), "organisation": "Нет такой"})
    assert "в реестре нет" in wrong.content.decode()
    assert client.post(url, {"happened": today().isoformat()}).status_code == 302
    found = Occurrence.objects.get()
    page = client.get(url).content.decode()
    assert "все исполнители" in page
    undo = reverse("roadmaps:undo_event", args=[sent.public_id, where.public_id, found.public_id])
    assert client.post(undo).status_code == 302
    assert not Occurrence.objects.exists()


# -- schedules -----------------------------------------------------------------------------------------------------


def asked(roadmap: models.RoadMap, number: str) -> DateRequest:
    rows = DateRequest.objects.select_related("activity__roadmap__organisation", "roadmap__organisation", "owner")
    found = rows.get(roadmap=roadmap, activity__number=number)
    found.activity.roadmap = found.roadmap
    return found


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


# -- a date that was named by mistake ------------------------------------------------------------------------------


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
