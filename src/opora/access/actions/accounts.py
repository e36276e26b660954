"""Accounts and their roles."""

from __future__ import annotations

import datetime as dt

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from opora.access.actions.rights import refuse_last_administrator, require_account, require_grant
from opora.access.models import Membership, User
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.registry.models import Organisation, Person
from opora.ui import words


@transaction.atomic
def create_account(
    *,
    by: Actor,
    username: str,
    password: str,
    organisation: Organisation,
    role: str,
    email: str = "",
    display_name: str = "",
    person: Person | None = None,
) -> User:
    """An account with a first role. The password has been checked by the caller."""
    require_grant(by, role, organisation)
    account = new_account(username=username, password=password, email=email, display_name=display_name, person=person)
    membership = Membership.objects.create(user=account, organisation=organisation, role=role)
    record(
        "access.account_created",
        f"создал(а) учётную запись {account} ({membership})",
        by=by,
        on=account,
        path=organisation.path,
        data={"username": username, "role": role, "organisation": organisation.public_id},
    )
    return account


def new_account(*, username: str, password: str, email: str, display_name: str, person: Person | None) -> User:
    """The row alone: no right checked, nothing journalled. Refuses a login, an e-mail or a person already taken."""
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(f"Логин «{username}» уже занят. Придумайте другой.")
    refuse_taken_email(email)
    if person and User.objects.filter(person=person).exists():
        raise Refused(f"У человека {person} уже есть учётная запись.")
    name = display_name or (person.full_name if person else "")
    return User.objects.create_user(
        username=username, email=email.lower(), password=password, display_name=name, person=person
    )


def free_email(email: str) -> str:
    """The e-mail, or nothing where another account has it: schools often share one address."""
    return "" if User.objects.filter(Q(email__iexact=email) | Q(emailaddress__email__iexact=email)).exists() else email


def refuse_taken_email(email: str) -> None:
    if email and not free_email(email):
        raise Refused(f"С почтой {email} уже есть учётная запись. Укажите другую или найдите ту запись.")


@transaction.atomic
def add_membership(
    account: User, *, by: Actor, organisation: Organisation, role: str, since: dt.date | None = None
) -> Membership:
    require_grant(by, role, organisation)
    account = User.objects.select_for_update().get(pk=account.pk)
    if account.memberships.current().filter(organisation=organisation, role=role).exists():
        raise Refused("Эта роль в этой организации у человека уже есть.")
    membership = Membership.objects.create(user=account, organisation=organisation, role=role, since=since or today())
    record(
        "access.role_given",
        f"дал(а) роль: {account} — {membership}",
        by=by,
        on=account,
        path=organisation.path,
        data={"role": role, "organisation": organisation.public_id, "since": membership.since.isoformat()},
    )
    return membership


@transaction.atomic
def end_membership(membership: Membership, *, by: Actor, until: dt.date | None = None) -> Membership:
    """The last day of a role: yesterday unless said otherwise, so that it ends at once.

    A role given today has no yesterday, so it is deleted; the journal keeps it.
    """
    require_grant(by, membership.role, membership.organisation)
    membership = Membership.objects.select_for_update().select_related("organisation", "user").get(pk=membership.pk)
    until = until or today() - dt.timedelta(days=1)
    if membership.until and membership.until <= until:
        raise Refused(f"Эта роль и так заканчивается раньше: {words.day(membership.until)}.")
    refuse_last_administrator(Membership.objects.filter(pk=membership.pk))
    record(
        "access.role_ended",
        f"закончил(а) роль: {membership.user} — {membership}, последний день {words.day(until)}",
        by=by,
        on=membership.user,
        path=membership.organisation.path,
        data={
            "role": membership.role,
            "organisation": membership.organisation.public_id,
            "until": [membership.until and membership.until.isoformat(), until.isoformat()],
        },
    )
    if until < membership.since:
        membership.delete()
    else:
        membership.until = until
        membership.save(update_fields=["until"])
    return membership


@transaction.atomic
def disable_account(account: User, *, by: Actor) -> User:
    """Nobody signs in by it any more, and who is signed in is signed out at his next request."""
    path = require_account(by, account, to="отключить эту учётную запись")
    if account.actor_id == by.actor_id:
        raise Refused("Свою учётную запись отключить нельзя: попросите другого администратора.")
    account = User.objects.select_for_update().get(pk=account.pk)
    if not account.is_active:
        raise Refused("Учётная запись уже отключена.")
    refuse_last_administrator(account.memberships.all())
    account.is_active = False
    account.save(update_fields=["is_active"])
    record("access.account_disabled", f"отключил(а) учётную запись {account}", by=by, on=account, path=path)
    return account


@transaction.atomic
def enable_account(account: User, *, by: Actor) -> User:
    path = require_account(by, account, to="включить эту учётную запись")
    account = User.objects.select_for_update().get(pk=account.pk)
    if account.is_active:
        raise Refused("Учётная запись уже включена.")
    account.is_active = True
    account.save(update_fields=["is_active"])
    record("access.account_enabled", f"включил(а) учётную запись {account}", by=by, on=account, path=path)
    return account


@transaction.atomic
def reset_second_factor(account: User, *, by: Actor) -> None:
    """For a person who has lost his phone: the password alone signs in, until he sets the second step up anew."""
    path = require_account(by, account, to="сбросить второй шаг входа")
    if not Authenticator.objects.filter(user=account).delete()[0]:
        raise Refused("Двухэтапный вход у этой учётной записи не включён.")
    record("access.second_factor_reset", f"сбросил(а) второй шаг входа: {account}", by=by, on=account, path=path)


def forget_sessions() -> None:
    """The clock: sessions that have run out hold who signed in when, and go."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
