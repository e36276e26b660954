"""What remains of an event: opinions by fives, certificates and their verification."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.workflow import Refused
from opora.development.actions.events import keeping, outcomes, places
from opora.development.codes import read, shown
from opora.development.models import Certificate, Feedback
from opora.development.queries import events as queries
from opora.journal.models import Entry
from tests.development.conftest import teacher
from tests.development.occasions import announced, later, named
from tests.factories import Region

pytestmark = pytest.mark.django_db


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
        client.force_login(coordinator)
        offers = "Выдать сертификаты"
        assert offers in client.get(event.get_absolute_url()).content.decode()
        assert [outcomes.issue(event, by=coordinator) for _ in range(2)] == [1, 0]
        assert offers not in client.get(event.get_absolute_url()).content.decode()
        client.logout()
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
    for code, advice in (("0" * 16, "Сверьте каждый знак"), ("мимо", "не пропущен ли знак")):
        typed = client.get(reverse("development:verify"), {"code": code})
        followed = client.get(reverse("development:certificate", args=[code]))
        assert [typed.status_code, followed.status_code] == [422, 404]
        for answer in (typed, followed):
            said = answer.content.decode()
            assert "Сертификат с таким кодом не найден" in said
            assert advice in said
            assert "Не сохранено" not in said
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


@pytest.mark.parametrize(
    "typed",
    [
        "ACEH-KMPT-XYB0-1234",
        " aceh kmpt xyb0 1234 ",
        "ACEHKMPTXYBOI234",
        "ACEH\u2013KMPT\u2014XYB0\u22121234",  # as editors and phones mend a dash
        "асен-кмрт-хув0-1234",  # by a Russian keyboard
    ],
)
def test_a_code_is_known_however_it_is_typed(typed: str) -> None:
    assert read(typed) == "ACEHKMPTXYB01234"


@pytest.mark.parametrize("typed", ["", "ACEH-KMPT-XYB0", "ACEH-KMPT-XYB0-123Ж", "ACEH-KMPT-XYB0-12345"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read(typed) == ""
