"""Reading, correcting, reading again, approving."""

from __future__ import annotations

from pathlib import Path

import pytest

from opora.access.models import User
from opora.core.actor import Denied
from opora.core.models import Job
from opora.core.workflow import Refused, Stale
from opora.decrees import Decree, to_json
from opora.decrees import read as read_decree
from opora.documents import actions, points, queries
from opora.documents.models import Document, DocumentState, Fact, FactKind
from opora.journal.models import Entry
from tests.documents.conftest import DEMO, TEXT, Reading, work
from tests.factories import Region


def rows(document: Document, kind: str = FactKind.ACTIVITY) -> list[Fact]:
    found = document.facts.kept().filter(kind=kind).select_related("parent")
    return sorted(found, key=lambda fact: (fact.parent.order if fact.parent else 0, fact.order))


def again(document: Document, by: User, content: str = "") -> Document:
    if content:
        Path(document.file.path).write_text(content, encoding="utf-8")
    actions.read_again(document, by=by)
    work()
    document.refresh_from_db()
    return document


@pytest.mark.parametrize("name", ["directive", "letter", "order", "plan", "protocol"])
def test_the_facts_give_the_reading_back(reading: Reading, name: str) -> None:
    document = reading(DEMO / f"{name}.docx")
    assert document.state == DocumentState.REVIEW
    assert to_json(queries.decree_of(document)) == to_json(read_decree(DEMO / f"{name}.docx"))


def test_a_file_is_read_in_the_background(directive: Document, coordinator: User) -> None:
    assert (directive.number, directive.kind, directive.version) == ("412-р", "directive", 1)
    assert directive.file.name.startswith(f"documents/{directive.public_id}/")
    assert "directive" not in directive.file.name
    assert Job.objects.get(public_id=directive.job_id).state == "done"
    assert directive.source_text.blocks
    codes = list(Entry.objects.order_by("number").values_list("code", flat=True))
    assert codes == ["documents.uploaded", "documents.read"]
    assert Entry.objects.filter(actor=coordinator.label, path=directive.organisation.path).count() == 2


def test_reading_again_keeps_what_people_did(order: Document, coordinator: User) -> None:
    seminar, report, _ = rows(order)
    actions.correct(report, by=coordinator, edition=report.edition, deadline="до 15 ноября 2026")
    actions.remove_fact(seminar, by=coordinator)
    added = actions.add_fact(order, by=coordinator, kind=FactKind.ACTIVITY, after=report, text="Добавлено вручную")
    changed = TEXT.replace("Подготовить отчёт о результатах", "Подготовить отчёт о результатах работы").replace(
        "3\tСобрать предложения школ\tдо 1 декабря 2026", "3\tПровести вебинар\tдо 2 декабря 2026"
    )
    again(order, coordinator, changed)
    texts = [fact.data["text"] for fact in rows(order)]
    assert texts == ["Подготовить отчёт о результатах работы", "Добавлено вручную", "Провести вебинар"]
    report.refresh_from_db()
    assert report.data["deadline"]["windows"] == [[None, "2026-11-15"]]
    assert report.original["deadline"]["kind"] == "unclear"
    seminar.refresh_from_db()
    assert seminar.removed
    added.refresh_from_db()
    assert added.version == 0


def test_a_moved_row_stays_where_it_was_put(order: Document, coordinator: User) -> None:
    first, second, third = rows(order)
    actions.move(third, by=coordinator, up=True)
    actions.move(third, by=coordinator, up=True)
    assert [fact.pk for fact in rows(order)] == [third.pk, first.pk, second.pk]
    again(order, coordinator)
    assert [fact.pk for fact in rows(order)] == [third.pk, first.pk, second.pk]
    with pytest.raises(Refused, match="некуда"):
        actions.move(third, by=coordinator, up=True)


def test_rows_are_split_and_merged(order: Document, coordinator: User) -> None:
    seminar, report, _ = rows(order)
    parts = actions.split(seminar, by=coordinator, texts=["Провести семинар", "для учителей"])
    assert [fact.data["text"] for fact in rows(order)][:2] == ["Провести семинар", "для учителей"]
    assert parts[1].data["deadline"] == seminar.data["deadline"]
    actions.merge(parts[0], by=coordinator)
    assert rows(order)[0].data["text"] == "Провести семинар для учителей"
    assert [fact.pk for fact in rows(order)][1] == report.pk
    again(order, coordinator)
    assert len(rows(order)) == 3


def test_two_people_do_not_overwrite_each_other(order: Document, coordinator: User) -> None:
    fact = rows(order)[0]
    actions.correct(fact, by=coordinator, edition=fact.edition, text="Первый успел")
    with pytest.raises(Stale):
        actions.correct(fact, by=coordinator, edition=fact.edition, text="Второй опоздал")


def test_a_person_writes_deadlines_and_responsible_ones_as_texts(order: Document, coordinator: User) -> None:
    fact = rows(order)[1]
    before = [one.data["code"] for one in rows(order, FactKind.FINDING)]
    assert "deadline-unclear" in before
    fact = actions.correct(fact, by=coordinator, deadline="ежеквартально", responsible="МОУО\nПетрова А.А., методист")
    assert fact.data["deadline"]["recurrence"] == "FREQ=MONTHLY;INTERVAL=3"
    assert [one["kind"] for one in fact.data["responsible"]] == ["group", "person"]
    assert "deadline-unclear" not in [one.data["code"] for one in rows(order, FactKind.FINDING)]
    assert "было «когда-нибудь», стало «ежеквартально»" in Entry.objects.get(code="documents.corrected").text
    activity = queries.decree_of(order).roadmaps[0].sections[0].activities[1]
    assert activity.confidence == 1


def test_what_is_saved_unchanged_counts_as_checked(order: Document, coordinator: User) -> None:
    fact = next(fact for fact in rows(order) if fact.doubtful)
    actions.correct(fact, by=coordinator, text=fact.data["text"])
    fact.refresh_from_db()
    assert not fact.doubtful
    assert not Entry.objects.filter(code="documents.corrected").exists()


def test_the_heading_is_corrected_in_lists_too(order: Document, coordinator: User) -> None:
    actions.set_document_fields(
        order, by=coordinator, number="15-П", date="2026-09-02", signatory="Иванова А.А., министр"
    )
    order.refresh_from_db()
    assert (order.number, str(order.date)) == ("15-П", "2026-09-02")
    again(order, coordinator)
    assert order.number == "15-П"
    assert str(order) == "Приказ от 02.09.2026 № 15-П"
    signatory = queries.decree_of(order).signatory
    assert signatory is not None
    assert signatory.position == "министр"


def test_years_follow_a_corrected_date(reading: Reading, coordinator: User) -> None:
    document = reading(TEXT.replace("до 1 декабря 2026", "до 1 декабря").replace("на 2026/27 учебный год", "школ"))
    third = rows(document)[2]
    assert third.data["deadline"]["windows"] == [[None, "2026-12-01"]]
    actions.set_document_fields(document, by=coordinator, date="2027-02-01")
    for _ in range(2):
        third.refresh_from_db()
        assert third.data["deadline"]["windows"] == [[None, "2027-12-01"]]
        assert rows(document)[0].data["deadline"]["windows"] == [[None, "2026-10-01"]]
        actions.read_again(document, by=coordinator)
        work()


# -- the end of the review ---------------------------------------------------------------------------------------


def test_approval_tells_the_floors_above(order: Document, coordinator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[Document, Decree]] = []
    back: list[Document] = []
    monkeypatch.setattr(points.approved, "_functions", [lambda document, decree, by: told.append((document, decree))])
    monkeypatch.setattr(points.withdrawn, "_functions", [lambda document, by: back.append(document)])
    actions.approve(order, by=coordinator)
    assert [len(decree.roadmaps) for _, decree in told] == [1]
    order.refresh_from_db()
    assert (order.state, order.approved_by) == ("approved", coordinator)
    with pytest.raises(Refused, match="утверждён"):
        actions.correct(rows(order)[0], by=coordinator, text="Поздно")
    actions.withdraw(order, by=coordinator)
    assert back == [order]
    actions.restore(order, by=coordinator)
    order.refresh_from_db()
    assert (order.state, order.approved_at) == ("review", None)


def test_a_refusal_above_undoes_the_approval(
    order: Document, coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(document: Document, decree: Decree, by: object) -> None:
        raise Refused("Так нельзя.")

    monkeypatch.setattr(points.approved, "_functions", [refuse])
    with pytest.raises(Refused, match="Так нельзя"):
        actions.approve(order, by=coordinator)
    order.refresh_from_db()
    assert order.state == "review"


def test_the_same_document_twice_is_noticed(order: Document, reading: Reading, coordinator: User) -> None:
    other = reading(TEXT.replace("Собрать", "Обобщить"), "ещё раз.txt")
    assert queries.duplicates_of(other) == [order]
    with pytest.raises(Refused, match="уже есть"):
        actions.approve(other, by=coordinator)
    actions.approve(other, by=coordinator, duplicates_ok=True)
    actions.withdraw(order, by=coordinator)
    assert queries.duplicates_of(other) == []


def test_by_hand_and_as_a_copy(region: Region, coordinator: User) -> None:
    plan = actions.create_by_hand(
        by=coordinator, organisation=region.authority, kind="plan", title="План на 2025/26 учебный год"
    )
    with pytest.raises(Refused, match="ничего не прочитано"):
        actions.approve(plan, by=coordinator)
    actions.add_fact(
        plan, by=coordinator, kind="activity", number="1", text="Собрать отчёты", deadline="до 29 февраля 2024",
        responsible="МОУО",
    )  # fmt: skip
    made = actions.copy_of(plan, by=coordinator, years=1)
    assert (made.title, made.number, made.date) == ("План на 2026/27 учебный год", "", None)
    deadline = rows(made)[0].data["deadline"]
    assert (deadline["text"], deadline["windows"]) == ("до 29 февраля 2025", [[None, "2025-02-28"]])
    assert len(queries.decree_of(made).roadmaps[0].sections[0].activities) == 1
    with pytest.raises(Refused, match="нет файла"):
        actions.read_again(made, by=coordinator)


def test_only_those_who_may_edit_do(order: Document, region: Region) -> None:
    for role in ("school_head", "municipal_coordinator", "observer", "regional_specialist"):
        user = region.user(role)
        for act in (
            lambda by: actions.correct(rows(order)[0], by=by, text="Нет"),
            lambda by: actions.remove_fact(rows(order)[0], by=by),
            lambda by: actions.add_fact(order, by=by, kind="activity", text="Нет"),
            lambda by: actions.approve(order, by=by),
            lambda by: actions.withdraw(order, by=by),
            lambda by: actions.read_again(order, by=by),
            lambda by: actions.copy_of(order, by=by, years=1),
        ):
            with pytest.raises(Denied):
                act(user)
