"""Who may manage which account and give which role."""

from __future__ import annotations

from django.db.models import QuerySet

from opora.access.models import Membership, User
from opora.access.roles import ROLES, RoleCode
from opora.core.actor import LEVEL, Actor, Denied, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.registry.models import Organisation


def require_grant(
    by: Actor, role: str, organisation: Organisation, permission: Permission = Permission.ACCOUNTS_MANAGE
) -> None:
    """The right over the organisation, and over all that the role would reach beyond it.

    The directory is public and reaches over the region with every role; it asks for nothing.
    """
    require(by, permission, organisation.path, to="давать роли в этой организации")
    if not may_grant(by, role, organisation, permission):
        raise Denied(
            f"Роль «{RoleCode(role).label}» действует шире той части региона, за которую вы отвечаете. "
            "Обратитесь к администратору региона."
        )


def may_grant(
    by: Actor, role: str, organisation: Organisation, permission: Permission = Permission.ACCOUNTS_MANAGE
) -> bool:
    """Whoever may only invite makes nobody an administrator."""
    if role == RoleCode.ADMINISTRATOR:
        permission = Permission.ACCOUNTS_MANAGE
    membership = Membership(organisation=organisation, role=role)
    reaches = {reach for permission, reach in ROLES[role].grants.items() if permission != Permission.REGISTRY_VIEW}
    paths = {organisation.path, *(membership.reach(reach) for reach in reaches)}
    return all(by.may(permission, path) for path in paths)


def require_account(by: Actor, account: User, *, to: str) -> str:
    """The right over every organisation in which the account acts; gives the path for the journal.

    Where it acts nowhere any more, the organisations of its past count.
    """
    paths = _paths(account.memberships.current()) or _paths(account.memberships.all())
    if not paths:
        require(by, Permission.ACCOUNTS_MANAGE, to=to)
        return ""
    for path in paths:
        require(by, Permission.ACCOUNTS_MANAGE, path, to=to)
    return paths[0]


def refuse_last_administrator(memberships: QuerySet[Membership]) -> None:
    """Raise `Refused` where one of these is the only administrator of its organisation, and none stands above."""
    administrators = Membership.objects.on(today()).filter(role=RoleCode.ADMINISTRATOR)
    ending = list(memberships.filter(pk__in=administrators.values("pk")).select_related("organisation"))
    if not ending:
        return
    everybody = Membership.objects.filter(role=RoleCode.ADMINISTRATOR)
    list(everybody.select_for_update().values_list("pk", flat=True))  # of two at once the second waits
    left = administrators.filter(until__isnull=True, user__is_active=True).exclude(pk__in=[m.pk for m in ending])
    for membership in ending:
        path = membership.organisation.path
        above = [path[:end] for end in range(LEVEL, len(path) + 1, LEVEL)]
        if not left.filter(organisation__path__in=above).exclude(user=membership.user_id).exists():
            raise Refused(
                f"Это последний администратор организации «{membership.organisation}». "
                "Сначала дайте роль администратора кому-нибудь ещё."
            )


def _paths(memberships: QuerySet[Membership]) -> list[str]:
    return sorted(set(memberships.values_list("organisation__path", flat=True)))
