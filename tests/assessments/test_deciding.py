"""From a run to the approved list: decisions with reasons, a second person, objections, leaving."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.assessments.actions import deciding, objecting
from opora.assessments.models import (
    Choice,
    Decision,
    Leaving,
    Objection,
    ObjectionFile,
    ObjectionState,
    Run,
    Selection,
    SelectionState,
    Verdict,
)
from opora.assessments.queries import deciding as queries
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.workflow import Refused
from opora.exports.models import Copy
from opora.journal.models import Entry
from opora.lists import actions as lists
from opora.lists.models import Category, ListEntry, ListState, SchoolList
from opora.notices.models import Notice
from opora.registry.models import Organisation
from opora.ui import words
from tests import factories
from tests.assessments.results import RUS_5, put
from tests.assessments.runs import finished
from tests.factories import Region

pytestmark = pytest.mark.django_db
ORDER = "приказ от 20.08.2026 № 412"


@pytest.fixture
def region() -> Region:
    return factories.region()


@pytest.fixture
def writer(region: Region) -> User:
    return region.user(RoleCode.REGIONAL_COORDINATOR)


@pytest.fixture
def second(region: Region) -> User:
    return region.user(RoleCode.REGIONAL_COORDINATOR)


def composed(region: Region, by: User, flagged: list[Organisation] | None = None) -> Selection:
    run = finished(region, region.schools[:2] if flagged is None else flagged)
    return deciding.compose(run, by=by, school_year=2026, title="Список 2026", category=Category.LOW_RESULTS)


def approved(region: Region, by: User, second: User, flagged: list[Organisation] | None = None) -> SchoolList:
    selection = deciding.propose(composed(region, by, flagged), by=by)
    return deciding.approve(selection, by=second, document_text=ORDER)


# -- the draft ---------------------------------------------------------------------------------------------------------


def test_a_draft_stands_as_the_rule_says(region: Region, writer: User) -> None:
    selection = composed(region, writer)
    assert {row.organisation for row in selection.choices.included()} == set(region.schools[:2])
    assert all(row.why.startswith("Из 23 работ 9") and not row.by_hand for row in selection.choices.all())


def test_a_list_from_outside_stands_beside_it(region: Region, writer: User) -> None:
    a, b, c, d = region.schools
    outside = lists.create_list(by=writer, territory=region.authority, school_year=2026, title="ФИОКО")
    lists.replace_entries(outside, by=writer, entries=[(b, ""), (c, ""), (d, "")])
    run = finished(region, [a, b])
    Verdict.objects.filter(run=run, organisation=d).delete()  # of d the rule knows nothing
    given_ = {"school_year": 2026, "title": "Список", "category": Category.LOW_RESULTS}
    selection = deciding.compose(run, by=writer, outside=outside, **given_)
    found = {row.organisation: (row.by_rule, row.outside, row.decision) for row in selection.choices.all()}
    assert found == {
        a: (True, False, Decision.INCLUDE),
        b: (True, True, Decision.INCLUDE),
        c: (False, True, Decision.EXCLUDE),
        d: (False, True, Decision.EXCLUDE),
    }
    totals = queries.totals(selection)
    assert (totals["both"], totals["rule_only"], totals["outside_only"], totals["by_hand"]) == (1, 1, 2, 0)
    assert {row.organisation for row in selection.choices.differing("outside_only")} == {c, d}


@pytest.mark.parametrize(
    ("at", "decision"), [(0, Decision.EXCLUDE), (0, Decision.POSTPONE), (3, Decision.INCLUDE), (3, Decision.POSTPONE)]
)
def test_what_differs_from_the_rule_needs_a_reason(region: Region, writer: User, at: int, decision: str) -> None:
    selection, school = composed(region, writer), region.schools[at]
    with pytest.raises(Refused, match="основание"):
        deciding.decide(selection, by=writer, school=school, decision=decision, reason="  ")
    choice = deciding.decide(selection, by=writer, school=school, decision=decision, reason="Новый директор")
    assert (choice.decision, choice.by_hand, choice.decided_by) == (decision, True, writer.label)
    assert set(selection.choices.by_hand()) == {choice}
    with pytest.raises(IntegrityError), transaction.atomic():
        Choice.objects.filter(pk=choice.pk).update(reason="")


def test_back_to_the_rule_needs_none(region: Region, writer: User) -> None:
    selection, school = composed(region, writer), region.schools[0]
    deciding.decide(selection, by=writer, school=school, decision=Decision.EXCLUDE, reason="Ошибка")
    choice = deciding.decide(selection, by=writer, school=school, decision=Decision.INCLUDE, reason="")
    assert not choice.by_hand
    assert choice.decided_by == ""


def test_a_school_of_another_territory_is_refused(region: Region, writer: User) -> None:
    other = factories.region("Другая область").schools[0]
    with pytest.raises(Refused, match="не школа этой территории"):
        deciding.decide(composed(region, writer), by=writer, school=other, decision=Decision.INCLUDE, reason="Да")


# -- a second person ---------------------------------------------------------------------------------------------------


def test_whoever_proposed_does_not_approve(region: Region, writer: User, second: User) -> None:
    selection = deciding.propose(composed(region, writer), by=writer)
    with pytest.raises(Denied, match="другой человек"):
        deciding.approve(selection, by=writer, document_text=ORDER)
    with pytest.raises(Refused, match="документ"):
        deciding.approve(selection, by=second, document_text=" ")
    made = deciding.approve(selection, by=second, document_text=ORDER)
    assert made.state == ListState.APPROVED
    assert made.document_text == ORDER
    assert set(made.entries.values_list("organisation", flat=True)) == {one.pk for one in region.schools[:2]}
    selection.refresh_from_db()
    assert (selection.state, selection.school_list, selection.approved_by) == ("listed", made, second.label)


def test_before_approval_one_reads_what_is_in_force_already(
    client: Client, region: Region, writer: User, second: User
) -> None:
    client.force_login(second)
    first = deciding.propose(composed(region, writer), by=writer)
    url = reverse("assessments:approve", args=[first.public_id])
    assert "уже утверждено" not in client.get(url).content.decode()
    made = deciding.approve(first, by=second, document_text=ORDER)
    again = deciding.propose(composed(region, writer), by=writer)
    page = client.get(reverse("assessments:approve", args=[again.public_id])).content.decode()
    assert "уже утверждено" in page
    assert reverse("lists:list", args=[made.public_id]) in page
    lists.reopen(made, by=second)
    assert "уже утверждено" not in client.get(reverse("assessments:approve", args=[again.public_id])).content.decode()


def test_what_waits_for_approval_is_not_changed(region: Region, writer: User, second: User) -> None:
    selection = deciding.propose(composed(region, writer), by=writer)
    with pytest.raises(Refused, match="ждёт утверждения"):
        deciding.decide(selection, by=writer, school=region.schools[0], decision=Decision.EXCLUDE, reason="Нет")
    with pytest.raises(Refused, match="комментарий"):
        deciding.give_back(selection, by=second, comment="")
    deciding.give_back(selection, by=second, comment="Проверьте школу № 6")
    selection.refresh_from_db()
    assert (selection.state, selection.returned_for) == (SelectionState.DRAFT, "Проверьте школу № 6")
    assert selection.proposed_at is None


def test_an_empty_draft_is_not_proposed(region: Region, writer: User) -> None:
    with pytest.raises(Refused, match="ни одной школы"):
        deciding.propose(composed(region, writer, flagged=[]), by=writer)


def test_each_is_told_of_its_own_part(region: Region, writer: User, second: User) -> None:
    head, other_head = region.user(RoleCode.SCHOOL_HEAD), region.user(RoleCode.SCHOOL_HEAD, region.schools[2])
    own = region.user(RoleCode.MUNICIPAL_COORDINATOR)
    other = region.user(RoleCode.MUNICIPAL_COORDINATOR, region.municipalities[1])
    approved(region, writer, second)
    told = {user: [one.text for one in Notice.objects.visible(user)] for user in (head, other_head, own, other)}
    assert told[other_head] == []
    assert told[other] == []
    until = f"{today() + dt.timedelta(days=14):%d.%m.%Y}"
    listed = "Школа включена в список: школа с низкими образовательными результатами, 2026/27."
    assert told[head] == [f"{listed} Возразить можно до {until}."]
    assert told[own] == ["Утверждён список школ 2026/27; школ вашего муниципалитета в нём: 2."]


def test_of_a_list_that_came_from_outside_the_schools_are_told_too(region: Region, writer: User) -> None:
    head, late = (region.user(RoleCode.SCHOOL_HEAD, school) for school in region.schools[:2])
    own = region.user(RoleCode.MUNICIPAL_COORDINATOR)
    made = lists.create_list(by=writer, territory=region.authority, school_year=2026, title="ФИОКО")
    lists.add_school(made, by=writer, organisation=region.schools[0])
    assert not Notice.objects.exists()
    lists.approve(made, by=writer)
    assert [Notice.objects.visible(user).count() for user in (head, late, own)] == [1, 0, 1]
    lists.reopen(made, by=writer)
    lists.add_school(made, by=writer, organisation=region.schools[1])
    with time_machine.travel(timezone.now() + dt.timedelta(days=1), tick=False):
        lists.approve(made, by=writer)
    assert [Notice.objects.visible(user).count() for user in (head, late, own)] == [1, 1, 2]
    last = Notice.objects.visible(own).latest("pk").text
    assert last == "Список школ 2026/27 изменён; включено школ вашего муниципалитета: 1."


def test_a_draft_can_be_put_away_and_taken_up(region: Region, writer: User) -> None:
    selection = deciding.drop(composed(region, writer), by=writer)
    with pytest.raises(Refused):
        deciding.propose(selection, by=writer)
    assert deciding.restore(selection, by=writer).state == SelectionState.DRAFT


@pytest.mark.parametrize("role", [role for role in RoleCode if role != RoleCode.REGIONAL_COORDINATOR])
def test_nobody_else_writes_or_sees_drafts(region: Region, writer: User, role: RoleCode) -> None:
    selection, user = composed(region, writer), region.user(role)
    school = region.schools[0]
    for act in (
        lambda: deciding.decide(selection, by=user, school=school, decision=Decision.EXCLUDE, reason="Нет"),
        lambda: deciding.propose(selection, by=user),
        lambda: deciding.approve(selection, by=user, document_text=ORDER),
    ):
        with pytest.raises(Denied):
            act()
    for model in (Selection, Choice, Run, Verdict):
        assert not model.objects.visible(user)


class EveryOrder(TestCase):
    """Whatever the order of steps, a draft is listed only by another than who proposed it, and once."""

    @limits(max_examples=25)
    @given(
        st.lists(
            st.tuples(st.sampled_from(["propose", "back", "approve", "drop", "restore"]), st.booleans()), max_size=8
        )
    )
    def test_steps(self, steps: list[tuple[str, bool]]) -> None:
        region = factories.region()
        people = [region.user(RoleCode.REGIONAL_COORDINATOR) for _ in range(2)]
        selection = composed(region, people[0])
        proposer = None
        for step, who in steps:
            by = people[who]
            before = selection.state
            try:
                with transaction.atomic():
                    if step == "propose":
                        deciding.propose(selection, by=by)
                        proposer = by
                    elif step == "back":
                        deciding.give_back(selection, by=by, comment="Нет")
                    elif step == "approve":
                        deciding.approve(selection, by=by, document_text=ORDER)
                        assert by != proposer
                    else:
                        (deciding.drop if step == "drop" else deciding.restore)(selection, by=by)
            except (Refused, Denied):
                selection.refresh_from_db()
                assert selection.state == before
            selection.refresh_from_db()
        listed = selection.state == SelectionState.LISTED
        assert SchoolList.objects.filter(territory=region.authority).count() == listed


# -- objections and leaving --------------------------------------------------------------------------------------------


def objection(region: Region, made: SchoolList, text: str = "Работы проверены неверно") -> Objection:
    head = region.user(RoleCode.SCHOOL_HEAD)
    file = SimpleUploadedFile("протокол.pdf", b"%PDF-1.4 ...")
    return objecting.file_objection(made, by=head, school=region.schools[0], text=text, files=[file])


def test_an_objection_upheld_takes_the_school_off_the_list(region: Region, writer: User, second: User) -> None:
    made = approved(region, writer, second)
    filed = objection(region, made)
    assert ObjectionFile.objects.get().file_name == "протокол.pdf"
    assert Notice.objects.visible(writer).filter(kind="listed").count() == 1
    objecting.answer(filed, by=writer, uphold=True, text="Перепроверка подтвердила")
    assert not made.entries.all().standing().filter(organisation=region.schools[0]).exists()
    left = Leaving.objects.get()
    assert (left.school, left.school_list, left.objection) == (region.schools[0], made, filed)
    assert (left.entry.organisation, left.entry.until) == (region.schools[0], left.left_on)
    assert "Перепроверка" in left.criteria
    with pytest.raises(Refused):
        objecting.answer(filed, by=writer, uphold=False, text="Передумали")


def test_an_objection_rejected_leaves_the_list_as_it_is(region: Region, writer: User, second: User) -> None:
    made = approved(region, writer, second)
    filed = objection(region, made)
    with pytest.raises(Refused, match="комментарий"):
        objecting.answer(filed, by=writer, uphold=False, text=" ")
    filed = objecting.answer(filed, by=writer, uphold=False, text="Проверка не подтвердила")
    assert filed.state == ObjectionState.REJECTED
    assert made.entries.count() == 2
    assert Objection.objects.get().answer == "Проверка не подтвердила"


def test_one_objection_at_a_time_and_of_a_listed_school_alone(region: Region, writer: User, second: User) -> None:
    made = approved(region, writer, second)
    filed = objection(region, made)
    with pytest.raises(Refused, match="уже рассматривается"):
        objection(region, made)
    head = region.user(RoleCode.SCHOOL_HEAD)
    objecting.withdraw(filed, by=head)
    assert objection(region, made).state == ObjectionState.FILED
    other = region.user(RoleCode.SCHOOL_HEAD, region.schools[2])
    with pytest.raises(Refused, match="нет"):
        objecting.file_objection(made, by=other, school=region.schools[2], text="Мы не согласны")
    with pytest.raises(Denied):
        objecting.file_objection(made, by=other, school=region.schools[0], text="За соседей")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("вирус.exe", b"MZ", "не подходит"),
        ("пусто.pdf", b"", "пуст"),
        ("big.pdf", b"x" * (10 * 1024 * 1024 + 1), "10 МБ"),
    ],
)
def test_evidence_is_checked(region: Region, writer: User, second: User, name: str, content: bytes, said: str) -> None:
    made = approved(region, writer, second)
    head = region.user(RoleCode.SCHOOL_HEAD)
    file = SimpleUploadedFile(name, content)
    with pytest.raises(Refused, match=said):
        objecting.file_objection(made, by=head, school=region.schools[0], text="Нет", files=[file])
    assert not Objection.objects.exists()


def test_leaving_needs_criteria_and_a_run_that_agrees(region: Region, writer: User, second: User) -> None:
    made, school = approved(region, writer, second), region.schools[0]
    with pytest.raises(Refused, match="показателям"):
        objecting.leave(made, by=writer, school=school, criteria="")
    with pytest.raises(Refused, match="остаётся в списке"):
        objecting.leave(made, by=writer, school=school, criteria="Два года выше", run=Run.objects.get())
    later = finished(region, region.schools[1:2], year=2027)
    left = objecting.leave(made, by=writer, school=school, criteria="Два года выше границы", run=later)
    assert (left.run, left.decided_by) == (later, writer.label)
    assert not made.entries.all().standing().filter(organisation=school).exists()
    with pytest.raises(Refused, match="уже нет"):
        objecting.leave(made, by=writer, school=school, criteria="Ещё раз")
    with pytest.raises(Refused, match="последняя"):
        objecting.leave(made, by=writer, school=region.schools[1], criteria="Выше границы")
    assert Entry.objects.filter(code="results.left", confidential=True).count() == 1


@pytest.mark.parametrize("role", [RoleCode.REGIONAL_SPECIALIST, RoleCode.METHODIST, RoleCode.OBSERVER])
def test_who_may_not_know_meets_no_objection(
    region: Region, writer: User, second: User, role: RoleCode, client: Client
) -> None:
    filed = objection(region, approved(region, writer, second))
    user = region.user(role)
    assert not Objection.objects.visible(user)
    assert not Leaving.objects.visible(user)
    client.force_login(user)
    assert client.get(reverse("assessments:objections")).status_code == 403
    assert client.get(filed.get_absolute_url()).status_code == 404
    file = filed.files.get()
    url = reverse("assessments:evidence", args=[filed.public_id, file.public_id])
    assert client.get(url).status_code == 404


def test_the_school_reads_why_it_is_listed_and_from_which_counts(
    region: Region, writer: User, second: User, client: Client
) -> None:
    put(region.authority, RUS_5, dict.fromkeys(region.schools, (9, 8, 4, 2)))
    run = finished(region, region.schools[:2], year=2025)
    selection = deciding.compose(run, by=writer, school_year=2026, title="Список", category=Category.LOW_RESULTS)
    reason = "Решение рабочей группы: школа просила о поддержке"
    deciding.decide(
        selection, by=writer, school=region.schools[2], decision=Decision.INCLUDE, reason="школа просила о поддержке"
    )
    made = deciding.approve(deciding.propose(selection, by=writer), by=second, document_text=ORDER)
    head, other = region.user(RoleCode.SCHOOL_HEAD), region.user(RoleCode.SCHOOL_HEAD, region.schools[2])
    for user, school, by_hand in ((head, region.schools[0], False), (other, region.schools[2], True)):
        client.force_login(user)
        own = reverse("assessments:school", args=[school.public_id])
        objecting_to = reverse("assessments:object", args=[made.public_id, school.public_id])
        for url in (own, objecting_to):
            page = client.get(url).content.decode()
            assert "Из 23 работ" in page, url
            assert "Из каких чисел это получено" in page
            assert "ВПР, русский язык, 5 класс" in page
            assert (reason in page) == by_hand
            assert not [one for one in region.schools if one != school and one.short_name in page]
            assert f"до {words.day(today() + dt.timedelta(days=14))} (через 14\u00a0дней)" in page
    filed = objecting.file_objection(made, by=head, school=region.schools[0], text="Не согласны")
    client.force_login(region.user(RoleCode.MUNICIPAL_COORDINATOR))
    assert "Из 23 работ" in client.get(filed.get_absolute_url()).content.decode()


def test_a_list_made_by_hand_says_so(region: Region, writer: User, client: Client) -> None:
    made = lists.create_list(by=writer, territory=region.authority, school_year=2026, title="ФИОКО")
    lists.add_school(made, by=writer, organisation=region.schools[0])
    lists.approve(made, by=writer)
    client.force_login(region.user(RoleCode.SCHOOL_HEAD))
    page = client.get(reverse("assessments:object", args=[made.public_id, region.schools[0].public_id]))
    assert "без расчёта в системе" in page.content.decode()


def test_after_the_last_day_nobody_objects(
    region: Region, writer: User, second: User, client: Client, settings: LazySettings
) -> None:
    made = approved(region, writer, second)
    school, head = region.schools[0], region.user(RoleCode.SCHOOL_HEAD)
    own = reverse("assessments:school", args=[school.public_id])
    client.force_login(head)
    with time_machine.travel(timezone.now() + dt.timedelta(days=14), tick=False):
        client.force_login(head)
        assert "Возразить</a>" in client.get(own).content.decode()
    with time_machine.travel(timezone.now() + dt.timedelta(days=15), tick=False):
        client.force_login(head)
        page = client.get(own).content.decode()
        assert "Возразить</a>" not in page
        assert "срок истёк вчера" in page
        with pytest.raises(Refused, match="срок истёк"):
            objecting.file_objection(made, by=head, school=school, text="Не согласны")
        settings.OPORA_OBJECTION_DAYS = 0  # as long as the list holds
        assert objecting.file_objection(made, by=head, school=school, text="Не согласны")


@pytest.mark.parametrize("uphold", [True, False])
def test_school_and_municipality_are_told_the_decision(
    region: Region, writer: User, second: User, uphold: bool
) -> None:
    made = approved(region, writer, second)
    head, own = region.user(RoleCode.SCHOOL_HEAD), region.user(RoleCode.MUNICIPAL_COORDINATOR)
    beside = region.user(RoleCode.SCHOOL_HEAD, region.schools[1])
    near = region.user(RoleCode.MUNICIPAL_COORDINATOR, region.municipalities[1])
    filed = objecting.file_objection(made, by=head, school=region.schools[0], text="Не согласны")
    objecting.answer(filed, by=writer, uphold=uphold, text="Проверено")
    word = "удовлетворено" if uphold else "отклонено"
    told = {user: [one.text for one in Notice.objects.visible(user)] for user in (head, own, beside, near)}
    assert told[head] == [f"Возражение школы {word}."]
    assert told[own] == [f"Возражение школы «{region.schools[0]}» {word}."]
    assert told[beside] == told[near] == []


def test_school_and_municipality_are_told_of_leaving(region: Region, writer: User, second: User) -> None:
    made = approved(region, writer, second)
    head, own = region.user(RoleCode.SCHOOL_HEAD), region.user(RoleCode.MUNICIPAL_COORDINATOR)
    beside = region.user(RoleCode.SCHOOL_HEAD, region.schools[1])
    objecting.leave(made, by=writer, school=region.schools[0], criteria="Два года выше границы")
    for user in (head, own):
        assert [one.text for one in Notice.objects.visible(user)] == [
            f"Школа «{region.schools[0]}» вышла из списка: школа с низкими образовательными результатами, 2026/27."
        ]
    assert not Notice.objects.visible(beside)


def test_a_school_may_leave_again_after_it_came_back(region: Region, writer: User, second: User) -> None:
    made, school = approved(region, writer, second), region.schools[0]
    objecting.leave(made, by=writer, school=school, criteria="Выше границы")
    lists.reopen(made, by=writer)
    lists.add_school(made, by=writer, organisation=school)
    made = lists.approve(made, by=writer)
    objecting.leave(made, by=writer, school=school, criteria="Снова выше")
    assert [one.criteria for one in Leaving.objects.order_by("pk")] == ["Выше границы", "Снова выше"]
    assert {one.entry.until for one in Leaving.objects.all()} == {today()}


def test_a_municipality_has_the_letter_about_its_own_schools(
    region: Region, writer: User, second: User, client: Client
) -> None:
    made = approved(region, writer, second, [region.schools[0], region.schools[2]])
    own, other = region.municipalities
    client.force_login(region.user(RoleCode.MUNICIPAL_COORDINATOR))
    url = reverse("assessments:letters", args=[made.public_id])
    assert url in client.get(reverse("lists:list", args=[made.public_id])).content.decode()
    page = client.get(url).content.decode()
    assert own.short_name in page
    assert other.short_name not in page
    client.force_login(region.user(RoleCode.SCHOOL_HEAD))
    assert client.get(url).status_code == 404
    assert url not in client.get(reverse("lists:list", args=[made.public_id])).content.decode()


# -- in the browser's words --------------------------------------------------------------------------------------------


def test_the_whole_way_by_pages(region: Region, writer: User, second: User, client: Client) -> None:
    run = finished(region, region.schools[:2])
    client.force_login(writer)
    assert "Составить проект списка" in client.get(run.get_absolute_url()).content.decode()
    given_ = {"title": "Список 2026", "category": Category.LOW_RESULTS, "school_year": 2026, "outside": ""}
    answer = client.post(reverse("assessments:compose", args=[run.public_id]), given_)
    selection = Selection.objects.get()
    assert answer.headers["Location"] == selection.get_absolute_url()
    page = client.get(selection.get_absolute_url()).content.decode()
    assert "Передать на утверждение" in page
    assert region.schools[0].short_name in page
    url = reverse("assessments:decide", args=[selection.public_id, region.schools[1].public_id])
    assert "Из 23 работ 9" in client.get(url).content.decode()
    refused = client.post(url, {"decision": "exclude", "reason": ""}).content.decode()
    assert "Напишите основание" in refused
    assert client.post(url, {"decision": "postpone", "reason": "Объединяется с соседней"}).status_code == 302
    add = reverse("assessments:add", args=[selection.public_id])
    added = {"school": region.schools[2].short_name, "reason": "Решение рабочей группы"}
    assert client.post(add, added).status_code == 302
    assert client.post(reverse("assessments:propose", args=[selection.public_id])).status_code == 302
    own = client.get(selection.get_absolute_url()).content.decode()
    assert "Утвердить должен другой человек" in own
    client.force_login(second)
    given_ = {"document_text": ORDER, "since": "2099-01-01"}
    refused = client.post(reverse("assessments:approve", args=[selection.public_id]), given_).content.decode()
    assert "ещё не наступил" in refused
    given_["since"] = "2026-08-20"
    answer = client.post(reverse("assessments:approve", args=[selection.public_id]), given_)
    made = SchoolList.objects.get()
    assert answer.headers["Location"] == reverse("lists:list", args=[made.public_id])
    assert set(ListEntry.objects.values_list("since", flat=True)) == {dt.date(2026, 8, 20)}
    assert set(ListEntry.objects.values_list("organisation", flat=True)) == {
        region.schools[0].pk,
        region.schools[2].pk,
    }
    letters = reverse("assessments:letters", args=[made.public_id])
    for page in (selection.get_absolute_url(), reverse("lists:list", args=[made.public_id])):
        assert letters in client.get(page).content.decode()
    listed = client.get(letters).content.decode()
    for municipality in region.municipalities:
        assert municipality.short_name in listed
        for kind in ("docx", "pdf", "xlsx"):
            url = reverse("assessments:letter", args=[made.public_id, municipality.public_id, kind])
            assert url in listed
            assert client.get(url).status_code == 200
            assert Copy.objects.latest("pk").file_name.endswith(f".{kind}")
    head = region.user(RoleCode.SCHOOL_HEAD)
    client.force_login(head)
    school = client.get(reverse("assessments:school", args=[region.schools[0].public_id])).content.decode()
    assert "Возразить" in school
    url = reverse("assessments:object", args=[made.public_id, region.schools[0].public_id])
    assert client.post(url, {"text": " "}).status_code == 200
    assert not Objection.objects.exists()
    answer = client.post(url, {"text": "Отметки проставлены неверно"})
    filed = Objection.objects.get()
    assert answer.headers["Location"] == filed.get_absolute_url()
    client.force_login(writer)
    assert "Принять решение" in client.get(filed.get_absolute_url()).content.decode()
    url = reverse("assessments:answer", args=[filed.public_id])
    assert client.post(url, {"verdict": "reject", "text": "Проверено"}).status_code == 302
    assert "отклонено" in client.get(reverse("assessments:objections")).content.decode()
