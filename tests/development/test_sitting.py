"""A diagnosis is given, sat, handed in by itself when the time is over; who sees what of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.workflow import Refused, Stale
from opora.development.actions import building, giving, sitting
from opora.development.content import without_task
from opora.development.models import Answer, Diagnosis, Sitting
from opora.development.queries import sittings as queries
from opora.journal.models import Entry
from opora.notices.models import Notice
from tests.development.conftest import RIGHT, Given, made, sit, teacher
from tests.factories import Region

pytestmark = pytest.mark.django_db


def test_a_published_version_is_never_changed(region: Region, coordinator: User) -> None:
    version = made(coordinator, region.authority)
    with pytest.raises(Refused, match="опубликована"):
        building.change(version, lambda one: without_task(one, "t1"), by=coordinator, revision=1)
    newer = building.new_version(version.instrument, by=coordinator)
    building.change(newer, lambda one: without_task(one, "t1"), by=coordinator, revision=0)
    with pytest.raises(Stale):
        building.change(newer, lambda one: without_task(one, "t2"), by=coordinator, revision=0)
    assert version.instrument.versions.get(number=1).said.task("t1")


def test_teachers_are_called_by_their_posts(region: Region, given: Given) -> None:
    one, other = teacher(region.schools[0]), teacher(region.schools[2], "Бумажная", account=False)
    teacher(region.schools[1]).person.posts.update(title="учитель химии")  # type: ignore[union-attr]
    diagnosis = given()
    assert {row.person for row in diagnosis.sittings.all()} == {one.person, other.person}
    assert "Диагностика осени" in Notice.objects.get(user=one).text
    with pytest.raises(Refused, match="невозможно"):
        giving.give(diagnosis, by=region.user(RoleCode.REGIONAL_COORDINATOR))


def test_answers_are_kept_and_scored(region: Region, given: Given) -> None:
    user = teacher(region.schools[0])
    found = sit(given(), user, {**RIGHT, "t5": [1, None]})
    assert found.state == "done"
    assert [(row.title, row.points, row.most, row.deficit) for row in found.scores.all()] == [
        ("Планирование урока", 3, 3, False),
        ("Текстовые задачи", 3, 4, False),
    ]
    task = found.diagnosis.version.said.task("t1")
    assert task
    with pytest.raises(Stale):
        sitting.answer(found, by=user, task=task, given=1)


def test_time_is_kept_by_the_server(region: Region, given: Given) -> None:
    user, late = teacher(region.schools[0]), teacher(region.schools[1])
    diagnosis = given()
    task = diagnosis.version.said.tasks[0]
    for who in (user, late):
        started = sitting.start(Sitting.objects.get(person=who.person), by=who)
        assert sitting.answer(started, by=who, task=task, given=0)
        assert started.started_at
        assert started.ends_at == started.started_at + dt.timedelta(minutes=30)
    Sitting.objects.update(ends_at=timezone.now() - dt.timedelta(seconds=1))
    assert not sitting.answer(Sitting.objects.get(person=user.person), by=user, task=task, given=1)
    giving.end_what_is_over()
    giving.end_what_is_over()
    for who in (user, late):
        one = Sitting.objects.get(person=who.person)
        assert one.state == "done"
        assert one.done_at == one.ends_at
        assert [row.given for row in one.answers.all()] == [0]
        assert [row.points for row in one.scores.all()] == [1, 0]


def test_the_last_day_ends_it(region: Region, given: Given) -> None:
    user, idle = teacher(region.schools[0]), teacher(region.schools[1])
    diagnosis = given(opens=dt.date(2026, 1, 1))
    sitting.start(Sitting.objects.get(person=user.person), by=user)
    Diagnosis.objects.update(closes=dt.date(2026, 1, 2))
    giving.end_what_is_over()
    assert [row.state for row in (Sitting.objects.get(person=who.person) for who in (user, idle))] == ["done", "missed"]
    diagnosis.refresh_from_db()
    with pytest.raises(Refused):
        giving.close(diagnosis, by=region.user(RoleCode.REGIONAL_COORDINATOR))
    assert Entry.objects.filter(code="development.diagnosis_closed").count() == 1


def test_only_ones_own_is_sat(region: Region, given: Given) -> None:
    user, other = teacher(region.schools[0]), teacher(region.schools[0], "Другая")
    given()
    with pytest.raises(Denied):
        sitting.start(Sitting.objects.get(person=user.person), by=other)


def test_paper_is_put_in_and_mended_until_the_end(region: Region, coordinator: User, given: Given) -> None:
    user = teacher(region.schools[0], account=False)
    diagnosis = given()
    one = Sitting.objects.select_related("diagnosis__territory").get(person=user.person)
    sitting.enter(one, by=coordinator, answers={"t1": 1})
    sitting.enter(one, by=coordinator, answers={"t1": 0, "t3": "12,5"})
    assert [row.points for row in one.scores.all()] == [1, 1]
    with pytest.raises(Denied):
        sitting.enter(one, by=region.user(RoleCode.SCHOOL_HEAD), answers={})
    with pytest.raises(Refused, match="невозможный"):
        sitting.enter(one, by=coordinator, answers={"t1": 7})
    giving.close(diagnosis, by=coordinator)
    one = Sitting.objects.select_related("diagnosis__territory").get(pk=one.pk)
    with pytest.raises(Refused, match="завершена"):
        sitting.enter(one, by=coordinator, answers={})
    assert Answer.objects.count() == 2


def test_what_a_teacher_did_himself_is_not_put_in(region: Region, coordinator: User, given: Given) -> None:
    user = teacher(region.schools[0])
    one = sit(given(), user, RIGHT)
    with pytest.raises(Refused, match="сам"):
        sitting.enter(Sitting.objects.get(pk=one.pk), by=coordinator, answers={})


def test_who_sees_a_result_by_name(region: Region, coordinator: User, given: Given) -> None:
    user, head = teacher(region.schools[0]), region.user(RoleCode.SCHOOL_HEAD)
    one = sit(given(), user, RIGHT)
    others = [region.user(role) for role in ("municipal_coordinator", "regional_specialist", "school_staff")]
    others += [coordinator, region.user(RoleCode.SCHOOL_HEAD, region.schools[1])]

    def seen(who: User) -> bool:
        return Sitting.objects.visible(who).filter(pk=one.pk).exists()

    assert seen(user)
    assert not any(map(seen, [head, *others]))
    sitting.consent(one, by=user, given=True)
    assert seen(head)
    assert not any(map(seen, others))
    sitting.consent(one, by=user, given=False)
    assert not seen(head)
    codes = ["development.sitting_consented", "development.sitting_consent_withdrawn"]
    assert list(Entry.objects.filter(code__in=codes).order_by("number").values_list("code", flat=True)) == codes
    Diagnosis.objects.update(names_to_heads=True)
    assert seen(head)
    assert not any(map(seen, others))


def test_only_the_region_opens_names(region: Region, coordinator: User) -> None:
    municipal = region.user(RoleCode.MUNICIPAL_COORDINATOR)
    version = made(municipal, region.municipalities[0])
    said = {"post": "учитель", "title": "Наша", "opens": dt.date(2026, 1, 1), "closes": dt.date(2027, 1, 1)}
    with pytest.raises(Denied):
        giving.prepare(by=municipal, version=version, place=region.municipalities[0], names_to_heads=True, **said)
    with pytest.raises(Denied):
        giving.prepare(by=municipal, version=version, place=region.municipalities[1], **said)


def test_a_head_sees_his_staff_only_where_enough_are_unknown(region: Region, coordinator: User, given: Given) -> None:
    head = region.user(RoleCode.SCHOOL_HEAD)
    users = [teacher(region.schools[0], f"Учителева{number}") for number in range(6)]
    diagnosis = given()
    rows = [sit(diagnosis, user, RIGHT if number else {}) for number, user in enumerate(users)]
    assert queries.staff(head) == []  # not closed yet
    giving.close(diagnosis, by=coordinator)
    (staff,) = queries.staff(head)
    assert staff.group
    assert [(mean.people, mean.deficits) for mean in staff.group.means] == [(6, 1), (6, 1)]
    assert staff.named == []
    sitting.consent(rows[0], by=users[0], given=True)
    (staff,) = queries.staff(head)
    assert [one.sitting.pk for one in staff.named] == [rows[0].pk]
    assert staff.group  # five are not known by name
    for row, user in zip(rows[1:5], users[1:5], strict=True):
        sitting.consent(row, by=user, given=True)
        (staff,) = queries.staff(head)  # with the mean that was read before, he would know what is left of five
        assert ([one.sitting.pk for one in staff.named], bool(staff.group)) == ([rows[0].pk], True)
    sitting.consent(rows[5], by=users[5], given=True)
    (staff,) = queries.staff(head)
    assert (len(staff.named), bool(staff.group)) == (6, True)


def test_a_consent_taken_back_does_not_bring_the_mean_back(region: Region, coordinator: User, given: Given) -> None:
    """Else what is left of the mean without those who were seen would be of fewer than five."""
    head = region.user(RoleCode.SCHOOL_HEAD)
    users = [teacher(region.schools[0], f"Учителева{number}") for number in range(6)]
    diagnosis = given()
    rows = [sit(diagnosis, user, RIGHT) for user in users]
    for row, user in zip(rows[:2], users[:2], strict=True):
        sitting.consent(row, by=user, given=True)
    giving.close(diagnosis, by=coordinator)
    for held in (True, False):
        (staff,) = queries.staff(head)
        assert (len(staff.named), staff.group) == (2 if held else 1, None)
        sitting.consent(rows[1], by=users[1], given=False)


def test_groups_are_shown_once_it_is_closed(region: Region, coordinator: User, given: Given) -> None:
    schools = [*[region.schools[0]] * 5, region.schools[1], *[region.schools[2]] * 6]
    users = [teacher(school, f"Учителева{number}") for number, school in enumerate(schools)]
    diagnosis = given()
    for user in users:
        sit(diagnosis, user, RIGHT)
    assert queries.groups(diagnosis) == (None, [])
    giving.close(diagnosis, by=coordinator)
    every, areas = queries.groups(diagnosis)
    assert every
    assert every.people == 12
    assert sorted((whole.people, [part.people for part in parts]) for whole, parts in areas) == [(6, [6]), (6, [6])]


def test_a_change_is_told_with_its_error(region: Region, coordinator: User, given: Given) -> None:
    user, head = teacher(region.schools[0]), region.user(RoleCode.SCHOOL_HEAD)
    first = sit(given(), user, {})
    again = sit(given(title="Повторная"), user, RIGHT)
    assert queries.changed(first, user) == (None, [])
    before, changes = queries.changed(again, user)
    assert before == first
    perhaps = "больше погрешности, но для шкалы, где в прошлый раз вышло мало, это ещё может быть удачей"
    assert [f"{one.difference}: {one.meaning}" for one in changes] == [
        f"+100 ± 60 п. п.: {perhaps}",
        f"+100 ± 50 п. п.: {perhaps}",
    ]
    sitting.consent(again, by=user, given=True)
    assert queries.changed(again, head) == (None, [])  # of the first he may not know
