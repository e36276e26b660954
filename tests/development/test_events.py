"""Events: who sees them, places first come first served, what remains of them."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pypdfium2
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.workflow import Refused
from opora.development.actions.events import keeping, outcomes, places
from opora.development.actions.events.keeping import Said
from opora.development.actions.events.places import Comer
from opora.development.codes import shown
from opora.development.models import Certificate, Event, EventState, Feedback, Registration, RegistrationState
from opora.development.queries import events as queries
from opora.journal.models import Entry
from opora.notices import points
from opora.notices.models import Notice
from opora.registry import actions as registry
from opora.registry.models import Organisation, Person
from opora.support.actions import meetings
from opora.support.actions.sheets import current_sheet
from opora.support.models import Mentor, Visit
from tests import factories
from tests.development.conftest import teacher
from tests.factories import Region

pytestmark = pytest.mark.django_db
SOON = dt.timedelta(days=3)


def said(**values: Any) -> Said:
    begins = values.pop("begins_at", timezone.now() + SOON)
    given: dict[str, Any] = {"kind": "seminar", "title": "Смысловое чтение", "begins_at": begins, "hours": 6}
    return Said(**{**given, "ends_at": begins + dt.timedelta(hours=2), **values})


def announced(territory: Organisation, by: User, **values: Any) -> Event:
    made = keeping.create(territory, said(**values), by=by)
    keeping.announce(made, by=by)
    return Event.objects.select_related("territory").get(pk=made.pk)


def named(*names: str) -> list[Comer]:
    return [Comer(name, "учитель") for name in names]


def states(event: Event) -> list[tuple[str, str]]:
    return list(event.registrations.order_by("pk").values_list("name", "state"))


def later(event: Event) -> Any:
    return time_machine.travel(event.ends_at + dt.timedelta(minutes=1), tick=False)


def titles(user: User) -> set[str]:
    return set(Event.objects.visible(user).values_list("title", flat=True))


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


def test_feedback_is_shown_by_fives_and_without_names(region: Region, coordinator: User) -> None:
    event = announced(region.authority, coordinator)
    users = [teacher(region.schools[0], f"Учитель{number}") for number in range(6)]
    rows = [places.register_oneself(event, by=user, organisation=region.schools[0]) for user in users]
    answer: dict[str, Any] = {"useful": 5, "clear": 4, "organised": 3}
    with later(event):
        keeping.hold(event, by=coordinator, present=[row.pk for row in rows])
        for number, user in enumerate(users):
            assert (queries.opinion(event) is None) == (number < 5)
            outcomes.give_feedback(event, by=user, text="Хочу ещё" if number == 5 else "", **answer)
        with pytest.raises(Refused, match="уже принят"):
            outcomes.give_feedback(event, by=users[0], text="", **answer)
        with pytest.raises(Refused, match="кто был"):
            outcomes.give_feedback(event, by=coordinator, text="", **answer)
    found = queries.opinion(event)
    assert found
    assert (found.people, found.useful, found.texts) == (5, 5, [])
    assert not {"registration", "user", "created_at", "at"} & {field.name for field in Feedback._meta.get_fields()}


def test_certificates_for_all_who_were_there(region: Region, coordinator: User, client: Client) -> None:
    event = announced(region.authority, coordinator, title="Тренинг смыслового чтения")
    head = region.user(RoleCode.SCHOOL_HEAD)
    was, gone = places.register(event, named("Была", "Не была"), by=head, organisation=region.schools[0])
    with pytest.raises(Refused, match="после начала"):
        keeping.hold(event, by=coordinator, present=[was.pk])
    with later(event):
        with pytest.raises(Refused, match="отметьте"):
            outcomes.issue(event, by=coordinator)
        keeping.hold(event, by=coordinator, present=[was.pk])
        assert [outcomes.issue(event, by=coordinator) for _ in range(2)] == [1, 0]
        with pytest.raises(Refused, match="отзовите"):
            keeping.hold(event, by=coordinator, present=[gone.pk])
    one = Certificate.objects.get()
    page = one.get_absolute_url()
    valid = client.get(page).content.decode()
    for word in ("Сертификат действует", "Была", "Тренинг смыслового чтения"):
        assert word in valid
    assert region.schools[0].short_name not in valid
    asked = client.get(reverse("development:verify"), {"code": f"{one.code[:4]}-{one.code[4:]}".lower()})
    assert asked["Location"] == page
    assert client.get(reverse("development:verify"), {"code": "1234"}).status_code == 422
    wrong = [client.get(reverse("development:certificate", args=[code])) for code in ("0" * 16, "мимо")]
    assert [answer.status_code for answer in wrong] == [404, 404]
    client.force_login(head)
    pdf = client.get(reverse("development:certificate_pdf", args=[one.public_id]))
    assert pdf.content.startswith(b"%PDF")
    client.force_login(coordinator)
    withdraw = reverse("development:withdraw_certificate", args=[one.public_id])
    assert client.post(withdraw, {"reason": ""}).status_code == 422
    assert client.post(withdraw, {"reason": "Ошибка в часах"}).status_code == 302
    public = Client().get(page).content.decode()
    assert "Сертификат отозван" in public
    assert "Ошибка в часах" not in public
    assert client.get(reverse("development:certificate_pdf", args=[one.public_id])).status_code == 404
    assert outcomes.issue(event, by=coordinator) == 0
    assert client.post(reverse("development:restore_certificate", args=[one.public_id])).status_code == 302
    assert "действует" in Client().get(page).content.decode()


def test_all_certificates_in_one_file(
    region: Region, coordinator: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the organisers of all, for an organisation of its own people; withdrawn ones are left out."""
    event = announced(region.authority, coordinator)
    mine, theirs, far = region.schools[0], region.schools[1], region.schools[2]
    for school, names in ((mine, ("Вера", "Анна")), (theirs, ("Борис", "Отозван")), (far, ("Глеб",))):
        places.register(event, named(*names), by=region.user(RoleCode.SCHOOL_HEAD, school), organisation=school)
    url = reverse("development:event_certificates", args=[event.public_id])
    people = reverse("development:event_people", args=[event.public_id])
    client.force_login(coordinator)
    assert client.get(url).status_code == 404
    assert "Все сертификаты" not in client.get(people).content.decode()
    with later(event):
        keeping.hold(event, by=coordinator, present=event.registrations.values_list("pk", flat=True))
        outcomes.issue(event, by=coordinator)
    outcomes.withdraw_certificate(Certificate.objects.get(name="Отозван"), by=coordinator, reason="Ошибка")
    certificates = {
        school.pk: set(Certificate.objects.valid().filter(registration__organisation=school)) for school in (mine, far)
    }
    whole = set(Certificate.objects.valid())

    def codes(user: User, part: int = 1) -> set[str]:
        client.force_login(user)
        pages = pypdfium2.PdfDocument(client.get(url, {"part": part}).content)
        texts = [page.get_textpage().get_text_range().replace("\r\n", " ") for page in pages]
        found = {one.code for one in whole for text in texts if shown(one.code) in text}
        assert len(found) == len(texts)  # each on a page of its own
        return found

    assert codes(coordinator) == {one.code for one in whole}
    assert codes(region.user(RoleCode.SCHOOL_HEAD)) == {one.code for one in certificates[mine.pk]}
    assert Entry.objects.filter(code="exports.released", object_id=event.public_id).count() == 2
    assert "Все сертификаты (.pdf)" in client.get(people).content.decode()
    monkeypatch.setattr("opora.development.views.events.outcomes.AT_ONCE", 3)
    monkeypatch.setattr("opora.development.views.events.people.AT_ONCE", 3)
    client.force_login(coordinator)
    assert "часть 2 из 2" in client.get(people).content.decode()
    first, second = codes(coordinator), codes(coordinator, 2)
    assert (len(first), len(second), first & second) == (3, 1, set())
    assert [client.get(url, {"part": part}).status_code for part in ("3", "0", "x", "9" * 30)] == [404] * 4


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
