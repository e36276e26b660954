"""Reminders of deadlines by the clock, what a digest says of them, and the calendar of a person."""

from __future__ import annotations

import datetime as dt

import icalendar
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.access.models import Membership, User
from opora.access.roles import RoleCode
from opora.core.clock import today
from opora.notices.actions import close_feed, open_feed
from opora.notices.models import Choice, Notice
from opora.roadmaps import digests
from opora.roadmaps.actions import reminding, sending, working
from opora.roadmaps.models import Assignment, RoadMap, Round
from tests import factories

pytestmark = pytest.mark.django_db
KINDS = ("soon", "due", "overdue")


@pytest.fixture
def head(region: factories.Region) -> User:
    return region.user(RoleCode.SCHOOL_HEAD)


@pytest.fixture
def works(head: User, roadmap: RoadMap, coordinator: User, region: factories.Region) -> list[Assignment]:
    """The open and the listed work of the first school; everything else is far away."""
    sending.send(roadmap, by=coordinator)
    Notice.objects.all().delete()
    Assignment.objects.update(due=today() + dt.timedelta(days=300), starts=None)
    rows = Assignment.objects.filter(executor=region.schools[0]).select_related("activity", "executor", "controller")
    return [*rows.select_related("roadmap__organisation").order_by("via_list", "pk")]


def due_in(work: Assignment, days: int) -> None:
    Assignment.objects.filter(pk=work.pk).update(due=today() + dt.timedelta(days=days))


def told(user: User) -> list[str]:
    rows = Notice.objects.visible(User.objects.get(pk=user.pk)).filter(kind__in=KINDS).order_by("pk")
    return [f"{one.kind}: {one.text}" for one in rows]


@pytest.mark.parametrize(
    ("days", "kind"),
    [
        (4, ""),
        (3, "soon"),
        (2, ""),
        (0, "due"),
        (-1, "overdue"),
        (-2, ""),
        (-7, "overdue"),
        (-14, "overdue"),
        (-30, ""),
    ],
)
def test_a_person_is_told_at_each_step_once(works: list[Assignment], head: User, days: int, kind: str) -> None:
    due_in(works[0], days)
    for _ in range(3):
        reminding.remind()
    assert [one.split(":")[0] for one in told(head)] == ([kind] if kind else [])
    if kind:
        assert works[0].activity.label in told(head)[0]


def test_many_deadlines_of_a_day_are_one_notice(works: list[Assignment], head: User) -> None:
    plain = [one for one in works if not one.via_list]
    assert len(plain) > 1
    for one in plain:
        due_in(one, 0)
    reminding.remind()
    assert told(head) == [f"due: Сегодня срок {len(plain)} поручений."]


def test_what_was_handed_in_is_not_reminded_of(works: list[Assignment], head: User) -> None:
    due_in(works[0], 0)
    works[0].refresh_from_db()
    working.submit(works[0], by=head, text="Сделано.")
    reminding.remind()
    assert told(head) == []


def test_listed_work_is_reminded_of_apart_and_needs_the_right(
    works: list[Assignment], head: User, region: factories.Region
) -> None:
    deputy = region.user(RoleCode.METHODIST, region.schools[0])  # reports, but may not see the list
    for one in works:
        due_in(one, 0)
    reminding.remind()
    assert len(told(head)) == 2
    assert len(told(deputy)) == 1
    Membership.objects.filter(user=head).update(role=RoleCode.METHODIST)
    assert len(told(head)) == 1


def test_days_before_are_each_persons_own(works: list[Assignment], head: User, region: factories.Region) -> None:
    other = region.user(RoleCode.SCHOOL_STAFF)
    Choice.objects.create(user=other, channels={}, days_before=7, digest_hour=8)
    due_in(works[0], 7)
    reminding.remind()
    assert told(head) == []
    assert len(told(other)) == 1
    Choice.objects.update(days_before=3)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=4)):
        reminding.remind()
    assert len(told(head)) == 1
    assert len(told(other)) == 1  # of one deadline once, whatever he chose since


@pytest.mark.parametrize(
    ("days", "said"), [(4, ""), (3, "Через"), (0, "Сегодня ваш внутренний срок"), (-1, "истёк вчера"), (-2, "")]
)
def test_who_was_given_the_work_is_reminded_of_the_inner_deadline(
    works: list[Assignment], head: User, region: factories.Region, days: int, said: str
) -> None:
    teacher = region.user(RoleCode.SCHOOL_STAFF)
    working.delegate(works[0], by=head, to=teacher, due=today() + dt.timedelta(days=20))
    Assignment.objects.filter(pk=works[0].pk).update(inner_due=today() + dt.timedelta(days=days))
    for _ in range(3):
        reminding.remind()
    assert told(head) == []
    assert len(told(teacher)) == bool(said)
    assert all(said in one and works[0].activity.label in one for one in told(teacher))


def test_an_inner_deadline_on_the_last_day_is_told_once(
    works: list[Assignment], head: User, region: factories.Region
) -> None:
    teacher = region.user(RoleCode.SCHOOL_STAFF)
    due_in(works[0], 0)
    works[0].refresh_from_db()
    working.delegate(works[0], by=head, to=teacher, due=today())
    reminding.remind()
    assert len(told(teacher)) == 1


def test_an_inner_deadline_of_listed_work_needs_the_right(
    works: list[Assignment], head: User, region: factories.Region
) -> None:
    teacher, listed = region.user(RoleCode.SCHOOL_STAFF), works[-1]
    assert listed.via_list
    working.delegate(listed, by=head, to=teacher, due=today())
    Membership.objects.filter(user=teacher).update(role=RoleCode.METHODIST)  # reports, but may not see the list
    reminding.remind()
    assert Notice.objects.filter(user=teacher, kind="due").count() == 0


def test_days_without_a_worker_are_made_up_for(works: list[Assignment], head: User) -> None:
    due_in(works[0], -6)
    reminding.remind()
    assert told(head) == []
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=3)):
        reminding.remind()
        assert len(told(head)) == 1
        assert "9\xa0дней назад" in told(head)[0]


def test_reminders_go_on_where_they_stopped(
    works: list[Assignment], monkeypatch: pytest.MonkeyPatch, region: factories.Region, coordinator: User
) -> None:
    for school in region.schools[1:]:
        region.user(RoleCode.SCHOOL_HEAD, school)
    Assignment.objects.filter(via_list=False).update(due=today())
    monkeypatch.setattr(reminding, "CHUNK", 1)
    monkeypatch.setattr(reminding, "CHUNKS", 1)
    asked = []
    for _ in range(40):
        with CaptureQueriesContext(connection) as queries:
            reminding.remind()
        asked.append(len(queries))
    heads = User.objects.filter(memberships__role="school_head")
    assert Notice.objects.filter(kind="due", user__in=heads).count() == heads.count()
    assert asked[-1] == 1  # where all is told, a tick costs one query
    assert not Round.objects.filter(done=False).exists()


STEPS = st.lists(st.sampled_from(["tick", "night", "submit", "return", "later"]), max_size=14)


@settings(max_examples=15)
@given(steps=STEPS)
def test_nobody_is_told_twice_of_one_step(works: list[Assignment], head: User, steps: list[str]) -> None:
    """Whatever happens in whatever order."""
    from django.db import transaction

    morning = dt.datetime.combine(today() + dt.timedelta(days=1), dt.time(9), dt.UTC)
    with transaction.atomic(), time_machine.travel(morning, tick=False) as clock:
        one = works[0]
        due_in(one, 3)
        municipal = User.objects.filter(memberships__role="municipal_coordinator").first()
        for step in steps:
            one.refresh_from_db()
            if step == "tick":
                reminding.remind()
            elif step == "night":
                clock.shift(dt.timedelta(days=1))
            elif step == "submit" and one.is_open:
                working.submit(one, by=head, text="Сделано.")
            elif step == "return" and one.state == "reported" and municipal:
                working.give_back(one, by=municipal, comment="Дополните.")
            elif step == "later":
                Assignment.objects.filter(pk=one.pk).update(due=(one.due or today()) + dt.timedelta(days=1))
        texts = [notice.key for notice in Notice.objects.filter(user=head, kind__in=KINDS)]
        assert len(texts) == len(set(texts))
        transaction.set_rollback(True)


# -- digests -----------------------------------------------------------------------------------------------------


def test_a_digest_groups_what_stands_and_names_nothing_of_a_list(works: list[Assignment], head: User) -> None:
    for one, days in zip(works, (-3, 0), strict=False):
        due_in(one, days)
    Assignment.objects.filter(pk=works[-1].pk).update(due=today() - dt.timedelta(days=1))
    assert works[-1].via_list
    heaps = {heap.title: heap for heap in digests.heaps(User.objects.get(pk=head.pk))}
    assert heaps["Просрочено"].total == 2
    texts = [line.text for heap in heaps.values() for line in heap.lines]
    assert digests.NEUTRAL in texts
    assert works[0].activity.label in texts
    assert works[-1].activity.label not in texts


# -- the calendar ------------------------------------------------------------------------------------------------


def read(token: str, **headers: str) -> icalendar.Calendar:
    response = Client().get(f"/calendar/{token}/opora.ics", headers=headers)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/calendar")
    return icalendar.Calendar.from_ical(response.content)  # type: ignore[return-value]


def test_the_calendar_holds_whole_days_under_lasting_names(works: list[Assignment], head: User) -> None:
    one = works[0]
    Assignment.objects.filter(pk=one.pk).update(starts=dt.date(2026, 12, 7), due=dt.date(2026, 12, 11))
    one.refresh_from_db()
    token = open_feed(head)
    events = {str(event["uid"]): event for event in read(token).walk("VEVENT")}
    event = events[f"{one.public_id}@opora"]
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (dt.date(2026, 12, 7), dt.date(2026, 12, 12))
    assert event["dtstart"].params["VALUE"] == "DATE"
    assert one.text in event["summary"]
    before = int(event["sequence"])
    Assignment.objects.filter(pk=one.pk).update(due=dt.date(2026, 12, 14))
    moved = {str(found["uid"]): found for found in read(token).walk("VEVENT")}[f"{one.public_id}@opora"]
    assert int(moved["sequence"]) == before + 1
    coordinator = User.objects.get(memberships__role="regional_coordinator")
    one.refresh_from_db()
    working.cancel(one, by=coordinator, comment="Ошибка.")
    gone = {str(found["uid"]): found for found in read(token).walk("VEVENT")}[f"{one.public_id}@opora"]
    assert gone["status"] == "CANCELLED"
    assert int(gone["sequence"]) == before + 2


def test_the_calendar_names_nothing_of_a_list(works: list[Assignment], head: User) -> None:
    listed = works[-1]
    content = Client().get(f"/calendar/{open_feed(head)}/opora.ics").content.decode().replace("\r\n ", "")
    assert listed.via_list
    assert f"{listed.public_id}@opora" in content
    assert listed.activity.text[:20] not in content
    assert digests.NEUTRAL.replace(",", "\\,") in content


def test_a_calendar_that_did_not_change_is_not_sent_again(works: list[Assignment], head: User) -> None:
    url = f"/calendar/{open_feed(head)}/opora.ics"
    tag = Client().get(url).headers["ETag"]
    again = Client().get(url, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    due_in(works[0], 5)
    assert Client().get(url, headers={"If-None-Match": tag}).status_code == 200


def test_wrong_old_and_closed_addresses_are_answered_alike(works: list[Assignment], head: User) -> None:
    first = open_feed(head)
    second = open_feed(head)
    asked, answers = set(), set()
    close_feed(head)
    third = open_feed(head)
    User.objects.filter(pk=head.pk).update(is_active=False)
    for token in (first, second, third, "x", "й" * 43, "a" * 300):
        with CaptureQueriesContext(connection) as queries:
            response = Client().get(f"/calendar/{token}/opora.ics")
        assert response.status_code == 404
        asked.add(len(queries))
        answers.add(response.content.decode().replace(token, ""))
    assert asked == {1}
    assert len(answers) == 1


def test_the_calendar_costs_the_same_for_more(works: list[Assignment], head: User) -> None:
    url = f"/calendar/{open_feed(head)}/opora.ics"
    with CaptureQueriesContext(connection) as queries:
        Client().get(url)
    assert len(queries) == 6  # the address, today's roles, the deadlines, the meetings, the events, the studies
