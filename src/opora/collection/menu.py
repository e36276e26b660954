"""Where the collection of data shows: the menu."""

from __future__ import annotations

from django.urls import reverse

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.ui.points import MenuItem

GROUP = "Сбор данных"


def items(user: Actor) -> list[MenuItem]:
    if not user.may(Permission.FORMS_EDIT):
        return []
    return [MenuItem("Формы", reverse("collection:forms"), icon="forms", order=45, group=GROUP)]
