"""Roles named in an imported file of people become invitations."""

from __future__ import annotations

from opora.access.actions import add_membership, invite
from opora.access.models import Invitation, User
from opora.access.roles import RoleCode
from opora.core.actor import Actor
from opora.core.text import fold
from opora.core.workflow import Refused
from opora.registry.models import Organisation, Person


def role_words() -> list[str]:
    return [str(label) for label in RoleCode.labels]


def person_imported(person: Person, organisation: Organisation, role: str, by: Actor) -> None:
    """Who has an account gets the role, everybody else an invitation; nothing where either is there already.

    Codes of people without an e-mail are given out anew on the page of the invitation.
    """
    if not role.strip():
        return
    known = {fold(label): code for code, label in RoleCode.choices}
    code = known.get(fold(role))
    if code is None:
        raise Refused(f"Роль «{role}» неизвестна. Возможны: {', '.join(role_words())}.")
    account = User.objects.filter(person=person).first()
    if account:
        if not account.memberships.current().filter(organisation=organisation, role=code).exists():
            add_membership(account, by=by, organisation=organisation, role=code)
    elif not Invitation.objects.pending().filter(person=person, organisation=organisation, role=code).exists():
        invite(by=by, organisation=organisation, role=code, person=person, email=person.email)
