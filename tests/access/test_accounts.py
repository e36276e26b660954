"""Roles are given and taken within one's scope; accounts are disabled but never the last administrator's."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse

from opora.access.actions import (
    add_membership,
    create_account,
    disable_account,
    enable_account,
    end_membership,
    reset_second_factor,
)
from opora.access.models import Membership, User
from opora.access.roles import RoleCode
from opora.core.actor import Denied, System
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.models import Entry
from tests.factories import Region, user


@pytest.fixture
def administrator(region: Region) -> User:
    return region.user(RoleCode.ADMINISTRATOR)


@pytest.fixture
def local(region: Region) -> User:
    return region.user(RoleCode.ADMINISTRATOR, region.municipalities[0])


def test_an_administrator_sees_no_documents(region: Region, administrator: User) -> None:
    held = {permission for permission in Permission if administrator.may(permission)}
    accounts = {Permission.ACCOUNTS_MANAGE, Permission.ACCOUNTS_INVITE}
    assert held == {*accounts, Permission.COPIES_TRACE, Permission.REGISTRY_VIEW}


def test_a_role_is_given_in_ones_scope_only(region: Region, local: User) -> None:
    somebody = user()
    membership = add_membership(somebody, by=local, organisation=region.schools[0], role=RoleCode.SCHOOL_HEAD)
    assert somebody.own.paths == (region.schools[0].path,)
    entry = Entry.objects.get(code="access.role_given")
    assert (entry.object_id, entry.path) == (somebody.public_id, region.schools[0].path)
    with pytest.raises(Refused):
        add_membership(somebody, by=local, organisation=region.schools[0], role=RoleCode.SCHOOL_HEAD)
    for place in (region.authority, region.schools[2]):
        with pytest.raises(Denied):
            add_membership(somebody, by=local, organisation=place, role=RoleCode.SCHOOL_HEAD)
    end_membership(membership, by=local)
    assert not Membership.objects.filter(user=somebody).exists()


def test_a_role_that_reaches_above_is_given_from_above(region: Region, administrator: User) -> None:
    """A specialist of an institute reads the documents of the whole region."""
    inside = region.user(RoleCode.ADMINISTRATOR, region.institute)
    somebody = user()
    with pytest.raises(Denied, match="шире"):
        add_membership(somebody, by=inside, organisation=region.institute, role=RoleCode.REGIONAL_SPECIALIST)
    add_membership(somebody, by=administrator, organisation=region.institute, role=RoleCode.REGIONAL_SPECIALIST)


@pytest.mark.parametrize("role", [role for role in RoleCode.values if role != "administrator"])
def test_others_manage_no_accounts(client: Client, region: Region, role: str) -> None:
    one = region.user(role)
    client.force_login(one)
    assert client.get(reverse("access:accounts")).status_code == 403
    invites = role in (RoleCode.REGIONAL_COORDINATOR, RoleCode.MUNICIPAL_COORDINATOR)
    assert client.get(reverse("access:invite")).status_code == (200 if invites else 403)
    with pytest.raises(Denied):
        create_account(by=one, username="new", password="x", organisation=region.schools[0], role=RoleCode.OBSERVER)


def test_an_account_with_a_role_elsewhere_is_not_ones_own(region: Region, administrator: User, local: User) -> None:
    both = region.user(RoleCode.SCHOOL_STAFF)
    Membership.objects.create(user=both, organisation=region.authority, role=RoleCode.OBSERVER)
    with pytest.raises(Denied):
        disable_account(both, by=local)
    with pytest.raises(Denied):
        reset_second_factor(both, by=local)
    disable_account(both, by=administrator)


def test_the_last_administrator_stays(region: Region, administrator: User, local: User) -> None:
    with pytest.raises(Refused, match="последний администратор"):
        disable_account(administrator, by=System())
    with pytest.raises(Refused, match="последний администратор"):
        end_membership(administrator.memberships.get(), by=administrator)
    end_membership(local.memberships.get(), by=administrator)  # the region's administrator covers his place
    second = region.user(RoleCode.ADMINISTRATOR)
    disable_account(administrator, by=second)
    with pytest.raises(Refused, match="Свою"):
        disable_account(second, by=second)


def test_a_role_ends_on_a_day(region: Region, administrator: User) -> None:
    one = region.user(RoleCode.METHODIST)
    membership = one.memberships.get()
    Membership.objects.update(since=today() - dt.timedelta(days=5))
    end_membership(membership, by=administrator, until=today())
    one.refresh_from_db()
    assert one.may(Permission.DOCUMENTS_VIEW)
    end_membership(membership, by=administrator)
    one.refresh_from_db()
    assert not one.may(Permission.DOCUMENTS_VIEW)
    with pytest.raises(Refused):
        end_membership(membership, by=administrator)


def test_who_is_disabled_is_out_at_once(client: Client, region: Region, administrator: User) -> None:
    one = region.user(RoleCode.METHODIST)
    client.force_login(one)
    assert client.get(reverse("mfa_index")).status_code == 200
    disable_account(one, by=administrator)
    assert client.get(reverse("mfa_index")).status_code == 302
    credentials = {"login": one.username, "password": "пароль-для-тестов"}
    response = client.post(reverse("account_login"), credentials, follow=True)
    assert "Учётная запись отключена" in response.content.decode()
    assert client.get(reverse("mfa_index")).status_code == 302
    with pytest.raises(Refused):
        disable_account(one, by=administrator)
    enable_account(one, by=administrator)
    assert client.post(reverse("account_login"), credentials).headers["Location"] == "/"


def test_a_lost_second_factor_is_reset(region: Region, administrator: User) -> None:
    one = region.user(RoleCode.METHODIST)
    TOTP.activate(one, "JBSWY3DPEHPK3PXP")
    reset_second_factor(one, by=administrator)
    with pytest.raises(Refused):
        reset_second_factor(one, by=administrator)
    assert Entry.objects.filter(code="access.second_factor_reset").count() == 1


# -- pages -------------------------------------------------------------------------------------------------------


def test_the_list_costs_the_same_however_long_it_is(
    client: Client, region: Region, administrator: User, django_assert_max_num_queries: Any
) -> None:
    client.force_login(administrator)
    for _ in range(12):
        region.user(RoleCode.SCHOOL_STAFF)
    with django_assert_max_num_queries(8):
        page = client.get(reverse("access:accounts")).content.decode()
    assert page.count("сотрудник школы, МБОУ") == 12


def test_the_list_is_searched_and_filtered(client: Client, region: Region, administrator: User) -> None:
    client.force_login(administrator)
    user(RoleCode.METHODIST, region.services[0], name="Ёлкина Ольга")
    user(RoleCode.CURATOR, region.schools[0], name="Дубов Олег", is_active=False)
    address = reverse("access:accounts")
    for query, found, missing in (
        ("q=елк", "Ёлкина", "Дубов"),
        ("role=curator", "Дубов", "Ёлкина"),
        ("state=disabled", "Дубов", "Ёлкина"),
        ("sort=-last_login&q=ол", "Дубов", "администратор,"),
    ):
        page = client.get(f"{address}?{query}").content.decode()
        assert found in page
        assert missing not in page.split("<tbody>")[1]


def test_an_account_is_managed_from_its_page(client: Client, region: Region, administrator: User) -> None:
    client.force_login(administrator)
    one = region.user(RoleCode.METHODIST)
    TOTP.activate(one, "JBSWY3DPEHPK3PXP")
    page = reverse("access:account", args=[one.public_id])
    assert "Сбросить второй шаг" in client.get(page).content.decode()
    data = {"organisation": region.schools[3].short_name, "role": RoleCode.CURATOR, "since": today().isoformat()}
    assert client.post(page, data).headers["Location"] == page
    assert "уже есть" in client.post(page, data).content.decode()
    ambiguous = client.post(page, data | {"organisation": "СОШ"}).content.decode()
    assert "Названию подходят" in ambiguous
    membership = one.memberships.get(role=RoleCode.CURATOR)
    end = reverse("access:end_role", args=[one.public_id, membership.public_id])
    assert client.get(end).status_code == 200
    assert client.post(end, {"until": (today() + dt.timedelta(days=3)).isoformat()}).headers["Location"] == page
    for name, message in (("disable", "отключена"), ("reset_second_factor", "сброшен"), ("enable", "включена")):
        address = reverse(f"access:{name}", args=[one.public_id])
        if name != "enable":
            assert "Не нужно" in client.post(address).content.decode()
        assert message in client.post(address, {"confirmed": "1"}, follow=True).content.decode()


def test_a_foreign_account_is_not_there(client: Client, region: Region, local: User) -> None:
    client.force_login(local)
    other = region.user(RoleCode.SCHOOL_HEAD, region.schools[2])
    assert client.get(reverse("access:account", args=[other.public_id])).status_code == 404
    for name in ("disable", "enable", "reset_second_factor"):
        assert client.post(reverse(f"access:{name}", args=[other.public_id])).status_code == 404
    end = reverse("access:end_role", args=[other.public_id, other.memberships.get().public_id])
    assert client.post(end).status_code == 404


def test_the_menu_has_accounts_for_administrators_only(client: Client, region: Region, administrator: User) -> None:
    for one, there in ((administrator, True), (region.user(RoleCode.METHODIST), False)):
        client.force_login(one)
        page = client.get(reverse("mfa_index")).content.decode()
        assert (f'href="{reverse("access:accounts")}"' in page) is there
