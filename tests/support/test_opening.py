"""Cases follow the lists: opened, closed, taken up again, and never by halves."""

from __future__ import annotations

import datetime as dt

import pytest

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.assessments.actions import objecting
from opora.core.clock import today
from opora.journal.models import Entry
from opora.lists import actions as lists
from opora.lists.models import SchoolList
from opora.registry.points import organisation_succeeded
from opora.support.actions import opening, stepping
from opora.support.models import Case, CaseState, StepDone, StepSet
from opora.support.shipped import shipped_steps
from tests.factories import Region
from tests.support.conftest import YEAR, approved, case_of

pytestmark = pytest.mark.django_db


def test_an_approved_list_opens_cases_whose_first_step_is_done(
    listed: SchoolList, region: Region, coordinator: User
) -> None:
    assert {one.school for one in Case.objects.all()} == {region.schools[0], region.schools[2]}
    case = case_of(region.schools[0])
    shipped = shipped_steps()
    assert (case.state, case.step.key if case.step else "") == (CaseState.OPEN, shipped[1].key)
    assert case.due == today() + dt.timedelta(days=shipped[1].days or 0)
    done = case.done.get()
    assert (done.step.key, done.document_text) == ("identified", "приказ № 1")
    assert Entry.objects.get(code="support.opened", confidential=True).actor_id == coordinator.actor_id
    assert StepSet.objects.count() == 1


def test_a_school_that_is_taken_out_has_its_case_stopped_and_put_back_goes_on(
    listed: SchoolList, region: Region, coordinator: User, case: Case
) -> None:
    region.user(RoleCode.SCHOOL_HEAD)
    assert case.step
    stepping.do_step(case, by=coordinator, step=case.step, document_text="письмо № 1")
    lists.reopen(listed, by=coordinator)
    assert case_of(case.school).state == CaseState.OPEN  # the document that approved the list still stands
    lists.remove_school(listed, by=coordinator, organisation=case.school)
    lists.approve(listed, by=coordinator)
    stopped = case_of(case.school)
    assert (stopped.state, stopped.reason) == (CaseState.STOPPED, "школа убрана из списка, когда его исправляли")
    assert case_of(region.schools[2]).state == CaseState.OPEN
    lists.reopen(listed, by=coordinator)
    lists.add_school(listed, by=coordinator, organisation=case.school)
    lists.approve(listed, by=coordinator)
    again = case_of(case.school)
    assert (again.state, again.reason, again.closed_at) == (CaseState.OPEN, "", None)
    assert again.step
    assert again.step.key == "diagnosed"
    assert again.done.count() == 2
    assert again.entry.until is None


def test_of_two_lists_of_a_year_each_keeps_the_case_open(
    listed: SchoolList, region: Region, coordinator: User, case: Case
) -> None:
    other = approved(coordinator, region, case.school, region.schools[1])
    assert Case.objects.filter(school=case.school).count() == 1
    objecting.leave(listed, by=coordinator, school=case.school, criteria="Результаты выросли")
    assert case_of(case.school).state == CaseState.OPEN
    objecting.leave(other, by=coordinator, school=case.school, criteria="Результаты выросли")
    left = case_of(case.school)
    assert (left.state, left.reason) == (CaseState.LEFT, "Результаты выросли")
    assert Entry.objects.filter(code="support.left").count() == 1


def test_a_list_moved_to_another_year_takes_its_cases_along(listed: SchoolList, coordinator: User, case: Case) -> None:
    lists.reopen(listed, by=coordinator)
    listed.refresh_from_db()
    lists.edit(listed, by=coordinator, school_year=YEAR + 1)
    lists.approve(listed, by=coordinator)
    assert case_of(case.school).state == CaseState.STOPPED
    assert case_of(case.school, YEAR + 1).state == CaseState.OPEN


def test_the_next_year_s_list_opens_another_case(
    listed: SchoolList, region: Region, coordinator: User, case: Case
) -> None:
    approved(coordinator, region, case.school, year=YEAR + 1)
    states = Case.objects.filter(school=case.school).order_by("school_year").values_list("school_year", "state")
    assert list(states) == [(YEAR, CaseState.OPEN), (YEAR + 1, CaseState.OPEN)]


@pytest.mark.parametrize("doubled", [False, True])
def test_a_successor_takes_over_what_is_open(
    listed: SchoolList, region: Region, coordinator: User, case: Case, doubled: bool
) -> None:
    successor = region.schools[2] if doubled else region.schools[1]
    organisation_succeeded.call(case.school, successor, coordinator)
    assert Case.objects.filter(school=successor).count() == 1
    assert Case.objects.open().filter(school=case.school).count() == 0
    assert Case.objects.filter(school=case.school, state=CaseState.STOPPED).exists() is doubled


def test_a_list_from_before_there_were_cases_gets_them_at_a_tick(region: Region, coordinator: User) -> None:
    day = today()
    year = day.year if day.month >= 9 else day.year - 1
    now = approved(coordinator, region, region.schools[0], year=year)
    approved(coordinator, region, region.schools[1], year=year - 2)
    StepDone.objects.all().delete()
    Case.objects.all().delete()
    assert opening.catch_up() == 1
    assert [one.school for one in Case.objects.all()] == [region.schools[0]]
    assert Case.objects.get().entry.list == now
    assert opening.catch_up() == 0
