"""What was sent or approved is taken back before the next has decided."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.workflow import Refused
from opora.journal.models import Entry
from opora.support.actions import programmes as actions
from opora.support.actions import reviewing
from opora.support.conditions import with_conditions
from opora.support.models import Case, Programme, ProgrammeState, Review
from opora.support.tables.cases import held_up
from tests import factories
from tests.factories import Region
from tests.support.programming import again, approved, completed
from tests.support.test_pages import page
from tests.support.test_programmes import SCORES, asked, told

pytestmark = pytest.mark.django_db


def test_a_school_withdraws_what_the_municipality_has_not_decided(
    programme: Programme, head: User, municipal: User, client: Client
) -> None:
    actions.send(completed(programme, head), by=head)
    remark = actions.say(again(programme), by=municipal, key="", text="Уточните срок")
    with pytest.raises(Denied):
        actions.withdraw(again(programme), by=municipal)
    url = reverse("support:withdraw_programme", args=[programme.case.public_id])
    client.force_login(head)
    assert "Отозвать программу" in client.post(url).content.decode()
    assert again(programme).state == ProgrammeState.SENT
    assert client.post(url, {"confirmed": "1"}).status_code == 302
    back = again(programme)
    remark.refresh_from_db()
    assert (back.state, back.version, back.versions.count(), remark.settled_at) == (ProgrammeState.DRAFT, 1, 1, None)
    assert Entry.objects.get(code="support.programme_withdrawn").confidential
    assert "Школа отозвала программу" in told(municipal)
    assert not asked(client, municipal)
    assert "Уточните срок" in page(client, head, back.get_absolute_url())
    case = with_conditions(Case.objects.select_related("school", "step", "step_set")).get(pk=programme.case_id)
    assert "программа снова у школы: её исправляют" in [one.text for one in held_up(case, head)]
    actions.send(back, by=head)
    actions.approve(again(back), by=municipal, document_text="приказ № 5")
    with pytest.raises(Refused, match="Отозвать"):
        actions.withdraw(again(back), by=head)


def test_a_municipality_takes_its_approval_back_until_the_region_has_decided(
    programme: Programme, head: User, municipal: User, coordinator: User, region: Region, client: Client
) -> None:
    experts = [factories.user(RoleCode.REGIONAL_COORDINATOR, region.authority) for _ in range(2)]
    one = approved(programme, head, municipal)
    reviewing.assign([one], by=coordinator, chosen=experts, each=2, due=today())
    given = Review.objects.select_related("programme").get(expert=experts[0])
    reviewing.give(given, by=experts[0], scores=SCORES, comment="Готова")
    with pytest.raises(Denied):
        actions.unapprove(again(one), by=head)
    url = reverse("support:unapprove_programme", args=[one.case.public_id])
    assert "Отозвать утверждение" in page(client, municipal, one.get_absolute_url())
    assert "снова будет ждать вашего решения" in client.post(url).content.decode()
    assert client.post(url, {"confirmed": "1"}).status_code == 302
    back = again(one)
    assert (back.state, back.approved_at, back.versions.get().approved_document) == (ProgrammeState.SENT, None, "")
    assert list(back.reviews.all()) == [given]
    assert Entry.objects.get(code="support.programme_unapproved").data["document"] == "приказ № 5"
    assert "отозвал утверждение" in told(head)
    assert "отозвал утверждение" in told(coordinator)
    assert "больше не нужна" in told(experts[1])
    assert "больше не нужна" not in told(experts[0])
    actions.approve(back, by=municipal, document_text="приказ № 6")
    actions.agree(again(back), by=coordinator, document_text="протокол № 1")
    with pytest.raises(Refused, match="Отозвать утверждение"):
        actions.unapprove(again(back), by=municipal)


def test_experts_who_have_not_answered_hear_that_a_programme_went_back_to_the_school(
    programme: Programme, head: User, municipal: User, coordinator: User, region: Region, client: Client
) -> None:
    experts = [factories.user(RoleCode.REGIONAL_COORDINATOR, region.authority) for _ in range(2)]
    one = approved(programme, head, municipal)
    reviewing.assign([one], by=coordinator, chosen=experts, each=2, due=today())
    given = Review.objects.select_related("programme").get(expert=experts[0])
    reviewing.give(given, by=experts[0], scores=SCORES, comment="Готова")
    assert asked(client, experts[1])
    actions.return_(again(one), by=coordinator, reason="Нет показателей")
    assert list(again(one).reviews.all()) == [given]
    assert "больше не нужна" in told(experts[1])
    assert "больше не нужна" not in told(experts[0])
    assert not asked(client, experts[1])
