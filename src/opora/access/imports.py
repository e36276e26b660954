"""Roles named in an imported file of people become invitations."""

from __future__ import annotations

from opora.access.actions import add_membership, invite
from opora.access.actions.accounts import free_email
from opora.access.actions.rights import may_grant
from opora.access.models import Invitation, User
from opora.access.roles import RoleCode
from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.core.text import fold
from opora.registry.models import Organisation, Person


def role_words() -> list[str]:
    return [str(label) for label in RoleCode.labels]


def person_imported(person: Person, organisation: Organisation, role: str, by: Actor) -> None:
    """Who has an account gets the role, everybody else an invitation; nothing where either is there already.

    Nothing either where the importer may not give that role there. Codes of people without an e-mail of their own are
    given out anew on the page of the invitation.
    """
    code = {fold(label): code for code, label in RoleCode.choices}.get(fold(role))
    if code is None or not may_grant(by, code, organisation, Permission.ACCOUNTS_INVITE):
        return
    account = User.objects.filter(person=person).first()
    if account:
        if not may_grant(by, code, organisation):
            return
        if not account.memberships.current().filter(organisation=organisation, role=code).exists():
            add_membership(account, by=by, organisation=organisation, role=code)
    elif not Invitation.objects.pending().filter(person=person, organisation=organisation, role=code).exists():
        invite(by=by, organisation=organisation, role=code, person=person, email=free_email(person.email))
