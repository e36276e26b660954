"""Where results and identification show: the menu of those who load results."""

from __future__ import annotations

from django.urls import reverse

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.ui.points import MenuItem

GROUP = "Выявление"


def items(user: Actor) -> list[MenuItem]:
    if not user.may(Permission.RESULTS_EDIT):
        return []
    return [MenuItem("Загрузка результатов", reverse("assessments:loadings"), "database-import", order=60, group=GROUP)]
