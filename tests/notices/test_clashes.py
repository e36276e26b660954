"""No clash for one person without a warning: each pair of events, meetings, visits, diagnoses and studies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.clock import today
from opora.development.actions import giving, studies
from opora.development.actions.events import places
from opora.development.models import Diagnosis
from opora.notices.clashes import on_days
from opora.registry import actions as registry
from opora.registry.models import Person
from opora.registry.models.people import Post
from opora.support.actions import meetings
from opora.support.actions.sheets import current_sheet
from opora.support.models import Mentor, Visit
from tests.development.conftest import coordinator, made, region
from tests.development.occasions import announced
from tests.development.test_studies import prepared
from tests.factories import Region

__all__ = ["coordinator", "region"]
pytestmark = pytest.mark.django_db
DAY = today() + dt.timedelta(days=6)
NAME = "Занятова Анна Петровна"


@pytest.fixture
def busy(region: Region) -> User:
    """The head of the first school, known to the registry, who teaches and visits too."""
    user = region.user(RoleCode.SCHOOL_HEAD)
    last, first, middle = NAME.split()
    user.person = Person.objects.create(last_name=last, first_name=first, middle_name=middle)
    user.save()
    Post.objects.create(person=user.person, organisation=region.schools[0], title="директор, учитель химии")
    return user


Answer = Any
Kind = Callable[[Region, User, User, Client], Answer]


def at(hour: int, day: dt.date = DAY) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))


def event(region: Region, by: User, who: User, client: Client) -> Answer:
    one = announced(region.authority, by, title="Семинар химиков", begins_at=at(10))
    people = {"people": [who.person.public_id]}  # type: ignore[union-attr]
    url = f"{reverse('development:register', args=[one.public_id])}?organisation={region.schools[0].public_id}"
    answer = client.post(url, people)
    if not one.registrations.exists():
        places.register(one, [places.Comer(NAME, person=who.person)], by=by, organisation=region.schools[0])
    return answer


def meeting(region: Region, by: User, who: User, client: Client) -> Answer:
    member = registry.Member(NAME, "директор", "member", who.person)
    body = registry.create_body(by=by, organisation=region.authority, name="Совет химиков", members=[member])
    values: dict[str, Any] = {"title": "Совет", "day": DAY, "starts": dt.time(11), "minutes": 60}
    one = meetings.plan(body, by=by, **values, place="", link="", confidential=False)
    answer = client.post(reverse("support:invite_to_meeting", args=[one.public_id]))
    meetings.invite(one, by=by)
    return answer


def visit(region: Region, by: User, who: User, client: Client) -> Answer:
    mentor = Mentor.objects.create(organisation=region.schools[0], kind="tutor", name=NAME)
    school, day = region.schools[1], DAY + dt.timedelta(days=1)
    one = Visit.objects.create(school=school, day=day, sheet=current_sheet(school), made_by="Кто")
    one.team.create(mentor=mentor)
    said = {"day": DAY.isoformat(), "reason": "Дорога"}
    return client.post(reverse("support:move_visit", args=[one.public_id]), said, follow=True)


def diagnosis(region: Region, by: User, who: User, client: Client) -> Answer:
    version = made(by, region.authority)
    one = giving.prepare(
        by=by, version=version, place=region.schools[0], post="учитель химии", title="Химия", opens=DAY, closes=DAY
    )
    answer = client.post(reverse("development:give", args=[one.public_id]))
    if not one.sittings.exists():
        giving.give(Diagnosis.objects.get(pk=one.pk), by=by)
    return answer


def study(region: Region, by: User, who: User, client: Client) -> Answer:
    one = prepared(by, region.authority, title="Замер химии", opens=DAY, closes=DAY)
    answer = client.post(f"{one.get_absolute_url()}announce/", follow=True)
    one.refresh_from_db()
    if one.is_draft:
        studies.announce(one, by=by)
    return answer


KINDS: dict[str, Kind] = {
    "семинар «Семинар химиков»": event,
    "заседание «Совет»": meeting,
    "визит в школу": visit,
    "диагностика «Химия»": diagnosis,
    "исследование «Замер химии»": study,
}


@pytest.mark.parametrize(("first", "second"), list(permutations(KINDS, 2)))
def test_each_is_warned_of_each(
    first: str, second: str, region: Region, coordinator: User, busy: User, client: Client
) -> None:
    """Who sets the second is told of the first, before or as it is set; without the first there is no warning."""
    client.force_login(coordinator)
    KINDS[first](region, coordinator, busy, client)
    shown = KINDS[second](region, coordinator, busy, client).content.decode()
    assert first in shown
    assert second not in shown


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_is_warned_of_what_he_is_free_for(
    kind: str, region: Region, coordinator: User, busy: User, client: Client
) -> None:
    client.force_login(coordinator)
    shown = KINDS[kind](region, coordinator, busy, client)
    text = (shown.content or b"").decode()
    assert not any(f"{NAME}: {one}" in text for one in KINDS)
    assert "это же время" not in text
    assert "всё равно" not in text


def test_what_leaves_another_day_is_no_clash(region: Region, coordinator: User, busy: User, client: Client) -> None:
    """A diagnosis of a week can be sat on another day than that of the event; not when only that day is left."""
    client.force_login(coordinator)
    event(region, coordinator, busy, client)
    assert busy.person
    people = [busy.person.pk]
    assert on_days(coordinator, people, DAY, DAY)
    assert not on_days(coordinator, people, DAY, DAY + dt.timedelta(days=1))
    assert not on_days(coordinator, people, DAY - dt.timedelta(days=1), DAY)


def test_whoever_may_not_see_it_is_not_told_of_it(
    region: Region, coordinator: User, busy: User, client: Client
) -> None:
    client.force_login(coordinator)
    diagnosis(region, coordinator, busy, client)
    visit(region, coordinator, busy, client)
    assert busy.person
    told = {one.what for one in on_days(coordinator, [busy.person.pk], DAY, DAY)}
    assert told == {"диагностика «Химия»", "визит в школу"}
    far = region.user(RoleCode.METHODIST, region.schools[2])
    assert {one.what for one in on_days(far, [busy.person.pk], DAY, DAY)} == set()
