"""A season tells, before it is confirmed, who is busy on the days of its plan."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.clock import today
from opora.notices import clashes
from opora.notices.points import Busy, busy
from opora.registry import actions as registry
from opora.registry.models import Person, Post
from opora.support.actions import meetings, replanning, visiting
from opora.support.models import Season, Visit
from opora.support.models.mentoring import year_of
from tests import factories
from tests.assessments.results import put
from tests.factories import Region
from tests.support.conftest import approved
from tests.support.test_replanning import counted, methodist

pytestmark = pytest.mark.django_db
FIRST = today() + dt.timedelta(days=16 - today().weekday())  # a Wednesday
NAME = "Лосева Инна Павловна"


@pytest.fixture
def goes(region: Region) -> User:
    """A methodist of the institute, with an account."""
    person = Person.objects.create(last_name="Лосева", first_name="Инна", middle_name="Павловна")
    Post.objects.create(person=person, organisation=region.institute, title="методист")
    user = factories.user(RoleCode.REGIONAL_SPECIALIST, region.institute)
    user.person = person
    user.save()
    return user


@pytest.fixture
def season(region: Region, coordinator: User, goes: User) -> Season:
    """Planned, not confirmed."""
    methodist(region, coordinator, NAME, "mat")
    put(region.authority, (2025, "vpr", "mat", 5), dict.fromkeys(region.schools, (2, 1, 0, 0)))
    approved(coordinator, region, region.schools[0], year=year_of(FIRST))
    made = visiting.start_season(region.authority, by=coordinator, first=FIRST, last=FIRST + dt.timedelta(days=9))
    return counted(made)


def invited(region: Region, by: User, goes: User, title: str, day: dt.date) -> None:
    member = registry.Member(NAME, "методист", "member", goes.person)
    body = registry.create_body(by=by, organisation=region.authority, name=f"Группа {title}", members=[member])
    hours = {"starts": dt.time(11, 30), "minutes": 60}
    told = {"title": title, "day": day, "place": "", "link": "", "confidential": False, **hours}
    meetings.invite(meetings.plan(body, by=by, **told), by=by)


def test_who_is_busy_is_told_before_the_visits_are_made(
    season: Season, region: Region, coordinator: User, goes: User, client: Client
) -> None:
    day = season.wishes.get(day__isnull=False).day
    assert day
    client.force_login(coordinator)
    confirm = reverse("support:confirm_season", args=[season.public_id])
    assert "уже заняты" not in client.post(confirm).content.decode()
    invited(region, coordinator, goes, "Итоги", day)
    invited(region, coordinator, goes, "Позже", day + dt.timedelta(days=1))
    shown = client.post(confirm).content.decode()
    assert "В эти дни люди уже заняты" in shown
    assert f"<li>{NAME}: заседание «Итоги»" in shown
    assert "Позже" not in shown
    assert not Visit.objects.exists()
    assert client.post(confirm, {"confirmed": "1"}).status_code == 302
    assert Visit.objects.get().day == day


def test_a_season_keeps_off_the_days_on_which_its_people_are_busy(
    season: Season, region: Region, coordinator: User, goes: User
) -> None:
    first, last = FIRST, FIRST + dt.timedelta(days=9)
    day = season.wishes.get(day__isnull=False).day
    assert day
    invited(region, coordinator, goes, "Итоги", day)
    other = counted(visiting.start_season(region.authority, by=coordinator, first=first, last=last))
    assert other.wishes.get(day__isnull=False).day not in (day, None)
    for one in visiting.workdays(first, last):
        if one != day:
            invited(region, coordinator, goes, f"День {one:%d}", one)
    full = counted(visiting.start_season(region.authority, by=coordinator, first=first, last=last))
    assert not full.wishes.filter(day__isnull=False)
    assert f"методисты этого предмета заняты: {NAME}" in full.wishes.get(subject="mat").reason


def test_a_plan_made_again_does_not_clash_with_what_it_takes_away(
    season: Season, region: Region, coordinator: User, goes: User, client: Client
) -> None:
    visiting.confirm_season(season, by=coordinator)
    first = Visit.objects.get()
    first.by_hand = True
    first.save()
    visiting.cancel(first, by=coordinator, reason="Заболела")
    season.refresh_from_db()
    again = counted(replanning.start_again(season, by=coordinator))
    day = again.wishes.get(day__isnull=False).day
    assert day
    invited(region, coordinator, goes, "Итоги", day)
    client.force_login(coordinator)
    confirm = reverse("support:confirm_season", args=[again.public_id])
    shown = client.post(confirm).content.decode()
    assert "заседание «Итоги»" in shown
    assert "визит в школу, " not in shown


def test_what_lasts_several_days_clashes_where_none_of_them_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def at(day: int, hour: int = 0) -> dt.datetime:
        return clashes.midnight(dt.date(2027, 3, day)) + dt.timedelta(hours=hour)

    told = [
        Busy(1, "диагностика", at(1), at(4), "a"),
        Busy(1, "диагностика двух дней", at(1), at(3), "b"),
        Busy(1, "слёт", at(2, 10), at(5, 12), "c"),
        Busy(1, "визит", at(2), at(3), "d"),
    ]
    monkeypatch.setattr(busy, "call", lambda *_: [told])
    days = {1: {dt.date(2027, 3, 1), dt.date(2027, 3, 2)}}
    found = clashes.on_single_days(User(), days, but=["d"])
    assert [one.what for one in found] == ["диагностика двух дней", "слёт"]
