"""Amendments: what is compared, what approval does to rows, windows and work, who is told, which versions stay."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.workflow import Refused
from opora.decrees.model import RoadMap as ReadMap
from opora.decrees.model import Section as ReadSection
from opora.documents import actions as documents
from opora.documents.models import Document, DocumentState, FactKind
from opora.documents.queries import decree_of
from opora.journal.models import Entry
from opora.notices.models import Notice
from opora.roadmaps.actions import amending, sending
from opora.roadmaps.actions.building import build
from opora.roadmaps.changing.effects import LIVE, Reckoning
from opora.roadmaps.changing.reading import Comparison
from opora.roadmaps.changing.rows import rows_of, to_json
from opora.roadmaps.changing.showing import shown, with_tolls
from opora.roadmaps.expansion import expand
from opora.roadmaps.models import Activity, Assignment, AssignmentState, RoadMap, Version, Window
from opora.roadmaps.queries.versions import rows_in, version_on
from tests import factories
from tests.roadmaps.amended import amending as amending_document
from tests.roadmaps.amended import change
from tests.roadmaps.conftest import DECREE, row

pytestmark = pytest.mark.django_db
S = AssignmentState


@pytest.fixture(autouse=True)
def _on_a_day() -> object:
    with time_machine.travel(dt.datetime(2026, 9, 15, 9, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def sent(roadmap: RoadMap, coordinator: User) -> RoadMap:
    """The road map of an approved document, sent out."""
    approved = {"state": DocumentState.APPROVED, "approved_at": timezone.now(), "approved_by": coordinator}
    Document.objects.filter(pk=roadmap.document_id).update(**approved)
    sending.send(roadmap, by=coordinator)
    return RoadMap.objects.select_related("organisation", "document").get(pk=roadmap.pk)


def work(roadmap: RoadMap, number: str) -> list[Assignment]:
    return list(Assignment.objects.filter(roadmap=roadmap, activity__number=number).order_by("due", "pk"))


def compared(document: Document) -> Comparison:
    decree = decree_of(document)
    found = amending.comparison_of(document, decree, amending.amendment_of(document, decree))
    assert found is not None
    return found


def approve(document: Document, by: User) -> None:
    documents.approve(document, by=by)


def test_the_target_is_found_by_kind_number_and_date(sent: RoadMap, coordinator: User) -> None:
    document = amending_document(sent.document, coordinator, change("remove", "1"))
    assert amending.find_target(document, decree_of(document)) == sent.document
    documents.set_document_fields(document, by=coordinator, amends="приказ от 07.09.2026 № 77-р")
    assert amending.find_target(document, decree_of(document)) is None
    documents.set_document_fields(document, by=coordinator, amends="распоряжение № 77-Р")
    assert amending.find_target(document, decree_of(document)) == sent.document
    with pytest.raises(Refused, match="какой документ"):
        documents.set_document_fields(document, by=coordinator, amends="то самое распоряжение")


def test_without_a_target_nothing_is_approved_until_a_person_chooses(sent: RoadMap, coordinator: User) -> None:
    document = amending_document(sent.document, coordinator, change("remove", "1"))
    documents.set_document_fields(document, by=coordinator, amends="распоряжение от 01.01.2020 № 1")
    with pytest.raises(Refused, match="ыберите на вкладке"):
        approve(document, coordinator)
    amending.set_target(document, by=coordinator, target=sent.document)
    approve(document, coordinator)
    assert Activity.objects.get(number="1").dropped_on == document.date


def test_a_document_whose_target_is_elsewhere_stands_alone(sent: RoadMap, coordinator: User) -> None:
    new = ReadMap("План", None, None, [ReadSection("", [row("1", "Провести", "до 1 мая 2027", "МОУО")])])
    document = amending_document(sent.document, coordinator, change("annex"), roadmaps=[new])
    amending.set_target(document, by=coordinator, target=None, absent=True)
    approve(document, coordinator)
    assert RoadMap.objects.filter(document=document).count() == 1
    assert not Version.objects.exists()


def test_a_foreign_document_cannot_be_chosen(sent: RoadMap, coordinator: User, region: factories.Region) -> None:
    municipal = region.user(RoleCode.MUNICIPAL_COORDINATOR)
    document = Document.objects.create(
        organisation=region.municipalities[0], kind="order", state=DocumentState.REVIEW, uploaded_by=municipal
    )
    with pytest.raises(Refused, match="изменить нельзя"):
        amending.set_target(document, by=municipal, target=sent.document)


def test_words_change_a_deadline_and_open_work_follows(sent: RoadMap, coordinator: User) -> None:
    first, second = work(sent, "1")
    Assignment.objects.filter(pk=first.pk).update(
        state=S.ACCEPTED,
        reported_at=timezone.now(),
        reported_by="а",
        decided_at=timezone.now(),
        decided_by="б",
    )
    words = change("words", "1", old="до 1 октября 2026", new="до 1 ноября 2026")
    document = amending_document(sent.document, coordinator, words)
    approve(document, coordinator)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.due, first.moved) == (dt.date(2026, 10, 1), 0)
    assert (second.due, second.first_due, second.moved) == (dt.date(2026, 11, 1), dt.date(2026, 10, 1), 1)
    assert Activity.objects.get(number="1").deadline_text == "до 1 ноября 2026"
    entry = Entry.objects.get(code="roadmaps.amended")
    assert (entry.data["moved"], entry.data["changed"]) == (1, 1)


def test_a_row_goes_with_its_open_work(sent: RoadMap, coordinator: User) -> None:
    before = len(work(sent, "4"))
    document = amending_document(sent.document, coordinator, change("remove", "4"))
    approve(document, coordinator)
    rows = work(sent, "4")
    assert len(rows) == before
    assert {one.state for one in rows} == {S.CANCELLED}
    assert all(document.number in one.remark for one in rows)
    assert "4" not in {row.number for row in rows_of(sent).values()}
    assert "4" not in {line.activity.number for line in expand(sent).lines}
    assert sending.send(sent, by=coordinator) == 0


def test_a_new_row_waits_to_be_sent(sent: RoadMap, coordinator: User, region: factories.Region) -> None:
    new = change("add", "3.1", text="Подвести итоги", deadline="до 1 мая 2027", responsible="МОУО")
    document = amending_document(sent.document, coordinator, new)
    approve(document, coordinator)
    assert [row.number for row in rows_of(sent).values()] == ["1", "2", "3", "3.1", "4", "5", "6", "7"]
    assert expand(sent).new == len(region.municipalities)
    assert sending.send(sent, by=coordinator) == len(region.municipalities)


def test_responsible_ones_leave_come_and_come_back(sent: RoadMap, coordinator: User, region: factories.Region) -> None:
    away = change("words", "1", column="responsible", old="МОУО", new="Муниципальные методические службы")
    approve(amending_document(sent.document, coordinator, away), coordinator)
    assert {one.state for one in work(sent, "1")} == {S.CANCELLED}
    assert expand(sent).new == len(region.services)
    back = change("words", "1", column="responsible", old="Муниципальные методические службы", new="МОУО")
    approve(amending_document(sent.document, coordinator, back), coordinator)
    assert {one.state for one in work(sent, "1")} == {S.SENT}
    assert expand(sent).new == 0


def test_what_nobody_knows_cancels_nobody(sent: RoadMap, coordinator: User) -> None:
    words = change("words", "1", column="responsible", old="МОУО", new="Комитет неизвестности")
    approve(amending_document(sent.document, coordinator, words), coordinator)
    assert {one.state for one in work(sent, "1")} == {S.SENT}
    assert "Комитет неизвестности" in [text for text, _ in expand(sent).unknown]


def test_a_recurrence_keeps_the_days_that_stay(sent: RoadMap, coordinator: User) -> None:
    words = change("replace", "4", column="deadline", new="ежемесячно")
    approve(amending_document(sent.document, coordinator, words), coordinator)
    days = set(Window.objects.filter(activity__number="4", skipped=False).values_list("due", flat=True))
    assert {dt.date(2026, 9, 30), dt.date(2026, 10, 31), dt.date(2026, 12, 31)} <= days
    assert {one.state for one in work(sent, "4")} == {S.SENT}
    assert not Window.objects.filter(activity__number="4").exclude(due__in=days).exists()


def test_a_whole_new_annex_is_matched_by_words(sent: RoadMap, coordinator: User) -> None:
    rows = [
        row("1", "Назначить муниципальных координаторов", "до 1 октября 2026", "МОУО"),
        row("2", "Провести диагностику учителей математики", "ноябрь 2026", "ИРО"),
        row("3", "Написать письмо", "до 1 мая 2027", "МОУО"),
    ]
    new = ReadMap("Дорожная карта", None, None, [ReadSection("Организация", rows)])
    document = amending_document(sent.document, coordinator, change("annex"), roadmaps=[new])
    found = {(one.kind, one.number, one.old.number if one.old else None) for one in compared(document).on(sent)}
    assert {("changed", "2", "3"), ("added", "3", None)} <= found
    assert {number for kind, number, _ in found if kind == "removed"} == {"2", "4", "5", "6", "7"}
    assert not any(old == "1" for _, _, old in found)
    approve(document, coordinator)
    assert [one.number for one in rows_of(sent).values()] == ["1", "2", "3"]
    assert not RoadMap.objects.filter(document=document).exists()


def test_a_person_corrects_the_match(sent: RoadMap, coordinator: User) -> None:
    document = amending_document(sent.document, coordinator, change("remove", "11"), change("remove", "1"))
    unclear = compared(document).of("unclear")
    assert [one.doubt[:12] for one in unclear] == ["Пункта 11 в "]
    third = Activity.objects.get(number="3")
    decree = decree_of(document)
    amending.choose_row(document, by=coordinator, key=unclear[0].key, choice=third.public_id, decree=decree)
    assert {one.number for one in compared(document).of("removed")} == {"3", "1"}
    key = next(one.key for one in compared(document).of("removed") if one.number == "1")
    amending.choose_row(document, by=coordinator, key=key, choice="skip", decree=decree)
    assert {one.number for one in compared(document).of("removed")} == {"3"}
    approve(document, coordinator)
    assert {one.state for one in work(sent, "1")} == {S.SENT}


def test_what_is_unclear_is_never_applied(sent: RoadMap, coordinator: User) -> None:
    before = [to_json(one) for one in rows_of(sent).values()]
    unclear = [
        change("unknown", said="Навести порядок."),
        change("words", "1", old="таких слов нет", new="до 1 мая 2027"),
        change("replace", "1", column="deadline", new="когда-нибудь потом"),
        change("remove", "99"),
    ]
    document = amending_document(sent.document, coordinator, *unclear)
    assert len(compared(document).of("unclear")) == 4
    approve(document, coordinator)
    assert [to_json(one) for one in rows_of(sent).values()] == before


def test_what_will_happen_is_what_happens(sent: RoadMap, coordinator: User, region: factories.Region) -> None:
    document = amending_document(
        sent.document,
        coordinator,
        change("words", "1", old="до 1 октября 2026", new="до 1 ноября 2026"),
        change("remove", "4"),
        change("add", "8", text="Подвести итоги", deadline="до 1 мая 2027", responsible="МОУО, ОО"),
        change("words", "2", column="responsible", old="Школы с низкими образовательными результатами", new="ОО"),
    )
    changes = compared(document).on(sent)
    toll = with_tolls(changes, [shown(one) for one in changes], Reckoning(sent, document.date), coordinator)
    approve(document, coordinator)
    data = Entry.objects.get(code="roadmaps.amended").data
    assert (toll.moved, toll.cancelled) == (data["moved"], data["cancelled"]) == (2, len(work(sent, "4")))
    assert toll.new == expand(sent).new == len(region.municipalities) + 2 * len(region.schools) - 1


def test_each_executor_is_told_once_what_changed_for_him(
    sent: RoadMap, coordinator: User, region: factories.Region
) -> None:
    municipal = region.user(RoleCode.MUNICIPAL_COORDINATOR)
    head, other = region.user(RoleCode.SCHOOL_HEAD), region.user(RoleCode.SCHOOL_HEAD, region.schools[1])
    document = amending_document(
        sent.document,
        coordinator,
        change("words", "1", old="до 1 октября 2026", new="до 1 ноября 2026"),
        change("words", "2", old="до 20 ноября 2026", new="до 1 декабря 2026"),
        change("remove", "7"),
    )
    approve(document, coordinator)
    told = {user: list(Notice.objects.visible(user).filter(kind="changed")) for user in (municipal, head, other)}
    assert [one.text for one in told[municipal]] == [
        f"Изменено распоряжением № {document.number}: пункт 7 исключён; "
        "срок пункта 1 — до 01.11.2026 (был до 01.10.2026)."
    ]
    assert ["срок пункта 2" in one.text for one in told[head]] == [True]
    assert told[head][0].closed
    assert told[other] == []


def test_a_confidential_road_map_is_changed_by_a_confidential_document(sent: RoadMap, coordinator: User) -> None:
    RoadMap.objects.filter(pk=sent.pk).update(confidential=True)
    document = amending_document(sent.document, coordinator, change("remove", "1"))
    with pytest.raises(Refused, match="Ограничьте доступ"):
        approve(document, coordinator)
    documents.set_confidential(document, by=coordinator, confidential=True)
    approve(document, coordinator)
    assert Entry.objects.get(code="roadmaps.amended").confidential


def test_changes_can_be_corrected_on_the_review_page(sent: RoadMap, coordinator: User) -> None:
    document = amending_document(sent.document, coordinator, change("unknown", said="Пункт первый — вон."))
    fact = document.facts.get(kind=FactKind.CHANGE)
    documents.correct(fact, by=coordinator, kind="remove", target="1")
    approve(document, coordinator)
    assert {one.state for one in work(sent, "1")} == {S.CANCELLED}


# -- any amendments in any order -----------------------------------------------------------------------------------

PEOPLE = ["МОУО", "ОО", "ИРО", "Муниципальные методические службы"]
DEADLINES = ["до 1 октября 2026", "до 10 марта 2027", "ежеквартально", "ежемесячно", "до 1 декабря 2026"]


@st.composite
def steps(draw: st.DrawFn) -> list[list[dict[str, str]]]:
    """Documents, each with changes of rows by number."""
    made = []
    for _ in range(draw(st.integers(1, 4))):
        changes = []
        for number in draw(st.lists(st.sampled_from("12345"), min_size=1, max_size=3, unique=True)):
            kind = draw(st.sampled_from(["deadline", "people", "remove", "add", "text"]))
            value = draw(st.sampled_from(PEOPLE if kind == "people" else DEADLINES))
            changes.append({"kind": kind, "target": number, "value": value})
        made.append(changes)
    return made


def _as_change(step: dict[str, str], place: int) -> object:
    number, value = step["target"], step["value"]
    if step["kind"] == "remove":
        return change("remove", number)
    if step["kind"] == "add":
        return change("add", f"9.{place}", text=f"Новое дело {place}", deadline=value, responsible="МОУО")
    if step["kind"] == "text":
        return change("replace", number, column="text", new=f"Сделать иначе {place}")
    return change("replace", number, column="responsible" if step["kind"] == "people" else "deadline", new=value)


@settings(max_examples=25)
@given(made=steps(), done=st.sets(st.integers(0, 40), max_size=8), resend=st.booleans())
def test_no_assignment_is_lost_or_doubled(
    made: list[list[dict[str, str]]], done: set[int], resend: bool, django_db_blocker: object
) -> None:
    from django.db import transaction

    with transaction.atomic():
        _walk(made, done, resend)
        transaction.set_rollback(True)


def _walk(made: list[list[dict[str, str]]], done: set[int], resend: bool) -> None:
    region = factories.region()
    by = region.user(RoleCode.REGIONAL_COORDINATOR)
    document = Document.objects.create(
        organisation=region.authority,
        kind="directive",
        number="77-р",
        date=dt.date(2026, 9, 7),
        title="Об организации",
        state=DocumentState.APPROVED,
        approved_at=timezone.now(),
        approved_by=by,
    )
    build(document, DECREE, by)
    roadmap = RoadMap.objects.select_related("organisation", "document").get()
    sending.send(roadmap, by=by)
    rows = list(Assignment.objects.order_by("pk"))
    accepted = {one.pk: one.due for place, one in enumerate(rows) if place in done}
    now = {"reported_at": timezone.now(), "reported_by": "а", "decided_at": timezone.now(), "decided_by": "б"}
    Assignment.objects.filter(pk__in=accepted).update(state=S.ACCEPTED, **now)
    first = {one.pk: one.due for one in rows}
    seen = {one.pk for one in rows}
    stored: dict[dt.date, list[object]] = {dt.date(2026, 9, 7): [to_json(one) for one in rows_of(roadmap).values()]}
    for place, changes in enumerate(made):
        day = dt.date(2026, 9, 15) + dt.timedelta(days=place)
        given = [_as_change(step, 10 * place + turn) for turn, step in enumerate(changes)]
        approve(amending_document(document, by, *given, date=day), by)
        if version_on(roadmap, day) is not None and Version.objects.filter(on=day).exists():
            stored[day] = [to_json(one) for one in rows_of(roadmap).values()]
        if resend:
            sending.send(roadmap, by=by)
        known = {one.pk: one for one in Assignment.objects.select_related("window", "activity")}
        assert seen <= set(known)
        seen = set(known)
        for pk, due in accepted.items():
            assert (known[pk].state, known[pk].due) == (S.ACCEPTED, due)
        _check(roadmap, known, first)
    if Version.objects.exists():
        for day, rows_then in stored.items():
            assert [to_json(one) for one in rows_in(roadmap, version_on(roadmap, day))] == rows_then
    if resend:
        assert expand(roadmap).new == 0


def _check(roadmap: RoadMap, known: dict[int, Assignment], first: dict[int, dt.date | None]) -> None:
    """Live work is of rows in force, for those who are responsible, at the day of its window, once each."""
    lines = expand(roadmap).lines
    asked = {
        (window.pk, target.organisation.pk)
        for line in lines
        for window in line.sendable
        for target in line.targets_of(window)
    }
    live = [one for one in known.values() if one.state in LIVE]
    assert {(one.window_id, one.executor_id) for one in live} <= asked
    places = [(one.activity_id, one.part_id, one.executor_id, one.window.starts, one.due) for one in live]
    assert len(places) == len(set(places))
    for one in live:
        assert one.due == one.window.due
        if one.pk in first and one.due != first[one.pk]:
            assert one.first_due == first[one.pk]
    for one in known.values():
        if one.state == S.CANCELLED:
            assert one.remark
