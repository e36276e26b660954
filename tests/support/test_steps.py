"""Steps: done in order, by those who do them, when nothing is missing; undone with a reason; a region has its own."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.assessments.models import Objection
from opora.collection.models import Campaign, Form, FormKind, Submission
from opora.core.actor import Denied
from opora.core.workflow import Refused, Stale
from opora.lists.models import SchoolList
from opora.notices.models import Notice
from opora.support.actions import sets
from opora.support.actions import stepping as actions
from opora.support.conditions import held_by
from opora.support.models import Case, CaseState, SetState, Step, StepSet
from opora.support.shipped import shipped_steps
from tests import factories
from tests.factories import Region
from tests.support.conftest import YEAR, approved, case_of

pytestmark = pytest.mark.django_db
NOW = dt.datetime(YEAR, 10, 1, tzinfo=dt.UTC)


def next_of(case: Case) -> Step:
    step = case_of(case.school).step
    assert step is not None
    return step


def test_a_step_is_done_by_those_who_do_it(case: Case, head: User, municipal: User, region: Region) -> None:
    step = next_of(case)
    for other in (head, region.user(RoleCode.CURATOR), region.user(RoleCode.METHODIST)):
        with pytest.raises(Denied):
            actions.do_step(case, by=other, step=step, document_text="письмо")
    actions.do_step(case, by=municipal, step=step, document_text="письмо № 5")
    moved = case_of(case.school)
    assert moved.step
    assert moved.step.key == "diagnosed"
    assert Notice.objects.filter(user=head, key__startswith="case:").count() == 1
    with pytest.raises(Stale):
        actions.do_step(case, by=municipal, step=step, document_text="письмо № 5")


def test_what_is_missing_is_said(case: Case, municipal: User, region: Region, listed: SchoolList) -> None:
    step = next_of(case)
    with pytest.raises(Refused, match="нет учётной записи"):
        actions.do_step(case, by=municipal, step=step, document_text="письмо")
    region.user(RoleCode.SCHOOL_HEAD)
    with pytest.raises(Refused, match="Укажите документ: письмо школе"):
        actions.do_step(case, by=municipal, step=step)
    Objection.objects.create(school=case.school, school_list=listed, text="Нет", filed_by="Кто")
    with pytest.raises(Refused, match="рассматривается возражение"):
        actions.do_step(case, by=municipal, step=step, document_text="письмо")
    assert next_of(case) == step


def test_a_passport_counts_from_its_year_on(case: Case, region: Region) -> None:
    form = Form.objects.create(territory=region.authority, title="Паспорт", kind=FormKind.PASSPORT, made_by="Кто")
    campaign = Campaign.objects.create(
        version=form.versions.create(number=1),
        territory=region.authority,
        place=region.authority,
        group="schools",
        title="Паспорта",
        due="2026-10-01",
        made_by="Кто",
    )
    given = Submission.objects.create(campaign=campaign, organisation=case.school)
    told = {"sent_at": NOW, "sent_by": "Кто", "decided_at": NOW, "decided_by": "Кто"}
    Case.objects.filter(pk=case.pk).update(step=case.step_set.steps.get(key="diagnosed"))

    def held() -> bool:
        return case in held_by(Case.objects.all(), "passport")

    assert held()
    Submission.objects.filter(pk=given.pk).update(state="accepted", **told)
    assert not held()
    Submission.objects.filter(pk=given.pk).update(decided_at=NOW.replace(year=YEAR - 1))
    assert held()


def test_the_last_step_is_undone_with_a_reason(case: Case, head: User, municipal: User) -> None:
    step = next_of(case)
    done = actions.do_step(case, by=municipal, step=step, document_text="письмо")
    with pytest.raises(Denied):
        actions.undo_step(case, by=head, done=done, reason="Ошибка")
    with pytest.raises(Refused, match="почему"):
        actions.undo_step(case, by=municipal, done=done, reason=" ")
    actions.undo_step(case, by=municipal, done=done, reason="Письмо не отправлено")
    done.refresh_from_db()
    assert (done.undone_reason, next_of(case)) == ("Письмо не отправлено", step)
    actions.do_step(case, by=municipal, step=step, document_text="письмо № 2")
    with pytest.raises(Stale):
        actions.undo_step(case, by=municipal, done=done, reason="Ещё раз")
    assert case.done.count() == 3


def test_what_the_list_did_is_undone_by_the_list(case: Case, coordinator: User) -> None:
    with pytest.raises(Refused, match="уберите школу из списка"):
        actions.undo_step(case, by=coordinator, done=case.done.get(), reason="Ошибка")


def test_open_cases_keep_their_steps(case: Case, coordinator: User, region: Region) -> None:
    draft = sets.start_draft(region.authority, by=coordinator)
    assert sets.start_draft(region.authority, by=coordinator) == draft
    told = {"who": "region", "days": 5, "document": "", "conditions": []}
    informed = draft.steps.get(key="informed")
    sets.edit_step(informed, by=coordinator, title="Школе сообщено", **told)
    own = sets.add_step(draft, by=coordinator, title="Встреча с главой", **{**told, "conditions": ["curator"]})
    sets.move_step(own, by=coordinator, up=True)
    sets.remove_step(draft.steps.get(key="evaluated"), by=coordinator)
    first = draft.steps.get(key="identified")
    with pytest.raises(Refused):
        sets.remove_step(first, by=coordinator)
    sets.move_step(first, by=coordinator, up=False)
    sets.publish(draft, by=coordinator)
    with pytest.raises(Refused, match="начните новую версию"):
        sets.edit_step(informed, by=coordinator, title="Иначе", **told)
    assert next_of(case).title == "Школа оповещена"
    approved(coordinator, region, region.schools[1])
    fresh = case_of(region.schools[1])
    titles = list(fresh.step_set.steps.order_by("order").values_list("title", flat=True))
    assert (titles[0], titles[1], titles[-2]) == ("Школа выявлена", "Школе сообщено", "Встреча с главой")
    assert len(titles) == len(shipped_steps())
    assert [one.state for one in StepSet.objects.order_by("number")] == [SetState.FORMER, SetState.CURRENT]


def test_only_the_region_changes_steps(region: Region, municipal: User, listed: SchoolList) -> None:
    with pytest.raises(Denied):
        sets.start_draft(region.authority, by=municipal)
    assert not StepSet.objects.visible(municipal).exists()


class TestAnyCourse(TestCase):
    """Whatever is done and undone, a case stands at the first step that is not done."""

    def setUp(self) -> None:
        self.region = factories.region()
        self.by = self.region.user(RoleCode.REGIONAL_COORDINATOR)
        draft = sets.start_draft(self.region.authority, by=self.by)
        Step.objects.filter(step_set=draft).update(conditions="", document="")
        sets.publish(draft, by=self.by)
        approved(self.by, self.region, self.region.schools[0])

    @settings(max_examples=8)
    @given(st.lists(st.booleans(), max_size=14))
    def test_the_next_step_is_the_first_that_is_not_done(self, moves: list[bool]) -> None:
        case = case_of(self.region.schools[0], YEAR)
        for forward in moves:
            case = case_of(case.school, YEAR)
            last = case.done.all().standing().order_by("-step__order").first()
            if forward and case.step:
                actions.do_step(case, by=self.by, step=case.step)
            elif not forward and last and last.step.order > 1:
                actions.undo_step(case, by=self.by, done=last, reason="Проверка")
            case = case_of(case.school, YEAR)
            standing = set(case.done.all().standing().values_list("step", flat=True))
            left = [one for one in case.step_set.steps.order_by("order") if one.pk not in standing]
            assert case.step == (left[0] if left else None)
            assert case.state == (CaseState.OPEN if left else CaseState.DONE)
            assert (case.closed_at is None) is bool(left)
