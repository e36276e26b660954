"""Marking one's own notices read. A mark is no official act: the journal does not tell of it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from opora.core.actor import Actor
from opora.notices.models import Notice


@transaction.atomic
def mark(notice: Notice, *, by: Actor, read: bool = True) -> None:
    """One of the person's own; read once, it keeps its first time."""
    own = Notice.objects.visible(by).filter(pk=notice.pk, read_at__isnull=read)
    own.update(read_at=timezone.now() if read else None)


@transaction.atomic
def mark_all(*, by: Actor) -> tuple[int, dt.datetime]:
    """All unread ones; how many, and the moment by which `unmark` finds them again."""
    at = timezone.now()
    return Notice.objects.visible(by).unread().update(read_at=at), at


@transaction.atomic
def unmark(at: dt.datetime, *, by: Actor) -> int:
    """Undo `mark_all`."""
    return Notice.objects.visible(by).filter(read_at=at).update(read_at=None)
