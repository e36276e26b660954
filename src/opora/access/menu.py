from __future__ import annotations

from django.urls import reverse

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.ui.points import MenuItem


def items(user: Actor) -> list[MenuItem]:
    group = "Управление"
    if user.may(Permission.ACCOUNTS_MANAGE):
        return [MenuItem("Учётные записи", reverse("access:accounts"), icon="users-group", order=95, group=group)]
    if user.may(Permission.ACCOUNTS_INVITE):
        return [MenuItem("Приглашения", reverse("access:invitations"), icon="mail", order=95, group=group)]
    return []
