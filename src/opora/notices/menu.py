"""What notices add to every page: the bell in the header, the administrator's entry of the menu."""

from __future__ import annotations

from django.urls import reverse

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.notices.queries import unread
from opora.ui.points import Bell, MenuItem


def bell(user: Actor) -> Bell:
    return Bell(reverse("notices:notices"), unread(user))


def entries(user: Actor) -> list[MenuItem]:
    if not user.may(Permission.ACCOUNTS_MANAGE):
        return []
    return [MenuItem("Письма", reverse("notices:mails"), icon="mail-forward", order=96, group="Управление")]
