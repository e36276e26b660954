"""Where copies show: the menu, and the foot of every page that a browser prints."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.core.actor import Actor
from opora.core.marks import shown
from opora.core.permissions import Permission
from opora.exports.seals import page_mark
from opora.exports.stamping.picture import path
from opora.ui.points import MenuItem, PrintFoot


def items(user: Actor) -> list[MenuItem]:
    if not user.may(Permission.COPIES_TRACE):
        return []
    url = reverse("exports:check")
    return [MenuItem("Проверить копию", url, icon="fingerprint", order=92, group="Управление")]


def foot(user: Actor) -> PrintFoot:
    """Who prints and when, and the mark that tells it again."""
    now = timezone.now()
    mark = page_mark(user.pk if isinstance(user, User) else 0, now)
    drawn, side = path(mark)
    return PrintFoot(f"Копия № {shown(mark)}: {user.label}, {timezone.localtime(now):%d.%m.%Y %H:%M}", drawn, side)
