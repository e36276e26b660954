"""The outbox: a mail is taken by one worker for the time of a lease, and ends as sent, dropped or failed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused, Stale
from opora.journal.actions import record
from opora.notices.models import Mail, MailState

LEASE = dt.timedelta(minutes=2)  # how long the handing over of one mail may take at most
MINUTES = (1, 5, 15, 60, 180, 360, 720)  # until the next attempt; after the last of them the mail has failed
ATTEMPTS = len(MINUTES) + 1


class Lost(Exception):
    """The lease ran out and another worker has the mail: stop."""


def take() -> Mail | None:
    """The mail that has waited longest, taken by this worker alone; None where nothing is due."""
    now = timezone.now()
    queued = Q(state=MailState.QUEUED, next_at__lte=now)
    dropped = Q(state=MailState.SENDING, lease_until__lte=now)  # its worker died
    for free, order in ((dropped, "lease_until"), (queued, "next_at")):
        for mail in Mail.objects.filter(free).select_related("user__person").order_by(order)[:20]:
            values = {"state": MailState.SENDING, "attempts": mail.attempts + 1, "lease_until": now + LEASE}
            if Mail.objects.filter(free, pk=mail.pk, attempts=mail.attempts).update(**values):
                mail.state, mail.attempts = MailState.SENDING, mail.attempts + 1
                return mail
    return None


def keep(mail: Mail) -> None:
    """Another lease right before the handing over, or `Lost`."""
    _mine(mail, lease_until=timezone.now() + LEASE)


def finish(mail: Mail, state: MailState) -> None:
    """Sent, or dropped."""
    _mine(mail, state=state, lease_until=None, next_at=None, finished_at=timezone.now(), error="")


def put_off(mail: Mail, error: str) -> bool:
    """The attempt failed: later again, or for good after the last; whether it was the last."""
    now = timezone.now()
    values: dict[str, Any] = {"lease_until": None, "error": error[:500]}
    last = mail.attempts >= ATTEMPTS
    if last:
        values |= {"state": MailState.FAILED, "finished_at": now, "next_at": None}
    else:
        values |= {
            "state": MailState.QUEUED,
            "next_at": now + dt.timedelta(minutes=MINUTES[mail.attempts - 1]),
        }
    _mine(mail, **values)
    return last


def _mine(mail: Mail, **values: Any) -> None:
    mine = Mail.objects.filter(pk=mail.pk, state=MailState.SENDING, attempts=mail.attempts)
    if mine.update(**values) != 1:
        raise Lost
    for name, value in values.items():
        setattr(mail, name, value)


@transaction.atomic
def retry(mail: Mail, *, by: Actor) -> None:
    """Put a failed mail into the queue again, as an administrator asks."""
    require(by, Permission.ACCOUNTS_MANAGE, to="отправлять письма снова")
    if mail.state != MailState.FAILED:
        raise Refused("Снова отправляют только письма, которые не удалось доставить.")
    values = {"state": MailState.QUEUED, "attempts": 0, "next_at": timezone.now(), "finished_at": None}
    if not Mail.objects.filter(pk=mail.pk, state=MailState.FAILED).update(**values):
        raise Stale("Письмо уже поставлено в очередь. Обновите страницу и посмотрите.")
    place = mail.user.active_memberships
    path = place[0].organisation.path if place else ""
    record("notices.mail_retried", f"отправил(а) снова письмо: {mail.user}", by=by, on=mail, path=path)
