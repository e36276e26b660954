"""Reading accounts and invitations."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet

from opora.access.models import Invitation, Membership, MembershipQuerySet, User
from opora.core.actor import Actor
from opora.core.clock import today


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


def search_accounts(found: QuerySet[User], text: str) -> QuerySet[User]:
    return found.filter(pk__in=User.objects.get_queryset().matching(text).values("pk"))


def invitations(user: Actor) -> QuerySet[Invitation]:
    return Invitation.objects.visible(user).select_related("organisation")


def search_invitations(found: QuerySet[Invitation], text: str) -> QuerySet[Invitation]:
    return found.filter(pk__in=Invitation.objects.all().matching(text).values("pk"))
