from __future__ import annotations

from django.urls import reverse

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.ui.points import MenuItem


def items(user: Actor) -> list[MenuItem]:
    if not user.may(Permission.JOURNAL_VIEW):
        return []
    return [MenuItem("Журнал", reverse("journal:entries"), icon="history", order=90, group="Управление")]
