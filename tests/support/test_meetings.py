"""Meetings: set, invited to, held; what is decided is read back from the protocol and becomes work."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import icalendar
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.workflow import Refused
from opora.decrees import read
from opora.decrees.model import Activity
from opora.documents.models import Document, Letter
from opora.journal.models import Entry
from opora.notices import points
from opora.notices.models import Notice
from opora.registry import actions as registry
from opora.registry.models import Body
from opora.roadmaps.actions import sending, working
from opora.roadmaps.models import Assignment
from opora.support.actions import meetings as actions
from opora.support.actions import minutes
from opora.support.models import Meeting, MeetingState
from opora.support.protocol import draft_docx
from tests import factories
from tests.factories import Region

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 9)


def group(region: Region, by: User) -> Body:
    """The coordinator chairs; a municipal coordinator and two without accounts are members."""
    municipal = region.user(RoleCode.MUNICIPAL_COORDINATOR)
    people = [
        registry.add_person(by=by, organisation=region.authority, title="член", last_name=f"Член{n}") for n in "АБ"
    ]
    for user, person in zip((by, municipal), people, strict=True):
        User.objects.filter(pk=user.pk).update(person=person)
    members = [
        registry.Member("Орлов Д.С.", "министр", "chair", people[0]),
        registry.Member("Ковалёва Н.П.", "начальник управления", "member", people[1]),
        registry.Member("Соколова М.П.", "методист", "secretary"),
        registry.Member("Ильин П.П.", "ректор", "member"),
    ]
    return registry.create_body(by=by, organisation=region.authority, name="Региональная группа", members=members)


def planned(body: Body, by: User, **given: object) -> Meeting:
    values: dict[str, Any] = {"title": "итоги диагностики", "day": DAY, "starts": dt.time(14), "minutes": 90}
    values |= {"place": "г. Заречный", "link": "", "confidential": False, "agenda": [("О диагностике", "Орлов Д.С.")]}
    return actions.plan(body, by=by, **{**values, **given})


@pytest.fixture
def body(region: Region, coordinator: User) -> Body:
    return group(region, coordinator)


@pytest.fixture
def municipal(body: Body) -> User:
    return User.objects.get(person__last_name="ЧленБ")


@pytest.fixture
def meeting(body: Body, coordinator: User) -> Meeting:
    return planned(body, coordinator, guests=[("Гость Г.Г.", "директор")])


def test_those_who_are_invited_see_it_and_have_it_in_their_calendar(
    meeting: Meeting, coordinator: User, municipal: User, region: Region
) -> None:
    other = region.user(RoleCode.MUNICIPAL_COORDINATOR, region.municipalities[1])
    assert not Meeting.objects.visible(municipal).exists()
    with pytest.raises(Denied):
        actions.invite(meeting, by=municipal)
    assert actions.invite(meeting, by=coordinator) == 1
    assert Meeting.objects.visible(municipal).get() == meeting
    assert not Meeting.objects.visible(other).exists()
    events = [event for found in points.events.call(municipal) for event in found if event.hours]
    assert [(event.title, event.cancelled) for event in events] == [("Региональная группа: итоги диагностики", False)]
    actions.cancel(meeting, by=coordinator, reason="Болезнь")
    assert "Болезнь" in Notice.objects.visible(municipal).order_by("-pk")[0].text
    with pytest.raises(Refused, match="поздно"):
        actions.invite(meeting, by=coordinator)


def test_of_listed_schools_those_alone_hear_who_may_know(body: Body, coordinator: User, municipal: User) -> None:
    secret = planned(body, coordinator, confidential=True)
    assert actions.invite(secret, by=coordinator) == 0
    assert not Meeting.objects.visible(municipal).exists()
    assert Meeting.objects.visible(coordinator).exists()
    assert all(Entry.objects.filter(object_id=secret.public_id).values_list("confidential", flat=True))


def test_nobody_was_there_before_its_day(body: Body, coordinator: User) -> None:
    coming = planned(body, coordinator, day=today() + dt.timedelta(days=1))
    with pytest.raises(Refused, match="когда оно пройдёт"):
        actions.hold(coming, by=coordinator, present=[])
    coming.refresh_from_db()
    assert coming.state == MeetingState.PLANNED


def test_decisions_become_assignments(meeting: Meeting, coordinator: User, region: Region) -> None:
    with pytest.raises(Refused):
        minutes.approve(meeting, by=coordinator)
    chair, *_ = meeting.people.order_by("order")
    actions.hold(meeting, by=coordinator, present=[chair.pk])
    with pytest.raises(Refused, match="хотя бы одно"):
        minutes.approve(meeting, by=coordinator)
    both, one = region.municipalities[:2], region.institute
    said: dict[str, Any] = {"text": "Представить сведения", "due": dt.date(2026, 12, 20)}
    first = minutes.add_decision(meeting, by=coordinator, responsible=both, **said)
    second = minutes.add_decision(meeting, by=coordinator, text="Провести", due=dt.date(2027, 1, 20), responsible=[one])
    third = minutes.add_decision(meeting, by=coordinator, text="Лишнее", due=DAY, responsible=[one])
    minutes.remove_decision(third, by=coordinator)
    roadmap = minutes.approve(meeting, by=coordinator)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.MINUTED
    assert Document.objects.get(public_id=meeting.document_id).kind == "protocol"
    assert Letter.objects.get(public_id=meeting.letter_id).document_id == meeting.document_id
    sending.send(roadmap, by=coordinator)
    work = Assignment.objects.filter(roadmap=roadmap)
    assert {(row.executor, row.due) for row in work} == {
        *((place, said["due"]) for place in both),
        (one, dt.date(2027, 1, 20)),
    }
    with pytest.raises(Refused):
        minutes.add_decision(meeting, by=coordinator, responsible=both, **said)
    done = work.select_related("executor", "controller", "activity", "roadmap__organisation").get(executor=one)
    working.submit(done, by=coordinator, text="Сделано")
    working.accept(Assignment.objects.select_related("executor", "controller").get(pk=done.pk), by=coordinator)
    first.refresh_from_db()
    second.refresh_from_db()
    assert list(meeting.decisions.all().standing()) == [first]
    following = planned(meeting.body, coordinator, previous=meeting, day=dt.date(2027, 1, 11))
    brought = following.decisions.get()
    assert (brought.text, brought.origin, brought.due) == (first.text, first, following.day)
    assert set(brought.responsible.all()) == set(both)
    minutes.close_decision(first, by=coordinator)
    assert not meeting.decisions.all().standing().exists()


def test_a_meeting_in_the_browser(body: Body, coordinator: User, region: Region, client: Client) -> None:
    client.force_login(coordinator)
    given = {"body": body.public_id, "title": "итоги", "day": "2026-11-09", "starts": "14:00", "minutes": "60"}
    given |= {"agenda": "О диагностике | Орлов Д.С.\nРазное", "guests": "Гость Г.Г. | директор"}
    assert client.post(reverse("support:new_meeting"), {**given, "title": ""}).status_code == 422
    url = client.post(reverse("support:new_meeting"), given)["Location"]
    assert "Разослать приглашения?" in client.post(f"{url}invite/").content.decode()
    assert client.post(f"{url}invite/", {"confirmed": "1"}).status_code == 302
    calendar = icalendar.Calendar.from_ical(client.get(f"{url}invitation.ics").content)
    event = next(one for one in calendar.walk("VEVENT"))
    assert event.decoded("dtend") - event.decoded("dtstart") == dt.timedelta(hours=1)
    assert client.post(f"{url}edit/", {**given, "title": "итоги года"}).status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.title, meeting.revision, meeting.agenda.count()) == ("итоги года", 1, 2)
    present = [str(one.pk) for one in meeting.people.all()[:1]]
    assert client.post(f"{url}attendance/", {"present": present}).status_code == 302
    shown = client.get(url).content.decode()
    assert "кворума нет" in shown
    assert "приглашён, директор · отсутствовал(а)" in shown
    asked = {"text": "Провести", "due": "2026-12-20", "responsible": region.municipalities[0].short_name}
    assert "Утвердить протокол" not in shown  # nothing is decided yet
    assert client.post(f"{url}decisions/new/", {**asked, "responsible": ""}).status_code == 422
    wrong = client.post(f"{url}decisions/new/", {**asked, "responsible": f"{asked['responsible']}\nЛуна"})
    assert "названы неоднозначно: Луна" in wrong.content.decode()
    assert client.post(f"{url}decisions/new/", asked).status_code == 302
    assert client.post(f"{url}decisions/1/", {**asked, "text": "Провести всё"}).status_code == 302
    assert "Кворума нет: присутствовали 1 из 4" in client.post(f"{url}approve/").content.decode()
    sent = client.post(f"{url}approve/", {"confirmed": "1"})["Location"]
    assert "Провести всё" in client.get(sent).content.decode()
    assert client.get(f"{url}protocol/").content.startswith(b"PK")
    nxt = client.post(f"{url}next/", {**given, "day": "2027-01-11"})["Location"]
    assert "Перенесено с заседания" in client.get(nxt).content.decode()


def _texts(activity: Activity) -> list[str]:
    return [one.text for one in activity.responsible]


WORDS = ("Представить сведения", "Провести совещание с директорами", "Обеспечить участие учителей в семинаре")
decision = st.tuples(
    st.sampled_from(WORDS),
    st.dates(dt.date(2026, 12, 8), dt.date(2027, 12, 31)),
    st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True),
)


class TestProtocol(TestCase):
    """The protocol is read back with the decisions that it says."""

    def setUp(self) -> None:
        self.region = factories.region()
        self.by = self.region.user(RoleCode.REGIONAL_COORDINATOR)
        self.body = group(self.region, self.by)
        self.places = [*self.region.municipalities[:2], self.region.institute, self.region.schools[0]]
        self.folder = Path(self.enterContext(TemporaryDirectory()))

    @settings(max_examples=8)
    @given(st.lists(decision, min_size=1, max_size=6), st.booleans())
    def test_it_is_read_back(self, said: list[tuple[str, dt.date, list[int]]], there: bool) -> None:
        meeting = planned(self.body, self.by)
        actions.hold(meeting, by=self.by, present=[one.pk for one in meeting.people.all() if there])
        for text, due, who in said:
            places = [self.places[number] for number in who]
            minutes.add_decision(meeting, by=self.by, text=text, due=due, responsible=places)
        path = self.folder / "protocol.docx"
        path.write_bytes(draft_docx(meeting))
        decree = read(path)
        found = [one for roadmap in decree.roadmaps for section in roadmap.sections for one in section.activities]
        assert [
            (
                one.number,
                one.text,
                one.deadline and one.deadline.windows,
                [who.text for who in one.responsible],
            )
            for one in found
        ] == [
            (str(number), text, ((None, due),), sorted(self.places[n].short_name for n in who))
            for number, (text, due, who) in enumerate(said, start=1)
        ]


def test_what_was_said_of_listed_schools_does_not_become_open(body: Body, coordinator: User, region: Region) -> None:
    secret = planned(body, coordinator, confidential=True, title="О школах списка", day=today())
    fields = {"day": DAY, "starts": dt.time(14), "minutes": 90, "place": "", "link": "", "agenda": (), "guests": ()}
    actions.change(secret, by=coordinator, title="О другом", confidential=False, **fields)  # a slip, put right
    assert all(Entry.objects.filter(object_id=secret.public_id).values_list("confidential", flat=True))
    actions.change(secret, by=coordinator, title="О школах", confidential=True, **{**fields, "day": today()})
    due = DAY + dt.timedelta(days=30)
    minutes.add_decision(secret, by=coordinator, text="Помочь", due=due, responsible=[region.schools[0]])
    with pytest.raises(Refused, match="уже не снять"):
        actions.change(secret, by=coordinator, title="О другом", confidential=False, **fields)
    with pytest.raises(Refused, match="перейдут сюда"):
        planned(body, coordinator, previous=Meeting.objects.select_related("body__organisation").get(pk=secret.pk))
