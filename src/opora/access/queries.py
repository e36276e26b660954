"""Reading accounts and invitations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, QuerySet

from opora.access.models import Invitation, Membership, MembershipQuerySet, User
from opora.access.roles import ROLES
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.registry.models import Organisation


def accounts(user: Actor) -> QuerySet[User]:
    """The accounts that the person manages, with today's roles in `roles_today`."""
    return _with_roles(User.objects.visible(user), Membership.objects.visible(user))


def all_accounts() -> QuerySet[User]:
    """Every account, for the system itself."""
    return _with_roles(User.objects.all(), Membership.objects.all())


def _with_roles(found: QuerySet[User], memberships: MembershipQuerySet) -> QuerySet[User]:
    roles = memberships.on(today()).select_related("organisation").order_by("pk")
    return found.select_related("person").prefetch_related(
        Prefetch("memberships", queryset=roles, to_attr="roles_today")
    )


def roles_of(account: Any) -> str:
    """«методист, Методический центр; куратор, МБОУ «СОШ № 6»»."""
    return "; ".join(str(membership) for membership in account.roles_today)


def who(permission: Permission, organisation: Organisation) -> list[User]:
    """The active people who hold the permission by a membership in that very organisation."""
    return who_in(permission, [organisation.pk]).get(organisation.pk, [])


def who_in(permission: Permission, organisations: Iterable[int]) -> dict[int, list[User]]:
    """The same for many organisations (keys) in one query; those with nobody are left out."""
    roles = [code for code, role in ROLES.items() if permission in role.grants]
    rows = Membership.objects.on(today()).filter(
        organisation__in=list(organisations), role__in=roles, user__is_active=True
    )
    found: dict[int, dict[int, User]] = {}
    for row in rows.select_related("user").order_by("pk"):
        found.setdefault(row.organisation_id, {})[row.user_id] = row.user
    return {organisation: list(users.values()) for organisation, users in found.items()}


def search_accounts(found: QuerySet[User], text: str) -> QuerySet[User]:
    return found.filter(pk__in=User.objects.get_queryset().matching(text).values("pk"))


def invitations(user: Actor) -> QuerySet[Invitation]:
    return Invitation.objects.visible(user).select_related("organisation")


def search_invitations(found: QuerySet[Invitation], text: str) -> QuerySet[Invitation]:
    return found.filter(pk__in=Invitation.objects.all().matching(text).values("pk"))
