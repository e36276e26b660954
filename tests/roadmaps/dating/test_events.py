"""Deadlines that start with an event: recorded, taken back, left to the executor."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.workflow import Refused
from opora.deadlines import calendar
from opora.journal.models import Entry
from opora.notices.models import Notice
from opora.roadmaps import models
from opora.roadmaps.actions import working
from opora.roadmaps.actions.dating import events
from opora.roadmaps.actions.sending import send
from opora.roadmaps.expansion import expand
from opora.roadmaps.models import Assignment, Occurrence, Window
from tests import factories
from tests.roadmaps.dating.dated import activity, day, work

pytestmark = pytest.mark.django_db


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
    assert "Такой организации нет" in wrong.content.decode()
    assert client.post(url, {"happened": today().isoformat()}).status_code == 302
    found = Occurrence.objects.get()
    page = client.get(url).content.decode()
    assert "все исполнители" in page
    undo = reverse("roadmaps:undo_event", args=[sent.public_id, where.public_id, found.public_id])
    assert client.post(undo).status_code == 302
    assert not Occurrence.objects.exists()
