"""Places of events: first come, first served, and a list of those who wait."""

from __future__ import annotations

import threading
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.workflow import Refused
from opora.development.actions.events import keeping, places
from opora.development.models import Registration, RegistrationState
from opora.development.queries import events as queries
from opora.notices.models import Notice
from tests import factories
from tests.development.conftest import teacher
from tests.development.occasions import announced, named, said, states
from tests.factories import Region

pytestmark = pytest.mark.django_db


def test_a_freed_place_goes_to_who_waited_longest(region: Region, coordinator: User) -> None:
    school, head = region.schools[0], region.user(RoleCode.SCHOOL_HEAD)
    waits = teacher(school)
    event = announced(region.authority, coordinator, places=2)
    with pytest.raises(Denied):
        places.register(event, named("Чужая"), by=head, organisation=region.schools[2])
    places.register(event, named("Первая", "Вторая"), by=head, organisation=school)
    own = places.register_oneself(event, by=waits, organisation=school)
    places.register(event, named("Первая", "Четвёртая"), by=head, organisation=school)
    assert [state for _, state in states(event)] == ["going", "going", "waiting", "waiting"]
    with pytest.raises(Refused, match="уже записаны"):
        places.register_oneself(event, by=waits, organisation=school)
    places.withdraw(event.registrations.get(name="Вторая"), by=head)
    own.refresh_from_db()
    event.refresh_from_db()
    assert (own.state, event.taken) == (RegistrationState.GOING, 2)
    assert "Освободилось место" in Notice.objects.visible(waits).order_by("-pk")[0].text
    keeping.change(event, said(begins_at=event.begins_at, places=5), by=coordinator)
    event.refresh_from_db()
    assert (event.taken, event.registrations.filter(state="waiting").count()) == (3, 0)
    with pytest.raises(Refused, match="меньше"):
        keeping.change(event, said(begins_at=event.begins_at, places=2), by=coordinator)
    with time_machine.travel(event.begins_at, tick=False), pytest.raises(Refused, match="закрыта"):
        places.register(event, named("Поздняя"), by=head, organisation=school)


def test_what_a_press_does_is_said_before(region: Region, coordinator: User, client: Client) -> None:
    """Who only waits leaves no place; an event that is nowhere is told of before it is announced."""
    event = announced(region.authority, coordinator, places=1)
    client.force_login(coordinator)
    going, waiting = places.register(event, named("Есть", "Ждёт"), by=coordinator, organisation=region.schools[0])
    for row, words in ((going, "Место перейдёт первому"), (waiting, "Из листа ожидания человек уйдёт")):
        url = reverse("development:leave_event", args=[event.public_id, row.public_id])
        assert words in client.post(url).content.decode()
    for values, told in (({}, True), ({"place": "Актовый зал"}, False)):
        draft = keeping.create(region.authority, said(**values), by=coordinator)
        asked = client.post(reverse("development:announce_event", args=[draft.public_id])).content.decode()
        assert ("Не указано ни места, ни ссылки" in asked) is told


def test_those_who_come_are_found_in_any_case(region: Region, coordinator: User) -> None:
    event = announced(region.authority, coordinator)
    places.register(event, named("Семёнова Алёна", "Ёжикова Яна"), by=coordinator, organisation=region.schools[0])
    rows = queries.registrations(coordinator, event)

    def found(text: str) -> list[str]:
        return [row.name for row in queries.people_found(rows, text).order_by("sort_name")]

    assert found("семенова") == found("АЛЁНА") == ["Семёнова Алёна"]
    rows.update(sort_name="")
    import_module("opora.development.migrations.0007_found_by_name").keyed(apps, None)
    assert found(region.schools[0].short_name) == ["Ёжикова Яна", "Семёнова Алёна"]


@pytest.mark.django_db(transaction=True)
def test_places_are_never_taken_twice_when_many_come_and_go_at_once() -> None:
    region = factories.region()
    coordinator = region.user(RoleCode.REGIONAL_COORDINATOR)
    event = announced(region.authority, coordinator, places=5)
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(4):
                [row] = places.register(
                    event, named(f"Человек {number}-{turn}"), by=coordinator, organisation=region.schools[number]
                )
                if turn % 2:
                    row.refresh_from_db()
                    places.withdraw(row, by=coordinator)
        except BaseException as error:
            failed.append(error)

    def apart(number: int) -> None:
        work(number)
        connections.close_all()

    if connection.vendor == "sqlite":  # its test database lives in the memory of one connection
        for number in range(4):
            work(number)
    else:
        threads = [threading.Thread(target=apart, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not failed
    event.refresh_from_db()
    going = list(event.registrations.filter(state="going").values_list("pk", flat=True))
    waiting = list(event.registrations.filter(state="waiting").values_list("pk", flat=True))
    assert (event.taken, len(going), len(waiting)) == (5, 5, 3)


class TestWaiting(TestCase):
    """Whatever is done: as many have places as are taken, nobody waits beside a free place, the first waits least."""

    def setUp(self) -> None:
        self.region = factories.region()
        self.by = self.region.user(RoleCode.REGIONAL_COORDINATOR)
        self.school = self.region.schools[0]

    @settings(max_examples=12)
    @given(
        st.integers(1, 3),
        st.lists(st.one_of(st.just("come"), st.integers(0, 9), st.tuples(st.integers(1, 6))), max_size=12),
    )
    def test_it_is_first_come_first_served(self, limit: int, deeds: list[Any]) -> None:
        event = announced(self.region.authority, self.by, places=limit)
        places_now = limit
        standing: list[int] = []  # in the order in which they came
        for number, deed in enumerate(deeds):
            if deed == "come":
                [row] = places.register(event, named(f"Имя {number}"), by=self.by, organisation=self.school)
                standing.append(row.pk)
            elif isinstance(deed, tuple):
                taken = min(places_now, len(standing))
                if deed[0] >= taken:
                    keeping.change(event, said(begins_at=event.begins_at, places=deed[0]), by=self.by)
                    places_now = deed[0]
                else:
                    with pytest.raises(Refused):
                        keeping.change(event, said(begins_at=event.begins_at, places=deed[0]), by=self.by)
            elif deed < len(standing):
                places.withdraw(Registration.objects.get(pk=standing.pop(deed)), by=self.by)
            event.refresh_from_db()
            going = list(event.registrations.filter(state="going").order_by("pk").values_list("pk", flat=True))
            waiting = list(event.registrations.filter(state="waiting").order_by("pk").values_list("pk", flat=True))
            assert (going, waiting) == (standing[:places_now], standing[places_now:])
            assert event.taken == len(going)
