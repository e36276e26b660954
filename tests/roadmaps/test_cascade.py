"""A municipality's own road map: drafted from the region's, held to its days, told of its changes, rolled up."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.workflow import Refused, Stale
from opora.documents import actions as documents
from opora.documents.models import Document, DocumentState, Fact, FactKind
from opora.lists.models import SchoolList
from opora.notices.models import Notice
from opora.roadmaps.actions import deriving, handing, planning, sending, working
from opora.roadmaps.models import Activity, Assignment, AssignmentState, Handed, RoadMap, Version, Window
from opora.roadmaps.queries import cascade, counts
from tests import factories
from tests.roadmaps.amended import amending as amending_document
from tests.roadmaps.amended import change
from tests.site.costs import AT_MOST

pytestmark = pytest.mark.django_db
S = AssignmentState
DONE = {"reported_by": "а", "decided_by": "б"}


@pytest.fixture(autouse=True)
def _on_a_day() -> object:
    with time_machine.travel(dt.datetime(2026, 9, 15, 9, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def sent(roadmap: RoadMap, coordinator: User) -> RoadMap:
    approved = {"state": DocumentState.APPROVED, "approved_at": timezone.now(), "approved_by": coordinator}
    Document.objects.filter(pk=roadmap.document_id).update(**approved)
    sending.send(roadmap, by=coordinator)
    return RoadMap.objects.select_related("organisation", "document").get(pk=roadmap.pk)


@pytest.fixture
def municipal(region: factories.Region) -> User:
    return region.user(RoleCode.MUNICIPAL_COORDINATOR)


def draft(sent: RoadMap, by: User, region: factories.Region, *numbers: str) -> Document:
    place = region.municipalities[0]
    rows = [one for one in cascade.concerning(sent, place, by) if one.number in numbers or not numbers]
    return deriving.derive(sent, by=by, organisation=place, kind="plan", title="План района", activities=rows)


def approved(document: Document, by: User) -> RoadMap:
    documents.approve(document, by=by)
    return RoadMap.objects.select_related("organisation", "document").get(document=document)


def fact(document: Document, number: str) -> Fact:
    return next(one for one in document.facts.filter(kind=FactKind.ACTIVITY) if one.data["number"] == number)


def own(sent: RoadMap, municipal: User, region: factories.Region, *numbers: str) -> RoadMap:
    """The municipality's road map, its rows given to schools, sent."""
    document = draft(sent, municipal, region, *numbers)
    for row in document.facts.filter(kind=FactKind.ACTIVITY):
        documents.correct(row, by=municipal, responsible="ОО")
    roadmap = approved(document, municipal)
    sending.send(roadmap, by=municipal)
    return roadmap


def test_the_rows_that_concern_a_territory(
    sent: RoadMap, municipal: User, region: factories.Region, listed: SchoolList
) -> None:
    rows = cascade.concerning(sent, region.municipalities[0], municipal)
    assert [one.number for one in rows] == ["1", "2", "4", "5", "7"]
    beside = region.user(RoleCode.MUNICIPAL_COORDINATOR, region.municipalities[1])
    assert "2" not in [one.number for one in cascade.concerning(sent, region.municipalities[1], beside)]
    observer = region.user(RoleCode.OBSERVER)
    assert "2" not in [one.number for one in cascade.concerning(sent, region.municipalities[0], observer)]


def test_a_draft_is_corrected_added_to_and_approved(sent: RoadMap, municipal: User, region: factories.Region) -> None:
    document = draft(sent, municipal, region, "1", "4", "7")
    assert (document.state, document.kind, document.organisation) == ("review", "plan", region.municipalities[0])
    section = document.facts.filter(kind=FactKind.SECTION).first()
    fields = {"text": "Своё дело", "deadline": "до 1 мая 2027", "responsible": "ОО"}
    documents.add_fact(document, by=municipal, kind=FactKind.ACTIVITY, parent=section, fields=fields)
    roadmap = approved(document, municipal)
    assert roadmap.parent == sent
    origins = {one.text[:10]: one.origin and one.origin.number for one in roadmap.activities.all()}
    assert origins == {"Назначить ": "1", "Своё дело": None, "Вести мони": "4", "Цикл вебин": "7"}
    seventh = roadmap.activities.get(number="7")
    assert [part.windows.get().due for part in seventh.parts.all()] == [dt.date(2026, 10, 27), dt.date(2026, 11, 10)]
    assert sending.send(roadmap, by=municipal) > 0


def test_later_than_above_needs_a_reason(
    sent: RoadMap, municipal: User, coordinator: User, region: factories.Region
) -> None:
    document = draft(sent, municipal, region, "1")
    row = fact(document, "1")
    documents.correct(row, by=municipal, deadline="до 10 октября 2026")
    assert [one.later for one in deriving.drafted(document)] == [True]
    with pytest.raises(Refused, match="сроки пунктов: 1"):
        documents.approve(document, by=municipal)
    deriving.give_reasons(document, by=municipal, reasons={row.public_id: "Каникулы в районе", "чужое": "нет"})
    roadmap = approved(document, municipal)
    assert roadmap.activities.get().later_reason == "Каникулы в районе"
    told = Notice.objects.get(user=coordinator, key=f"derived:{roadmap.public_id}")
    assert "Сроков позже ваших: 1" in told.text
    sending.send(roadmap, by=municipal)
    (child,), _ = cascade.standing(sent, coordinator)
    assert [one.later_reason for one in child.later] == ["Каникулы в районе"]


def test_a_window_is_not_moved_past_the_row_above(sent: RoadMap, municipal: User, region: factories.Region) -> None:
    roadmap = approved(draft(sent, municipal, region, "1"), municipal)
    activity = roadmap.activities.select_related("roadmap__organisation").get()
    windows = Window.objects.filter(activity=activity)
    with pytest.raises(Refused, match=r"до 01\.10\.2026"):
        planning.set_windows(roadmap, windows.all(), by=municipal, due=dt.date(2026, 10, 9))
    deriving.explain(activity, by=municipal, reason="Каникулы")
    planning.set_windows(roadmap, windows.all(), by=municipal, due=dt.date(2026, 10, 9))
    assert windows.get().due == dt.date(2026, 10, 9)


def test_only_below_and_only_with_the_right(
    sent: RoadMap, municipal: User, coordinator: User, region: factories.Region
) -> None:
    rows = list(sent.activities.all())
    values = {"kind": "plan", "title": "План", "activities": rows}
    with pytest.raises(Denied):
        deriving.derive(sent, by=municipal, organisation=region.municipalities[1], **values)
    with pytest.raises(Refused, match="ниже"):
        deriving.derive(sent, by=coordinator, organisation=region.authority, **values)
    assert deriving.may_derive(sent, municipal).first() == region.municipalities[0]
    assert region.municipalities[1] not in deriving.may_derive(sent, municipal)


def test_changes_above_are_accepted_row_by_row(
    sent: RoadMap, municipal: User, coordinator: User, region: factories.Region
) -> None:
    roadmap = own(sent, municipal, region, "1", "4", "5")
    document = amending_document(
        sent.document,
        coordinator,
        change("words", "1", old="до 1 октября 2026", new="до 20 сентября 2026"),
        change("remove", "4"),
        change("add", "8", text="Подвести итоги", deadline="до 1 мая 2027", responsible="МОУО"),
    )
    documents.approve(document, by=coordinator)
    waiting = list(Handed.objects.select_related("roadmap__organisation", "activity__roadmap", "above", "document"))
    assert {(one.kind, one.above.number) for one in waiting} == {("changed", "1"), ("removed", "4"), ("added", "8")}
    assert Notice.objects.visible(municipal).filter(text__contains="решите").count() == 1
    assert Activity.objects.get(roadmap=roadmap, number="1").deadline_text == "до 1 октября 2026"
    by_kind = {one.kind: one for one in waiting}
    handing.accept([by_kind["changed"]], by=municipal)
    days = set(Assignment.objects.filter(roadmap=roadmap, activity__number="1").values_list("due", "first_due"))
    assert days == {(dt.date(2026, 9, 20), dt.date(2026, 10, 1))}
    with pytest.raises(Refused, match="почему"):
        handing.decline(by_kind["removed"], by=municipal, reason=" ")
    handing.decline(by_kind["removed"], by=municipal, reason="Мониторинг нужен району")
    assert Assignment.objects.filter(roadmap=roadmap, activity__number="4", state=S.SENT).exists()
    handing.accept([by_kind["added"]], by=municipal)
    assert Activity.objects.get(roadmap=roadmap, number="8").origin == by_kind["added"].above
    with pytest.raises((Refused, Stale)):
        handing.accept([by_kind["added"]], by=municipal)
    (child,), _ = cascade.standing(sent, coordinator)
    assert (child.accepted, child.declined, child.waiting) == (2, 1, 0)
    institute = {"executor": region.institute, "executor_path": region.institute.path}
    Assignment.objects.filter(pk=roadmap.assignments.filter(activity__number="1")[:1].get().pk).update(**institute)
    client = Client()
    client.force_login(region.user(RoleCode.REGIONAL_SPECIALIST))
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("roadmaps:below", args=[sent.public_id])).content.decode()
    assert "Мониторинг нужен району" in page
    assert "Как исполняется ниже" in page
    assert len(queries) <= AT_MOST
    assert [one.reason for one in child.refusals] == ["Мониторинг нужен району"]
    assert Version.objects.filter(roadmap=roadmap).count() == 3


def test_own_words_and_earlier_days_stay(
    sent: RoadMap, municipal: User, coordinator: User, region: factories.Region
) -> None:
    document = draft(sent, municipal, region, "1")
    documents.correct(fact(document, "1"), by=municipal, text="Назначить своих", deadline="до 18 сентября 2026")
    roadmap = approved(document, municipal)
    words = change("replace", "1", text="Назначить всех", deadline="до 25 сентября 2026")
    documents.approve(amending_document(sent.document, coordinator, words), by=coordinator)
    rows = Handed.objects.select_related("roadmap__organisation", "activity__roadmap", "above", "document")
    handing.accept(rows, by=municipal)
    row = roadmap.activities.get()
    assert (row.text, row.deadline_text) == ("Назначить своих", "до 18 сентября 2026")


def test_a_new_row_for_listed_schools_goes_down_to_those_who_may_know(
    sent: RoadMap, municipal: User, coordinator: User, region: factories.Region
) -> None:
    own(sent, municipal, region, "1")
    listed = "Школы с низкими образовательными результатами"
    new = change("add", "8", text="Подвести итоги", deadline="до 1 мая 2027", responsible=listed)
    documents.approve(amending_document(sent.document, coordinator, new), by=coordinator)
    handed = Handed.objects.get()
    assert (handed.kind, handed.via_list) == ("added", True)
    assert list(Handed.objects.visible(municipal)) == [handed]
    assert list(Handed.objects.visible(region.user(RoleCode.OBSERVER, region.municipalities[0]))) == []


def test_a_moved_window_above_asks_below(
    sent: RoadMap, municipal: User, coordinator: User, region: factories.Region
) -> None:
    own(sent, municipal, region, "1")
    activity = sent.activities.get(number="1")
    activity.roadmap = sent
    window = Window.objects.create(activity=activity, due=dt.date(2026, 10, 20))
    planning.set_windows(sent, [window], by=coordinator, due=dt.date(2026, 10, 15))
    assert Handed.objects.get().after["deadline"]["text"] == "до 15.10.2026"


def test_a_postponement_of_the_work_above_is_offered_below(
    sent: RoadMap, municipal: User, coordinator: User, region: factories.Region
) -> None:
    roadmap, place = own(sent, municipal, region, "1", "4"), region.municipalities[0]
    related = ("activity", "executor", "controller", "roadmap__organisation")
    rows = Assignment.objects.filter(roadmap=sent, executor=place).select_related(*related)
    work = rows.get(activity__number="1")
    beside = Assignment.objects.select_related(*related).get(
        roadmap=sent, executor=region.municipalities[1], activity__number="1"
    )
    working.move(beside, by=coordinator, due=dt.date(2026, 11, 1), reason="Каникулы")
    assert not Handed.objects.exists()  # of another district

    def postponed(one: Assignment, due: dt.date) -> Handed:
        asked = working.ask(rows.get(pk=one.pk), by=municipal, due=due, reason="Не успеваем")
        working.grant(asked, by=coordinator)
        return Handed.objects.select_related("roadmap__organisation", "roadmap__document", "above", "document").get(
            state="waiting"
        )

    first = postponed(work, dt.date(2026, 10, 12))
    assert (first.roadmap, first.after["deadline"]["text"]) == (roadmap, "до 12.10.2026")
    assert Notice.objects.filter(user=municipal, kind="decision", url__contains=roadmap.public_id).exists()
    client = Client()
    client.force_login(municipal)
    home = client.get("/").content.decode()
    assert "ждёт решения 1 изменение" in home
    assert reverse("roadmaps:above", args=[roadmap.public_id]) in home
    page = client.get(reverse("roadmaps:above", args=[roadmap.public_id])).content.decode()
    assert "12.10.2026" in page
    school = Assignment.objects.select_related(*related).filter(roadmap=roadmap, activity__origin__number="1").first()
    assert school is not None
    late = working.ask(school, by=region.user(RoleCode.SCHOOL_HEAD), due=dt.date(2026, 10, 20), reason="Болезнь")
    with pytest.raises(Refused, match=r"выше срок — до 12\.10\.2026"):
        working.grant(late, by=municipal)
    working.refuse(late, by=municipal, comment="Позже нельзя")
    loaded = Handed.objects.select_related(
        "roadmap__organisation", "roadmap__document", "activity__roadmap", "above", "document"
    )
    handing.accept([loaded.get(pk=first.pk)], by=municipal)
    below = Assignment.objects.filter(roadmap=roadmap, activity__origin__number="1")
    assert set(below.values_list("due", flat=True)) == {dt.date(2026, 10, 12)}
    second = postponed(work, dt.date(2026, 10, 20))
    handing.decline(second, by=municipal, reason="Нам хватит")
    third = postponed(work, dt.date(2026, 10, 30))
    handing.accept([loaded.get(pk=third.pk)], by=municipal)
    assert set(below.values_list("due", flat=True)) == {dt.date(2026, 10, 30)}
    quarter = rows.filter(activity__number="4", due__isnull=False).order_by("due").first()
    assert quarter is not None
    many = postponed(quarter, quarter.due + dt.timedelta(days=5))
    assert len(many.after["deadline"]["windows"]) == rows.filter(activity__number="4").count()
    expected = list(rows.filter(activity__number="4").order_by("due").values_list("due", flat=True))
    handing.accept([loaded.get(pk=many.pk)], by=municipal)
    quarterly = Assignment.objects.filter(roadmap=roadmap, activity__origin__number="4").exclude(state="cancelled")
    assert sorted(set(quarterly.values_list("due", flat=True))) == expected


def test_it_rolls_up_in_one_query(sent: RoadMap, municipal: User, coordinator: User, region: factories.Region) -> None:
    roadmap = own(sent, municipal, region, "1")
    first, second = Assignment.objects.filter(roadmap=roadmap).order_by("pk")
    now = timezone.now()
    Assignment.objects.filter(pk=first.pk).update(state=S.ACCEPTED, reported_at=now, decided_at=now, **DONE)
    Assignment.objects.filter(pk=second.pk).update(due=dt.date(2026, 9, 1))
    above = sent.activities.get(number="1")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = counts.by_origin(sent, coordinator)
    assert len(queries) == 1
    assert {key: (c.total, c.accepted, c.overdue) for key, c in found.items()} == {above.pk: (2, 1, 1)}
    client = Client()
    client.force_login(municipal)
    mine = Assignment.objects.get(roadmap=sent, activity=above, executor=region.municipalities[0])
    assert counts.below(mine, municipal).accepted == 1
    page = client.get(reverse("roadmaps:assignment", args=[mine.public_id])).content.decode()
    assert "По вашей дорожной карте" in page
    assert "Исполнено ниже: 1 из 2" in page
    client.force_login(coordinator)
    page = client.get(reverse("roadmaps:below", args=[sent.public_id])).content.decode()
    assert f"?origin={above.public_id}" in page
    listed = client.get(f"{reverse('roadmaps:assignments')}?origin={above.public_id}&when=overdue").content.decode()
    assert second.executor.short_name.split(",")[0] in listed.replace("&quot;", '"')
    assert second.public_id in listed
    assert first.public_id not in listed


def test_a_school_derives_from_its_municipality(
    sent: RoadMap, municipal: User, coordinator: User, region: factories.Region
) -> None:
    middle = own(sent, municipal, region, "1")
    school = region.schools[0]
    chosen = cascade.concerning(middle, school, municipal)
    document = deriving.derive(
        middle, by=municipal, organisation=school, kind="order", title="План школы", activities=chosen
    )
    lowest = approved(document, municipal)
    sending.send(lowest, by=municipal)
    assert lowest.parent == middle
    above = sent.activities.get(number="1")
    assert counts.by_origin(sent, coordinator)[above.pk].total == 2 + 1


def test_the_pages_say_it_all(sent: RoadMap, municipal: User, coordinator: User, region: factories.Region) -> None:
    client = Client()
    client.force_login(municipal)
    derive = reverse("roadmaps:derive", args=[sent.public_id])
    page = client.get(derive).content.decode()
    assert "Составить проект" in page
    rows = [one.public_id for one in cascade.concerning(sent, region.municipalities[0], municipal)]
    sending_form = {"organisation": region.municipalities[0].public_id, "kind": "plan", "title": "План района"}
    assert client.post(derive, {**sending_form, "activities": []}).status_code == 422
    response = client.post(derive, {**sending_form, "activities": rows[:1]})
    assert response.status_code == 302
    document = Document.objects.get(title="План района")
    assert "По дорожной карте" in client.get(document.get_absolute_url()).content.decode()
    tab = reverse("roadmaps:derivation", args=[document.public_id])
    assert "Срок выше" in client.get(tab).content.decode()
    assert client.post(tab, {}).status_code == 302
    roadmap = approved(document, municipal)
    documents.approve(amending_document(sent.document, coordinator, change("remove", "1")), by=coordinator)
    above = reverse("roadmaps:above", args=[roadmap.public_id])
    assert "Принять все" in client.get(above).content.decode()
    handed = Handed.objects.get()
    decline = reverse("roadmaps:handed_decline", args=[roadmap.public_id])
    client.post(decline, {"handed": handed.public_id, "reason": "Нужен"})
    handed.refresh_from_db()
    assert (handed.state, handed.reason) == ("declined", "Нужен")
    assert "Нужен" in client.get(above).content.decode()
    assert client.post(reverse("roadmaps:handed_accept", args=[roadmap.public_id])).status_code == 302
    versions = reverse("roadmaps:versions", args=[sent.public_id])
    compared = client.get(versions, {"from": "1", "to": "2"}).content.decode()
    assert "исключён" in compared
    then = client.get(reverse("roadmaps:roadmap", args=[sent.public_id]), {"on": "2026-09-10"}).content.decode()
    assert "Назначить муниципальных координаторов" in then
    now = client.get(reverse("roadmaps:roadmap", args=[sent.public_id])).content.decode()
    assert "Назначить муниципальных координаторов" not in now
    printed = client.get(reverse("roadmaps:export", args=[sent.public_id, "xlsx"]), {"on": "2026-09-10"})
    assert printed.status_code == 200
