"""Events: who sees them, what they hear of them, what else they have at that time."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.workflow import Refused
from opora.development.actions.events import keeping, outcomes, places
from opora.development.models import Certificate, Event, EventState, Registration
from opora.development.queries import events as queries
from opora.notices import points
from opora.notices.models import Notice
from opora.registry import actions as registry
from opora.registry.models import Person
from opora.support.actions import meetings
from opora.support.actions.sheets import current_sheet
from opora.support.models import Mentor, Visit
from tests import factories
from tests.development.conftest import teacher
from tests.development.occasions import SOON, announced, later, named, said, states, titles
from tests.factories import Region

pytestmark = pytest.mark.django_db


def test_who_sees_an_event(region: Region, coordinator: User) -> None:
    area, other = region.municipalities
    head, far = region.user(RoleCode.SCHOOL_HEAD), region.user(RoleCode.SCHOOL_HEAD, region.schools[2])
    municipal = region.user(RoleCode.MUNICIPAL_COORDINATOR)
    with pytest.raises(Denied):
        keeping.create(region.authority, said(), by=municipal)
    with pytest.raises(Denied):
        keeping.create(area, said(), by=head)
    keeping.create(region.authority, said(title="черновик"), by=coordinator)
    announced(region.authority, coordinator, title="всем", audience="all")
    announced(area, municipal, title="району")
    announced(region.authority, coordinator, title="названным", audience="named", invited=[other])
    announced(region.authority, coordinator, title="званым", audience="closed", invited=[region.schools[0]])
    assert titles(coordinator) == {"черновик", "всем", "району", "названным", "званым"}
    assert titles(head) == {"всем", "району", "названным", "званым"}
    assert titles(far) == {"всем", "названным"}
    stranger = factories.region("Чужая область").user(RoleCode.REGIONAL_COORDINATOR)
    assert titles(stranger) == set()


def test_one_for_listed_schools_is_known_to_the_invited_alone(region: Region, coordinator: User) -> None:
    first, second = region.schools[:2]
    with pytest.raises(Refused, match="по приглашению"):
        keeping.create(region.authority, said(confidential=True), by=coordinator)
    with pytest.raises(Denied):
        keeping.create(
            region.authority,
            said(confidential=True, audience="closed"),
            by=region.user(RoleCode.REGIONAL_SPECIALIST),
        )
    empty = keeping.create(region.authority, said(confidential=True, audience="closed"), by=coordinator)
    with pytest.raises(Refused, match="хотя бы одну"):
        keeping.announce(empty, by=coordinator)
    head = region.user(RoleCode.SCHOOL_HEAD)
    secret = announced(
        region.authority, coordinator, title="тайно", confidential=True, audience="closed", invited=[first, second]
    )
    knowing = [head, region.user(RoleCode.MUNICIPAL_COORDINATOR), coordinator]
    blind = [
        region.user(RoleCode.REGIONAL_SPECIALIST),
        region.user(RoleCode.METHODIST),
        region.user(RoleCode.OBSERVER),
        region.user(RoleCode.MUNICIPAL_COORDINATOR, region.municipalities[1]),
        region.user(RoleCode.SCHOOL_HEAD, region.schools[2]),
    ]
    assert [("тайно" in titles(user)) for user in [*knowing, *blind]] == [True] * 3 + [False] * 5
    assert "приглашают" in Notice.objects.visible(head).get().text
    assert Notice.objects.get(user=head).closed
    places.register(secret, named("Иванова"), by=coordinator, organisation=second)
    assert not Registration.objects.visible(head).exists()
    assert Registration.objects.visible(coordinator).exists()
    row = places.register_oneself(secret, by=head, organisation=first)
    assert [event.title for found in points.events.call(head) for event in found if event.hours] == ["Семинар"]
    with later(secret):
        keeping.hold(secret, by=coordinator, present=[row.pk])
        outcomes.issue(secret, by=coordinator)
    assert Certificate.objects.get().title == "Семинар"


def test_who_comes_hears_of_changes_and_is_reminded_once(region: Region, coordinator: User) -> None:
    comes = teacher(region.schools[0])
    event = announced(region.authority, coordinator)
    places.register_oneself(event, by=comes, organisation=region.schools[0])

    def heard() -> list[str]:
        return [one.text for one in Notice.objects.visible(comes).order_by("pk")]

    keeping.change(event, said(begins_at=event.begins_at, about="Подробнее"), by=coordinator)
    assert heard() == []
    moved = event.begins_at + dt.timedelta(days=7)
    keeping.change(event, said(begins_at=moved), by=coordinator)
    assert ["Перенесено" in text for text in heard()] == [True]
    with time_machine.travel(moved - dt.timedelta(days=3), tick=False):
        outcomes.remind()
    assert len(heard()) == 1
    with time_machine.travel(moved - dt.timedelta(days=1), tick=False):
        outcomes.remind()
        outcomes.remind()
    assert ["Скоро" in text for text in heard()] == [False, True]
    event.refresh_from_db()
    keeping.cancel(event, by=coordinator, reason="Карантин")
    assert "Карантин" in heard()[-1]
    [one] = [found for rows in points.events.call(comes) for found in rows if found.hours]
    assert one.cancelled


def test_what_a_person_has_at_that_time(region: Region, coordinator: User) -> None:
    user = teacher(region.schools[0])
    assert user.person is not None
    begins = timezone.make_aware(dt.datetime.combine(timezone.localdate() + SOON, dt.time(10)))
    event = announced(region.authority, coordinator, begins_at=begins)
    other = announced(region.authority, coordinator, title="Другой", begins_at=begins + dt.timedelta(hours=1))
    apart = announced(region.authority, coordinator, title="Позже", begins_at=begins + dt.timedelta(hours=2))
    for one in (event, other, apart):
        places.register_oneself(one, by=user, organisation=region.schools[0])

    def clashes(asks: User) -> list[str]:
        return [one.what for one in queries.clashes(asks, event, [user.person_id or 0])]

    assert clashes(user) == ["семинар «Другой»"]
    member = registry.Member("Учителева Анна", "учитель", "member", user.person)
    body = registry.create_body(by=coordinator, organisation=region.authority, name="Группа", members=[member])
    values: dict[str, Any] = {"title": "Итоги", "day": begins.date(), "starts": dt.time(11, 30), "minutes": 60}
    values |= {"place": "", "link": "", "confidential": False}
    meetings.invite(meetings.plan(body, by=coordinator, **values), by=coordinator)
    mentor = Mentor.objects.create(organisation=region.schools[0], kind="tutor", name=user.person.full_name)
    visit = Visit.objects.create(
        school=region.schools[1], day=begins.date(), sheet=current_sheet(region.authority), made_by="Кто"
    )
    visit.team.create(mentor=mentor)
    assert clashes(coordinator) == ["визит в школу", "семинар «Другой»", "заседание «Итоги»"]
    blind = region.user(RoleCode.REGIONAL_SPECIALIST)
    assert "визит в школу" not in clashes(blind)


def test_an_event_in_the_browser(region: Region, coordinator: User, client: Client) -> None:
    day = timezone.localdate() + SOON
    school = region.schools[0]
    client.force_login(coordinator)
    given: dict[str, Any] = {"kind": "training", "title": "Тренинг", "day": day.isoformat(), "starts": "10:00"}
    given |= {"ends": "12:00", "audience": "closed", "hours": "6", "places": "1", "invited": "Нет такой"}
    given |= {"programme": "10:00 | Открытие | Орлов Д.С.\nРабота в группах"}
    new = reverse("development:new_event")
    assert "Не найдены" in client.post(new, given).content.decode()
    assert client.post(new, {**given, "invited": "", "ends": "09:00"}).status_code == 422
    url = client.post(new, {**given, "invited": school.short_name})["Location"]
    event = Event.objects.select_related("territory").get()
    assert [(one.at, one.text, one.speaker) for one in event.programme.all()] == [
        ("10:00", "Открытие", "Орлов Д.С."),
        ("", "Работа в группах", ""),
    ]
    edited = client.get(f"{url}edit/").context["form"].initial
    assert edited["invited"] == (school.code or school.short_name)
    assert "Приглашение получат организации: 1" in client.post(f"{url}announce/").content.decode()
    assert client.post(f"{url}announce/", {"confirmed": "1"}).status_code == 302
    slides = SimpleUploadedFile("слайды.pdf", b"%PDF-1.7 slides")
    assert client.post(f"{url}materials/new/", {"file": slides}).status_code == 302
    head = region.user(RoleCode.SCHOOL_HEAD)
    busy = teacher(school)
    other = announced(region.authority, coordinator, title="Другой", begins_at=event.begins_at)
    places.register_oneself(other, by=busy, organisation=school)
    client.force_login(head)
    assert "слайды.pdf" in client.get(url).content.decode()
    material = event.materials.get()
    assert client.get(f"{url}materials/{material.public_id}/").content == b"%PDF-1.7 slides"
    assert client.get(f"{url}edit/").status_code == 403
    named_so = {"people": [Person.objects.get(user=busy).public_id], "others": "Новая Н.Н. | педагог"}
    assert client.post(f"{url}register/", {"others": ""}).status_code == 422
    warned = client.post(f"{url}register/", named_so).content.decode()
    assert "В это же время: Учителева Анна: семинар «Другой»" in warned
    assert client.post(f"{url}register/", {**named_so, "confirmed": "1"}).status_code == 302
    assert states(event) == [("Учителева Анна", "going"), ("Новая Н.Н.", "waiting")]
    row = event.registrations.get(state="going")
    client.force_login(busy)
    assert "В это же время у вас: семинар «Другой»" in client.get(url).content.decode()
    assert client.post(f"{url}people/{row.public_id}/leave/", {"confirmed": "1"}).status_code == 302
    assert states(event) == [("Учителева Анна", "withdrawn"), ("Новая Н.Н.", "going")]
    month = client.get(reverse("development:events_calendar"), {"from": f"{day:%Y-%m}", "kind": "training"})
    assert "Тренинг" in month.content.decode()
    assert "Другой" not in month.content.decode()
    ics = client.get(reverse("development:events_ics"), {"kind": "training"}).content.decode()
    assert ("SUMMARY:Тренинг" in ics, "Другой" in ics) == (True, False)
    client.force_login(coordinator)
    assert client.post(f"{url}cancel/", {"reason": "Карантин"}).status_code == 302
    assert Event.objects.get(pk=event.pk).state == EventState.CANCELLED
