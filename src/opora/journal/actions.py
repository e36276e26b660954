"""Writing to the journal. Called inside the transaction of the action that it records."""

from __future__ import annotations

import datetime as dt
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from opora.core.actor import Actor
from opora.core.text import fold
from opora.journal.chain import seal
from opora.journal.models import Entry, Head

OPENED = "journal.opened"
AGAIN = dt.timedelta(hours=1)


class Recorded(Protocol):
    """Anything with a public id can be recorded."""

    public_id: str


@transaction.atomic
def record(
    code: str,
    text: str,
    *,
    by: Actor,
    on: Recorded,
    path: str = "",
    confidential: bool = False,
    data: dict[str, Any] | None = None,
) -> Entry:
    """Add one entry.

    `code` is «app.event» (`assignments.accepted`); `text` continues the actor's name as people read it («принял(а)
    отчёт МБОУ «СОШ № 6» по пункту 6»); `path` is the organisation in whose journal it stands; `data` holds old and
    new values.
    """
    head = Head.objects.select_for_update().get_or_create(pk=1)[0]
    entry = Entry(
        number=head.count + 1,
        at=timezone.now(),
        actor_id=by.actor_id,
        actor=by.label,
        code=code,
        object_kind=type(on).__name__.lower(),
        object_id=on.public_id,
        path=path,
        confidential=confidential,
        text=text,
        data=data or {},
        search=fold(f"{by.label} {text}"),
    )
    entry.mac = seal(entry, head.mac)
    entry.save(force_insert=True)
    head.count, head.mac = entry.number, entry.mac
    head.save()
    return entry


def opened_lately(by: Actor) -> Exists:
    """Whether `opened` has nothing to write of an object: a condition to be read along with it."""
    return Exists(_openings(by).filter(object_id=OuterRef("public_id")).order_by())


def _openings(by: Actor) -> QuerySet[Entry]:
    return Entry.objects.filter(code=OPENED, actor_id=by.actor_id, at__gt=timezone.now() - AGAIN)


def opened(*, by: Actor, on: Recorded, text: str, path: str) -> Entry | None:
    """Journal that the person opened a confidential object, at most once an hour; None where it is written already.

    `text` says what was opened: «открыл(а) перечень ШНОР 2026 года».
    """
    lately = _openings(by).filter(object_id=on.public_id)
    if lately.exists():
        return None
    with transaction.atomic():
        Head.objects.select_for_update().get_or_create(pk=1)  # of two requests at once the second waits, and finds it
        if lately.exists():
            return None
        return record(OPENED, text, by=by, on=on, path=path, confidential=True)
