"""Reminders to all organisations whose work is late, in one press: each letter in a transaction of its own."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from opora.access.models import User
from opora.core.actor import Actor, require
from opora.core.clock import today
from opora.core.models import Job, new_public_id
from opora.core.permissions import Permission
from opora.core.tasks import Progress, enqueue, task
from opora.core.text import plural
from opora.core.workflow import Refused
from opora.documents import points
from opora.documents.actions import letters
from opora.documents.actions.common import TO_APPROVE
from opora.documents.models import Letter, LetterKind
from opora.documents.points import Due
from opora.registry.models import Organisation

TITLE = "О сроках исполнения поручений"
TEXT = "Напоминаем о поручениях, срок исполнения которых истёк или скоро истечёт. Просим представить отчёты."


def due_work(by: Actor, organisation: Organisation, until: dt.date, addressee: Organisation | None = None) -> list[Due]:
    """Whom to remind and of what: of late work, and of what is due up to `until`."""
    return [due for found in points.due_work.call(by, organisation, until, addressee) for due in found]


def reminder(due: Due) -> dict[str, Any]:
    """What the letter of one organisation is filled with."""
    return {
        "day": f"{today():%d.%m.%Y}",
        "overdue_count": due.overdue,
        "soon_count": due.soon,
        "rows": due.rows,
        "text": TEXT,
    }


@transaction.atomic
def remind_all(*, by: Actor, organisation: Organisation, until: dt.date, with_soon: bool, url: str) -> tuple[Job, str]:
    """Start writing, registering and sending them in the background; its job and the code of the batch."""
    require(by, Permission.DOCUMENTS_APPROVE, organisation.path, to=TO_APPROVE)
    if not wanted(due_work(by, organisation, until), with_soon=with_soon):
        raise Refused("Напоминать некому: просроченных поручений нет.")
    batch = new_public_id()
    job = enqueue(
        write_reminders,
        by=by,
        name="Напоминания о сроках",
        key=f"letters.remind:{batch}",
        url=f"{url}?batch={batch}",
        organisation=organisation.public_id,
        until=until.isoformat(),
        with_soon=with_soon,
        batch=batch,
        writer=by.actor_id,
    )
    return job, batch


def wanted(found: list[Due], *, with_soon: bool) -> list[Due]:
    """Those who are reminded: with late work, and where it is asked for with work that is soon due alone."""
    return [due for due in found if due.overdue or with_soon]


@task("bulk")
def write_reminders(job: Progress, organisation: str, until: str, with_soon: bool, batch: str, writer: str) -> None:
    """One letter after the other; one that is there already is not written again, so the job can be broken off."""
    by = User.objects.get(public_id=writer)
    sender = Organisation.objects.get(public_id=organisation)
    found = wanted(due_work(by, sender, dt.date.fromisoformat(until)), with_soon=with_soon)
    for number, due in enumerate(found, 1):
        _remind(due, sender, batch, by)
        job.step(number, len(found), f"Составлено {number} из {len(found)}…")
    words = plural(len(found), "письмо отправлено", "письма отправлены", "писем отправлено")
    job.step(len(found), len(found), f"{len(found)} {words}.")


@transaction.atomic
def _remind(due: Due, sender: Organisation, batch: str, by: User) -> None:
    if Letter.objects.filter(batch=batch, addressee=due.addressee, confidential=due.confidential).exists():
        return
    letter = letters.write(
        by=by,
        organisation=sender,
        kind=LetterKind.REMINDER,
        title=TITLE,
        content=reminder(due),
        addressee=due.addressee,
        confidential=due.confidential,
        batch=batch,
    )
    letters.send(letters.register(letter, by=by), by=by)
