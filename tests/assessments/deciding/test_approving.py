"""A second person approves a draft, and each is told of its own part."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.assessments.actions import deciding
from opora.assessments.models import Choice, Decision, Run, Selection, SelectionState, Verdict
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.workflow import Refused
from opora.lists import actions as lists
from opora.lists.models import ListState, SchoolList
from opora.notices.models import Notice
from tests import factories
from tests.assessments.deciding.composing import ORDER, approved, composed
from tests.factories import Region

pytestmark = pytest.mark.django_db


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
