"""A listed school objects, and a school leaves the list."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.assessments.actions import deciding, objecting
from opora.assessments.models import Decision, Leaving, Objection, ObjectionFile, ObjectionState, Run
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.workflow import Refused
from opora.journal.models import Entry
from opora.lists import actions as lists
from opora.lists.models import Category, SchoolList
from opora.notices.models import Notice
from opora.ui import words
from tests.assessments.deciding.composing import ORDER, approved
from tests.assessments.results import RUS_5, put
from tests.assessments.runs import finished
from tests.factories import Region

pytestmark = pytest.mark.django_db


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
    reason = "Основание решения: школа просила о поддержке"
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


def test_runs_to_leave_by_are_told_apart(region: Region, writer: User, second: User, client: Client) -> None:
    made = approved(region, writer, second)
    client.force_login(writer)
    url = reverse("assessments:leave", args=[made.public_id, region.schools[0].public_id])
    page = client.get(url).content.decode()
    run = Run.objects.get()
    assert run.finished_at is not None
    assert f", {words.moment(run.finished_at)}: в списке {run.flagged} из {run.schools}</option>" in page
    assert "Записать выход" in page
