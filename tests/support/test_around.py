"""The pages around a case: what happened, its papers, its people."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.collection.models import Campaign, Form, Submission
from opora.core.clock import today
from opora.lists.actions import entrust
from opora.registry.models import Person
from opora.support.actions import concerns, mentors, pairing, visiting
from opora.support.models import Case, Mentor, Programme
from opora.support.models.mentoring import year_of
from opora.support.queries import brief, events
from tests.factories import Region
from tests.support.conftest import approved, case_of
from tests.support.test_pages import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(region: Region, coordinator: User) -> Case:
    """Of the school year of today: what happens now belongs to it."""
    year = year_of(today())
    approved(coordinator, region, region.schools[0], year=year)
    return case_of(region.schools[0], year)


@pytest.fixture
def mentor(region: Region, coordinator: User) -> Mentor:
    where = region.institute
    return mentors.add_mentor(by=coordinator, organisation=where, kind="methodist", name="Лосева И. П.")


@pytest.fixture
def lived(case: Case, coordinator: User, mentor: Mentor) -> Case:
    """With a pair, a visit that was held, a concern of which the school does not know, a programme that was sent."""
    pair = pairing.make_pair(by=coordinator, school=case.school, mentor=mentor, kind="mentor", document_text="приказ 5")
    pairing.add_contact(pair, by=coordinator, on=today(), kind="call", text="Говорили о плане")
    visit = visiting.make_visit(by=coordinator, school=case.school, day=today(), team=[mentor])
    for side in ("school", "area"):
        setattr(visit, f"{side}_agreed_at", timezone.now())
        setattr(visit, f"{side}_agreed_by", "Кто")
    visit.state, visit.report = "held", "Были на двух уроках"
    visit.save()
    concerns.raise_concern(case, by=coordinator, text="Ушли три учителя")
    made = Programme.objects.create(case=case, made_by="Кто", version=1, state="approved", **_signed())
    made.versions.create(number=1, **_signed())
    return case


def _signed() -> dict[str, object]:
    sent = {"sent_at": timezone.now(), "sent_by": "Школа"}
    return sent | {"approved_at": timezone.now(), "approved_by": "Район", "approved_document": "приказ 77"}


def test_events_are_told_filtered_and_paged(lived: Case, coordinator: User, client: Client) -> None:
    url = reverse("support:case_events", args=[lived.public_id])
    shown = page(client, coordinator, url)
    for text in ("Выполнен шаг", "Назначен наставник", "Контакт с наставником", "Визит состоялся", "Сигнал подан"):
        assert text in shown
    turned = page(client, coordinator, url, sort="at")
    assert turned.index("Выполнен шаг") < turned.index("Сигнал подан")
    assert shown.index("Выполнен шаг") > shown.index("Сигнал подан")
    table = page(client, coordinator, url, kind="visits")
    rows = table[table.index("<tbody") :]
    assert "Визит состоялся" in rows
    assert "Контакт с наставником" not in rows
    assert "Программа утверждена" in page(client, coordinator, url, who="Район")
    assert "ничего не нашлось" in page(client, coordinator, url, until=(today() - dt.timedelta(days=400)).isoformat())
    assert "Контакт с наставником" in page(client, coordinator, url, q="говорили плане")
    assert "ничего не нашлось" in page(client, coordinator, url, q="нетакогослова")


def test_events_come_in_order_and_of_their_year_alone(lived: Case, coordinator: User) -> None:
    found = events.of_case(lived, coordinator)
    assert found == sorted(found, key=lambda one: one.order, reverse=True)
    Case.objects.filter(pk=lived.pk).update(school_year=lived.school_year - 5)
    older = events.of_case(case_of(lived.school, lived.school_year - 5), coordinator)
    assert {events.KIND_OF[one.code] for one in older} == {"steps", "programme", "concerns"}


def test_a_school_reads_no_concern_that_was_not_shown_to_it(lived: Case, region: Region, client: Client) -> None:
    head = region.user(RoleCode.SCHOOL_HEAD)
    for name in ("case_events", "case_documents", "case_people"):
        shown = page(client, head, reverse(f"support:{name}", args=[lived.public_id]))
        assert "Сигнал подан" not in shown
        assert "три учителя" not in shown
    assert "три учителя" not in page(client, head, lived.get_absolute_url())


def test_papers_are_there_and_can_be_taken(lived: Case, coordinator: User, client: Client) -> None:
    shown = page(client, coordinator, reverse("support:case_documents", args=[lived.public_id]))
    for text in ("приказ № 1", "приказ 77", "Соглашение пары", "Отчёт о визите", "Отправленная версия"):
        assert text in shown
    files = re.findall(r'href="([^"]+(?:docx|pdf)/?)"', shown)
    assert len(files) == 4  # the programme twice, the agreement, the report
    for url in files:
        answer = client.get(url)
        assert answer.status_code == 200, url
        assert "attachment" in answer["Content-Disposition"]


def test_people_around_a_school(lived: Case, region: Region, coordinator: User, client: Client) -> None:
    curator = region.user(RoleCode.CURATOR)
    head = region.user(RoleCode.SCHOOL_HEAD)
    entrust(by=coordinator, curator=curator, schools=[lived.school])
    shown = page(client, coordinator, reverse("support:case_people", args=[lived.public_id]))
    for name in (coordinator.get_full_name(), curator.get_full_name(), head.get_full_name(), "Лосева И. П."):
        assert name in shown
    head.person = Person.objects.create(last_name="Белова", first_name="Анна")
    head.save()
    told = brief.of_case(lived, coordinator)
    assert [one.who for one in told.heads] == ["Белова Анна"] == [head.get_full_name()]
    assert [one.who for one in told.curators] == [curator.get_full_name()]
    assert [one.who for one in told.mentors] == ["Лосева И. П."]
    assert told.programme == "утверждена, на согласовании"
    assert [words for _, words in told.visits] == ["состоялся"]
    assert [level for _, level in told.concerns]


def test_the_accepted_passport_stands_in_the_case_in_short(case: Case, coordinator: User, client: Client) -> None:
    assert "Паспорт школы ещё не принят" in page(client, coordinator, case.get_absolute_url())
    at = case.school.parent
    fields = [{"key": key, "kind": "number", "title": key} for key in ("pupils", "vacancies")]
    definition = {"sections": [{"key": "a", "title": "А", "fields": fields}]}
    out = {"published_at": timezone.now(), "published_by": "Кто", "definition": definition}
    form = Form.objects.create(territory=at, title="Паспорт", kind="passport", ready="passport", made_by="Кто")
    version = form.versions.create(number=1, **out)
    sent = {"state": "sent", "sent_at": timezone.now(), "sent_by": "Кто", "due": today()}
    campaign = Campaign.objects.create(version=version, place=at, territory=at, title="Паспорта", made_by="Кто", **sent)
    done = {"sent_at": timezone.now(), "sent_by": "Кто", "decided_at": timezone.now(), "decided_by": "Кто"}
    Submission.objects.create(
        campaign=campaign,
        organisation=case.school,
        state="accepted",
        answers={"pupils": "941", "vacancies": "2.5"},
        **done,
    )
    shown = page(client, coordinator, case.get_absolute_url())
    assert re.search(r"Вакансий учителей, ставок</dt>\s*<dd>2,5</dd>", shown)
    assert "<dd>941</dd>" in shown
    assert "Весь паспорт школы" in shown
