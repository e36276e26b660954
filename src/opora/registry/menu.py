"""The registry's entries of the menu."""

from __future__ import annotations

from django.urls import reverse

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.ui.points import MenuItem

GROUP = "Реестр"


def items(user: Actor) -> list[MenuItem]:
    found = []
    if user.may(Permission.REGISTRY_VIEW):
        found.append(MenuItem("Организации", reverse("registry:organisations"), "building", 85, GROUP))
    if user.may(Permission.PEOPLE_VIEW):
        found.append(MenuItem("Люди", reverse("registry:people"), "users", 86, GROUP))
    return found
