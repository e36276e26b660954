"""Inviting a person, and making an account by the code."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opora.access import codes
from opora.access.actions import accept_invitation, create_account, invite, renew, revoke
from opora.access.imports import person_imported
from opora.access.models import Invitation, Membership, User
from opora.access.roles import RoleCode
from opora.core.actor import Denied, System
from opora.core.workflow import Refused
from opora.journal.models import Entry
from opora.registry.models import Person
from tests.factories import Region

PASSWORD = "Сиреневый туман 7"


@pytest.fixture
def administrator(region: Region) -> User:
    return region.user(RoleCode.ADMINISTRATOR)


@pytest.fixture
def invitation(region: Region, administrator: User) -> tuple[Invitation, str]:
    return invite(
        by=administrator,
        organisation=region.schools[0],
        role=RoleCode.SCHOOL_HEAD,
        display_name="Кочетова Вера Ильинична",
    )


def typed(username: str = "kochetova", password: str = PASSWORD) -> dict[str, str]:
    return {"username": username, "password1": password, "password2": password}


def test_the_code_is_kept_as_a_digest_only(invitation: tuple[Invitation, str]) -> None:
    kept, code = invitation
    assert len(code) == 10
    assert code not in str(Invitation.objects.filter(pk=kept.pk).values())
    assert code not in str(list(Entry.objects.values()))


@pytest.mark.parametrize("change", [str.lower, codes.in_groups, lambda code: f" {code[:3]} {code[3:]} "])
def test_a_code_is_read_however_it_is_typed(change: Any) -> None:
    code = "ABCEHKMPTX"
    assert codes.normal(change(code)) == code
    assert codes.normal("АВСЕНКМРТХ") == code  # the same keys of a Russian keyboard's look-alikes


def test_a_person_makes_an_account_by_a_code(
    client: Client, region: Region, invitation: tuple[Invitation, str]
) -> None:
    kept, code = invitation
    response = client.post(reverse("access:code"), {"code": code.lower()})
    address = reverse("access:accept", args=[codes.in_groups(code)])
    assert response.headers["Location"] == address
    assert "Кочетова Вера Ильинична" in client.get(address).content.decode()
    response = client.post(address, typed())
    assert response.headers["Location"] == "/"
    account = User.objects.get(username="kochetova")
    assert client.session["_auth_user_id"] == str(account.pk)
    assert [(m.role, m.organisation) for m in account.active_memberships] == [("school_head", region.schools[0])]
    kept.refresh_from_db()
    assert (kept.accepted_by, kept.state[0]) == (account, "accepted")
    entry = Entry.objects.get(code="access.invitation_accepted")
    assert (entry.actor_id, entry.path) == (account.public_id, region.schools[0].path)


def test_a_code_is_good_once(client: Client, invitation: tuple[Invitation, str]) -> None:
    accept_invitation(invitation[1], "kochetova", PASSWORD)
    response = client.get(reverse("access:accept", args=[invitation[1]]))
    assert response.status_code == 410
    assert "уже создана" in response.content.decode()
    with pytest.raises(Refused):
        accept_invitation(invitation[1], "second", PASSWORD)


def test_an_expired_and_a_revoked_code_say_so(
    client: Client, administrator: User, invitation: tuple[Invitation, str]
) -> None:
    address = reverse("access:accept", args=[invitation[1]])
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    assert "Срок приглашения истёк" in client.get(address).content.decode()
    _, code = renew(invitation[0], by=administrator)
    assert "Такого приглашения нет" in client.get(address).content.decode()
    address = reverse("access:accept", args=[code])
    assert client.get(address).status_code == 200
    revoke(invitation[0], by=administrator)
    assert "отозвано" in client.get(address).content.decode()
    with pytest.raises(Refused):
        renew(invitation[0], by=administrator)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (typed(username="Кочетова"), "строчные латинские"),
        (typed(username="taken"), "уже занят"),
        (typed(password="12345678901"), "состоит только из цифр"),
        (typed(password="Кочетова Вера"), "слишком похож"),
        (typed() | {"password2": "другой пароль"}, "не совпали"),
    ],
)
def test_login_and_password_are_checked(
    client: Client, invitation: tuple[Invitation, str], data: dict[str, str], message: str
) -> None:
    User.objects.create_user(username="taken")
    response = client.post(reverse("access:accept", args=[invitation[1]]), data)
    assert response.status_code == 200
    assert message in response.content.decode()
    assert not Invitation.objects.filter(accepted_at__isnull=False).exists()


def test_codes_cannot_be_guessed_on_and_on(client: Client, invitation: tuple[Invitation, str]) -> None:
    for _ in range(10):
        assert client.get(reverse("access:accept", args=["AAAAA-AAAAA"])).status_code == 410
    assert client.get(reverse("access:accept", args=[invitation[1]])).status_code == 429
    assert client.post(reverse("access:code"), {"code": invitation[1]}).status_code == 429


def test_the_letter_leaves_when_everything_is_stored(
    client: Client, region: Region, administrator: User, django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(administrator)
    data = {
        "display_name": "Ким Пётр Олегович",
        "email": "Kim@Example.org",
        "organisation": region.schools[1].short_name,
        "role": RoleCode.SCHOOL_STAFF,
    }
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("access:invite"), data, follow=True)
    [letter] = mail.outbox
    assert letter.to == ["kim@example.org"]
    [code] = re.findall(r"Ваш код: (\S+)", letter.body)
    assert f"http://testserver/invitation/{code}/" in letter.body
    assert code in response.content.decode()
    other = region.user(RoleCode.ADMINISTRATOR)
    client.force_login(other)
    page = client.get(reverse("access:invitation", args=[Invitation.objects.get().public_id]))
    assert code not in page.content.decode()


def test_nobody_invites_outside_of_his_scope(client: Client, region: Region) -> None:
    local = region.user(RoleCode.ADMINISTRATOR, region.municipalities[0])
    client.force_login(local)
    data = {
        "display_name": "Ким Пётр",
        "email": "",
        "organisation": region.schools[2].short_name,
        "role": RoleCode.SCHOOL_STAFF,
    }
    response = client.post(reverse("access:invite"), data)
    assert "такой организации" in response.content.decode().lower()
    with pytest.raises(Denied):
        invite(by=local, organisation=region.schools[2], role=RoleCode.SCHOOL_STAFF, display_name="Ким Пётр")
    assert not Invitation.objects.exists()


def test_a_foreign_invitation_is_not_there(client: Client, region: Region, invitation: tuple[Invitation, str]) -> None:
    client.force_login(region.user(RoleCode.ADMINISTRATOR, region.municipalities[1]))
    for name in ("invitation", "renew", "revoke"):
        address = reverse(f"access:{name}", args=[invitation[0].public_id])
        response = client.get(address) if name == "invitation" else client.post(address)
        assert response.status_code == 404


def test_revoking_asks_once(client: Client, administrator: User, invitation: tuple[Invitation, str]) -> None:
    client.force_login(administrator)
    address = reverse("access:revoke", args=[invitation[0].public_id])
    assert "Отозвать приглашение" in client.post(address).content.decode()
    assert Invitation.objects.pending().exists()
    client.post(address, {"confirmed": "1"})
    assert not Invitation.objects.pending().exists()


def test_a_taken_address_stays_with_its_account(region: Region, administrator: User) -> None:
    taken = region.user(RoleCode.METHODIST)
    given = {"by": administrator, "organisation": region.schools[0], "role": RoleCode.SCHOOL_STAFF}
    with pytest.raises(Refused, match="уже есть учётная запись"):
        invite(**given, display_name="Ким", email=taken.email)
    _, first = invite(**given, display_name="Ким", email="school@example.org")
    _, second = invite(**given, display_name="Лим", email="school@example.org")
    assert accept_invitation(first, "kim", PASSWORD).email == "school@example.org"
    assert accept_invitation(second, "lim", PASSWORD).email == ""


def test_an_import_invites_once(region: Region) -> None:
    school = region.schools[0]
    person = Person.objects.create(last_name="Ким", first_name="Пётр")
    for _ in range(2):
        person_imported(person, school, "Руководитель школы", System())
    invitation = Invitation.objects.get()
    assert (invitation.person, invitation.role, str(invitation)) == (person, "school_head", "Ким Пётр")
    account = User.objects.create_user(username="kim", person=person)
    for _ in range(2):
        person_imported(person, school, "куратор", System())
    assert Membership.objects.get(user=account).role == "curator"
    person_imported(person, school, "методист", region.user(RoleCode.REGIONAL_COORDINATOR))
    assert Membership.objects.filter(user=account).count() == 1


def test_a_coordinator_invites_below_but_makes_nobody_administrator(region: Region) -> None:
    coordinator = region.user(RoleCode.MUNICIPAL_COORDINATOR)
    invitation, _ = invite(
        by=coordinator, organisation=region.schools[0], role=RoleCode.SCHOOL_HEAD, display_name="Директор"
    )
    assert Invitation.objects.visible(coordinator).get() == invitation
    for place, role in (
        (region.schools[0], RoleCode.ADMINISTRATOR),
        (region.schools[3], RoleCode.SCHOOL_HEAD),
        (region.authority, RoleCode.OBSERVER),
    ):
        with pytest.raises(Denied):
            invite(by=coordinator, organisation=place, role=role, display_name="Чужой")
    with pytest.raises(Denied):
        create_account(
            by=coordinator, username="new", password=PASSWORD, organisation=region.schools[0], role="school_head"
        )


def test_roles_of_an_imported_file_become_invitations(region: Region) -> None:
    person = Person.objects.create(last_name="Приглашённая", first_name="Анна")
    coordinator = region.user(RoleCode.REGIONAL_COORDINATOR)
    for _ in range(2):
        person_imported(person, region.schools[1], "Руководитель школы", coordinator)
    assert Invitation.objects.get(person=person).role == RoleCode.SCHOOL_HEAD
