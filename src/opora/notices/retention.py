"""The clock: notices and mails are kept for a time, then forgotten in small pieces."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone
from ulid import ULID

from opora.notices.models import Mail, Notice

PIECE = 1000  # rows of a transaction
PIECES = 20  # of a tick


def forget_old() -> int:
    """Drop what is older than `OPORA_NOTICES_DAYS` days; how many notices went."""
    before = timezone.now() - dt.timedelta(days=settings.OPORA_NOTICES_DAYS)
    edge = str(ULID.from_datetime(before)).lower()  # public ids begin with their time: no other index is needed
    gone = 0
    for _ in range(PIECES):
        old = list(Notice.objects.filter(public_id__lt=edge).order_by("public_id").values_list("pk", flat=True)[:PIECE])
        if not old:
            break
        gone += Notice.objects.filter(pk__in=old).delete()[0]
    ended = Mail.objects.filter(finished_at__lt=before).order_by("finished_at").values_list("pk", flat=True)[:PIECE]
    Mail.objects.filter(pk__in=list(ended)).delete()
    return gone
