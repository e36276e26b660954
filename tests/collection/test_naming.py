"""A form that a document names: made with one press, sent to those who execute its point, evidence of their report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from opora import deadlines
from opora.access.models import User
from opora.access.roles import RoleCode
from opora.collection.actions import building, campaigns, deciding, filling, naming
from opora.collection.definition import Kind
from opora.collection.models import Campaign, Form, Submission
from opora.core.actor import Denied
from opora.core.workflow import Refused
from opora.decrees.model import Activity as Row
from opora.decrees.model import Decree, RoadMap, Section, Source
from opora.decrees.reading.responsible import read_responsible
from opora.documents.models import Document, FactKind
from opora.roadmaps import models
from opora.roadmaps.actions import sending, working
from opora.roadmaps.actions.building import build
from opora.roadmaps.models import Assignment, Report
from tests import factories
from tests.collection.collecting import of
from tests.roadmaps.conftest import listed

__all__ = ["listed"]
pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 9, 1)
COLUMNS = ["Наименование службы", "Количество специалистов", "Дата приказа", "Контактная информация"]
ASKED = "представить сведения о методических службах по форме:"


@pytest.fixture(autouse=True)
def _on_a_day() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 9, 15, 9, tzinfo=dt.UTC), tick=False):
        yield


@dataclass
class Told:
    region: factories.Region
    coordinator: User
    document: Document

    def published(self, clause: str = "1.1") -> Form:
        form = naming.make_form(self.document, clause, by=self.coordinator)
        building.publish(form, by=self.coordinator, revision=0)
        form.refresh_from_db()
        return form

    def campaign(self, number: str = "1.1") -> Campaign:
        form = self.published(number)
        activity = models.Activity.objects.get(number=number)
        version = form.versions.select_related("form__territory").get()
        due = dt.date(2026, 9, 30)
        made = naming.prepare_for(version, activity, by=self.coordinator, title="Службы", due=due)
        campaigns.send_all(made, by=self.coordinator)
        return made

    def assignment(self) -> Assignment:
        rows = Assignment.objects.select_related("activity", "executor", "roadmap__organisation", "controller")
        return rows.get(executor=self.region.municipalities[0], activity__number="1.1")


def _row(number: str, text: str, *responsible: str) -> Row:
    deadline = deadlines.read("до 20 ноября 2026", DAY)
    return Row(number, text, deadline, read_responsible(list(responsible)), Source(line=int(number[-1])), 0.9)


@pytest.fixture
def told(region: factories.Region, listed: Any) -> Told:
    coordinator = region.user(RoleCode.REGIONAL_COORDINATOR)
    given = {"organisation": region.authority, "kind": "protocol", "number": "3", "date": DAY, "title": "О службах"}
    document = Document.objects.create(**given, state="review")
    rows = [_row("1.1", ASKED, "МОУО"), _row("1.2", ASKED, "Школы с низкими образовательными результатами")]
    for number in ("1.1", "1.2"):
        document.facts.create(kind=FactKind.FORM, data={"title": None, "activity": number, "columns": COLUMNS})
        document.facts.create(kind=FactKind.CLAUSE, data={"number": number, "text": ASKED})
    build(document, Decree(kind="protocol", roadmaps=[RoadMap("План", sections=[Section(None, rows)])]), coordinator)
    sending.send(models.RoadMap.objects.select_related("organisation", "document").get(), by=coordinator)
    return Told(region, coordinator, document)


def _answered(one: Submission, by: User) -> None:
    filling.save(one, {"rows": [{"c1": "Служба", "c2": "3"}]}, by=by, revision=0)
    filling.send(one, by=by, revision=1)


def test_one_press_makes_a_form_with_the_columns_of_the_document(told: Told, client: Client) -> None:
    client.force_login(told.coordinator)
    page = client.get(told.document.get_absolute_url()).content.decode()
    url = reverse("collection:document_forms", args=[told.document.public_id])
    assert url in page
    assert "Наименование службы | Количество специалистов" in client.get(url).content.decode()
    made = client.post(url, {"clause": "1.1"}, follow=True).content.decode()
    assert "Форма к пункту 1.1 (протокол № 3)" in made
    assert url in made, "the way back to the document"
    form = Form.objects.get()
    [section] = form.versions.get().content.sections
    [table] = section.fields
    assert section.hint == ASKED
    assert [(one.title, one.kind) for one in table.columns] == list(
        zip(COLUMNS, [Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.TEXT], strict=True)
    )
    client.post(url, {"clause": "1.1"})
    assert Form.objects.count() == 1, "a second press leads to the same form"
    with pytest.raises(Refused, match="больше нет"):
        naming.make_form(told.document, "9.9", by=told.coordinator)
    with pytest.raises(Denied):
        naming.make_form(told.document, "1.2", by=told.region.user(RoleCode.MUNICIPAL_COORDINATOR))


def test_the_executors_of_the_point_are_asked_by_its_deadline(told: Told, client: Client) -> None:
    form = told.published()
    client.force_login(told.coordinator)
    activity = models.Activity.objects.get(number="1.1")
    url = reverse("collection:collect_by_activity", args=[form.public_id, activity.public_id])
    assert url in client.get(reverse("collection:document_forms", args=[told.document.public_id])).content.decode()
    page = client.get(url).content.decode()
    assert f"Исполнителей: {len(told.region.municipalities)}" in page
    assert 'value="2026-11-20"' in page
    client.post(url, {"title": "Службы", "due": "2026-11-20"})
    made = Campaign.objects.get()
    assert (made.activity, made.confidential, made.due) == (activity, False, dt.date(2026, 11, 20))
    assert set(made.picked.all()) == set(told.region.municipalities)
    assert "По поручению" in client.get(made.get_absolute_url()).content.decode()
    change = reverse("collection:change_campaign", args=[made.public_id])
    names = "\n".join(str(one) for one in told.region.municipalities)
    given = {"title": "Другие", "due": "2026-11-20", "group": "picked", "pasted": names}
    assert client.post(change, {**given, "place": told.region.authority.public_id}).status_code == 302
    made.refresh_from_db()
    assert (made.title, made.activity) == ("Другие", activity)


def test_who_executes_what_tells_of_a_list_is_asked_secretly(told: Told) -> None:
    made = told.campaign("1.2")
    assert made.confidential
    assert list(made.picked.all()) == [told.region.schools[0]]
    one = of(made, told.region.schools[0])
    assert not Submission.objects.visible(told.region.user(RoleCode.OBSERVER)).filter(pk=one.pk).exists()


def test_the_assignment_shows_its_form_and_the_accepted_one_is_evidence(told: Told, client: Client) -> None:
    made, executor = told.campaign(), told.region.municipalities[0]
    one, task = of(made, executor), told.assignment()
    by = told.region.user(RoleCode.MUNICIPAL_COORDINATOR)
    client.force_login(by)
    url = reverse("roadmaps:assignment", args=[task.public_id])
    page = client.get(url).content.decode()
    assert "Заполнить форму" in page
    assert one.get_absolute_url() in page
    _answered(one, by)
    deciding.accept(of(made, executor), by=told.coordinator)
    draft = Report.objects.get(assignment=task)
    assert (draft.state, draft.text) == ("draft", "Заполнена и принята форма «Службы».")
    [proof] = draft.evidence.all()
    assert (proof.link, proof.name) == (one.get_absolute_url(), "Форма «Службы», принята 15\u00a0сентября 2026")
    assert "Заполнить форму" not in client.get(url).content.decode()
    deciding.reconsider(of(made, executor), by=told.coordinator)
    assert not draft.evidence.exists()
    deciding.accept(of(made, executor), by=told.coordinator)
    assert draft.evidence.count() == 1


def test_a_draft_keeps_its_words_and_a_report_that_was_handed_in_is_left(told: Told) -> None:
    made = told.campaign()
    first, second = told.region.municipalities[:2]
    task = told.assignment()
    working.save_draft(task, by=told.coordinator, text="Сделали сами.")
    _answered(of(made, first), told.coordinator)
    deciding.accept(of(made, first), by=told.coordinator)
    draft = Report.objects.get(assignment=task)
    assert (draft.text, draft.evidence.count()) == ("Сделали сами.", 1)
    other = Assignment.objects.select_related("activity", "executor", "roadmap__organisation", "controller").get(
        executor=second, activity__number="1.1"
    )
    working.submit(other, by=told.coordinator, text="Сдано раньше формы.")
    _answered(of(made, second), told.coordinator)
    deciding.accept(of(made, second), by=told.coordinator)
    assert not Report.objects.get(assignment=other).evidence.exists()


def test_what_is_not_sent_has_nobody_to_ask(told: Told) -> None:
    form = told.published()
    Assignment.objects.all().update(state="cancelled", remark="Отменено")
    version, activity = form.versions.select_related("form__territory").get(), models.Activity.objects.get(number="1.1")
    with pytest.raises(Refused, match="ещё не разосланы"):
        naming.prepare_for(version, activity, by=told.coordinator, title="Службы", due=DAY)
