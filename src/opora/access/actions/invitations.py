"""Invitations: a code by mail or on paper, accepted once."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from opora.access import codes
from opora.access.actions.accounts import free_email, new_account, refuse_taken_email
from opora.access.actions.rights import require_grant
from opora.access.models import Invitation, Membership, User
from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.registry.models import Organisation, Person

VALID = dt.timedelta(days=30)
UNKNOWN = "Такого приглашения нет. Проверьте код: в нём десять букв и цифр, регистр не важен."
USED = "По этому приглашению учётная запись уже создана. Войдите под своим логином."
REVOKED = "Это приглашение отозвано. Попросите у администратора новое."
EXPIRED = "Срок приглашения истёк. Попросите у администратора новое."


@transaction.atomic
def invite(
    *,
    by: Actor,
    organisation: Organisation,
    role: str,
    display_name: str = "",
    email: str = "",
    person: Person | None = None,
    site: str = "",
) -> tuple[Invitation, str]:
    """An invitation and its code, which is told now and never again.

    `site` is the address of this site («https://…»), without which the letter names no link.
    """
    require_grant(by, role, organisation, Permission.ACCOUNTS_INVITE)
    refuse_taken_email(email)
    if person and User.objects.filter(person=person).exists():
        raise Refused(f"У человека {person} уже есть учётная запись: добавьте роль на её странице.")
    code = codes.new_code()
    invitation = Invitation.objects.create(
        code_hash=codes.digest(code),
        display_name=display_name or (person.full_name if person else ""),
        email=email.lower(),
        person=person,
        organisation=organisation,
        role=role,
        inviter=by.label,
        expires_at=timezone.now() + VALID,
    )
    _record("access.invited", "пригласил(а)", invitation, by)
    _post(invitation, code, site)
    return invitation, code


@transaction.atomic
def renew(invitation: Invitation, *, by: Actor, site: str = "") -> tuple[Invitation, str]:
    """A new code, good for another thirty days; the old one is worth nothing from now on."""
    require_grant(by, invitation.role, invitation.organisation, Permission.ACCOUNTS_INVITE)
    invitation = _locked(invitation)
    _refuse_ended(invitation)
    code = codes.new_code()
    invitation.code_hash = codes.digest(code)
    invitation.expires_at = timezone.now() + VALID
    invitation.save(update_fields=["code_hash", "expires_at"])
    _record("access.invitation_renewed", "выдал(а) новый код приглашения:", invitation, by)
    _post(invitation, code, site)
    return invitation, code


@transaction.atomic
def revoke(invitation: Invitation, *, by: Actor) -> Invitation:
    path = invitation.organisation.path
    require(by, Permission.ACCOUNTS_INVITE, path, to="отозвать это приглашение")
    invitation = _locked(invitation)
    _refuse_ended(invitation)
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    _record("access.invitation_revoked", "отозвал(а) приглашение:", invitation, by)
    return invitation


def find_invitation(code: str) -> Invitation:
    """The invitation that can be accepted by the code, or `Refused` in words for its holder."""
    invitation = Invitation.objects.select_related("organisation").filter(code_hash=codes.digest(code)).first()
    if invitation is None:
        raise Refused(UNKNOWN)
    _refuse_ended(invitation)
    if not invitation.pending:
        raise Refused(EXPIRED)
    return invitation


@transaction.atomic
def accept_invitation(code: str, username: str, password: str) -> User:
    """The account that its holder makes for himself. The password has been checked by the caller."""
    invitation = _locked(find_invitation(code))
    find_invitation(code)  # once more: another may have accepted it while this one waited for the lock
    account = new_account(
        username=username,
        password=password,
        email=free_email(invitation.email),
        display_name=invitation.display_name,
        person=invitation.person,
    )
    Membership.objects.create(user=account, organisation=invitation.organisation, role=invitation.role)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), account
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    _record("access.invitation_accepted", "принял(а) приглашение:", invitation, account)
    return account


def _locked(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("organisation", "person")
    return rows.get(pk=invitation.pk)


def _refuse_ended(invitation: Invitation) -> None:
    if invitation.accepted_at:
        raise Refused(USED)
    if invitation.revoked_at:
        raise Refused(REVOKED)


def _record(event: str, verb: str, invitation: Invitation, by: Actor) -> None:
    record(
        event,
        f"{verb} {invitation} — {invitation.get_role_display()}, {invitation.organisation}",
        by=by,
        on=invitation,
        path=invitation.organisation.path,
        data={"role": invitation.role, "organisation": invitation.organisation.public_id, "email": invitation.email},
    )


def _post(invitation: Invitation, code: str, site: str) -> None:
    """The letter, once everything is stored; without an address the code is printed instead."""
    if not invitation.email:
        return
    context = {"invitation": invitation, "code": codes.in_groups(code), "site": site}
    text = render_to_string("access/email/invitation.txt", context)
    send = partial(send_mail, "Приглашение в систему «Опора»", text, settings.DEFAULT_FROM_EMAIL, [invitation.email])
    transaction.on_commit(send, robust=True)
