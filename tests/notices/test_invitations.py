"""Invitations that calendars obey: announced, moved, called off; by mail and from the page; the feed stays a feed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import icalendar
import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.clock import today
from opora.development.actions.events import keeping, places
from opora.development.models import Event
from opora.notices.actions import open_feed
from opora.notices.mailing import sending
from opora.registry.models import Body
from opora.support.actions import meetings
from opora.support.models import Meeting
from tests import factories
from tests.development.conftest import coordinator, region, teacher
from tests.development.occasions import announced, said
from tests.factories import Region
from tests.support.test_meetings import group, planned

__all__ = ["coordinator", "region"]
pytestmark = pytest.mark.django_db
Seen = tuple[str, str, int, str]  # method, uid, sequence, status


def sent(to: User, look: int = 1) -> list[icalendar.Calendar]:
    """What the mails carried to him since the last look, days apart; every part says the method that stands in it."""
    with time_machine.travel(timezone.now() + look * dt.timedelta(days=5), tick=False):
        sending.send_due()
    found = []
    for letter in [one for one in mail.outbox if one.to == [to.email]]:
        for part in letter.message().walk():
            if part.get_content_type() == "text/calendar":
                payload = part.get_payload(decode=True)
                assert isinstance(payload, bytes)
                calendar = icalendar.Calendar.from_ical(payload)
                assert part.get_param("method") == calendar["method"]
                found.append(calendar)
    mail.outbox.clear()
    return found


def told(calendar: icalendar.Calendar) -> Seen:
    (event,) = calendar.walk("VEVENT")
    return str(calendar["method"]), str(event["uid"]), int(event["sequence"]), str(event["status"])


def parties(calendar: icalendar.Calendar) -> tuple[str, list[str]]:
    (event,) = calendar.walk("VEVENT")
    asked = event["attendee"]
    return str(event["organizer"]), [str(one) for one in (asked if isinstance(asked, list) else [asked])]


def test_an_event_is_announced_moved_and_called_off(region: Region, coordinator: User) -> None:
    comes, event = teacher(region.schools[0]), announced(region.authority, coordinator)
    head = region.user(RoleCode.SCHOOL_HEAD)
    places.register(event, [places.Comer("Кто", person=comes.person)], by=head, organisation=region.schools[0])
    (first,) = sent(comes)
    uid = f"{event.public_id}@opora"
    assert told(first) == ("REQUEST", uid, 0, "CONFIRMED")
    assert parties(first) == ("mailto:opora@localhost", [f"mailto:{comes.email}"])
    keeping.change(event, said(begins_at=event.begins_at + dt.timedelta(days=1)), by=coordinator)
    (moved,) = sent(comes, 2)
    assert told(moved) == ("REQUEST", uid, 1, "CONFIRMED")
    (old,), (new,) = first.walk("VEVENT"), moved.walk("VEVENT")
    assert new.decoded("dtstart") - old.decoded("dtstart") == dt.timedelta(days=1)
    assert new.decoded("dtstamp") > old.decoded("dtstamp")
    keeping.cancel(event, by=coordinator, reason="Карантин")
    (off,) = sent(comes, 3)
    assert told(off) == ("CANCEL", uid, 2, "CANCELLED")
    assert parties(off) == parties(first)


def test_a_meeting_is_announced_moved_and_called_off(region: Region, coordinator: User) -> None:
    body: Body = group(region, coordinator)
    meeting, member = planned(body, coordinator, day=today() + dt.timedelta(days=5)), municipal()
    meetings.invite(meeting, by=coordinator)
    uid = f"{meeting.public_id}@opora"
    seen = [told(one) for one in sent(member)]
    given: dict[str, Any] = {name: getattr(meeting, name) for name in meetings.FIELDS}
    given |= {"day": meeting.day + dt.timedelta(days=7), "agenda": [], "guests": []}
    meetings.change(meeting, by=coordinator, **given)
    seen += [told(one) for one in sent(member, 2)]
    meetings.cancel(Meeting.objects.get(), by=coordinator, reason="Перенос")
    seen += [told(one) for one in sent(member, 3)]
    said_ = [("REQUEST", 0, "CONFIRMED"), ("REQUEST", 1, "CONFIRMED"), ("CANCEL", 2, "CANCELLED")]
    assert seen == [(method, uid, number, status) for method, number, status in said_]


def municipal() -> User:
    return User.objects.get(person__last_name="ЧленБ")


def test_who_is_taken_off_is_told_to_strike_it_out(region: Region, coordinator: User) -> None:
    comes, event = teacher(region.schools[0]), announced(region.authority, coordinator)
    row = places.register_oneself(event, by=comes, organisation=region.schools[0])
    places.withdraw(row, by=region.user(RoleCode.SCHOOL_HEAD))
    (off,) = sent(comes)
    assert told(off)[0] == "CANCEL"
    places.register(
        event,
        [places.Comer("Кто", person=comes.person)],
        by=region.user(RoleCode.SCHOOL_HEAD),
        organisation=region.schools[0],
    )
    (again,) = sent(comes, 2)
    assert told(again)[0] == "REQUEST"


def test_who_waits_or_answers_for_others_is_not_invited(region: Region, coordinator: User) -> None:
    head, first, second = region.user(RoleCode.SCHOOL_HEAD), teacher(region.schools[0]), teacher(region.schools[1])
    event = announced(region.authority, coordinator, places=1, audience="named", invited=region.schools[:2])
    for user, school in ((first, region.schools[0]), (second, region.schools[1])):
        by = region.user(RoleCode.SCHOOL_HEAD, school)
        places.register(event, [places.Comer("Кто", person=user.person)], by=by, organisation=school)
    assert [told(one)[0] for one in sent(first)] == ["REQUEST"]
    assert sent(second) == []
    assert sent(head) == []


def test_of_a_secret_meeting_the_calendar_says_nothing(region: Region, coordinator: User) -> None:
    """The chair, who knows the lists, is invited in neutral words; a member who does not is not told at all."""
    body, second = group(region, coordinator), factories.user(RoleCode.REGIONAL_COORDINATOR, region.authority)
    meeting = planned(body, coordinator, day=today() + dt.timedelta(days=20), confidential=True, title="Тайна")
    meetings.invite(meeting, by=second)
    (one,) = sent(coordinator)
    text = one.to_ical().decode()
    assert told(one)[0] == "REQUEST"
    assert "SUMMARY:Заседание рабочей группы" in text
    assert "Тайна" not in text
    assert "Региональная группа" not in text
    assert sent(municipal()) == []


def test_the_page_gives_an_invitation_to_the_invited_alone(region: Region, coordinator: User, client: Client) -> None:
    comes, event = teacher(region.schools[0]), announced(region.authority, coordinator)
    places.register_oneself(event, by=comes, organisation=region.schools[0])
    methods = []
    for user in (comes, coordinator):
        client.force_login(user)
        content = client.get(reverse("development:event_ics", args=[event.public_id])).content
        methods.append(told(icalendar.Calendar.from_ical(content))[0] if user == comes else method(content))
    assert methods == ["REQUEST", "PUBLISH"]
    (own,) = icalendar.Calendar.from_ical(
        client_of(comes).get(reverse("development:event_ics", args=[event.public_id])).content
    ).walk("VEVENT")
    assert own["attendee"].params["PARTSTAT"] == "ACCEPTED"
    Event.objects.filter(pk=event.pk).update(revision=5)
    feed = Client().get(reverse("notices:feed", args=[open_feed(comes)])).content
    assert method(feed) == "PUBLISH"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def method(content: bytes) -> str:
    return str(icalendar.Calendar.from_ical(content)["method"])
