"""What the clock does with mails: compose, hand over, tell the administrator what does not go out."""

from __future__ import annotations

import datetime as dt
import logging
import time

from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.access.roles import ROLES
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.notices.actions.notifying import notify
from opora.notices.mailing import queue, transport
from opora.notices.mailing.composing import compose_due
from opora.notices.mailing.words import message_of
from opora.notices.models import Mail, MailState, NoticeKind

logger = logging.getLogger(__name__)

BUDGET = 20.0  # seconds of a tick
LATE = dt.timedelta(hours=1)  # a mail that has waited so long for an absent server is worth a word


def send_due() -> int:
    """The clock: compose and hand over what is due, for some seconds; how many mails went out."""
    until = time.monotonic() + BUDGET
    sent = 0
    out = transport.Transport()
    try:
        while time.monotonic() < until:
            composed = compose_due()
            handed, away = _send_some(out, until)
            sent += handed
            if away or not (composed or handed):
                break
    finally:
        out.close()
    return sent


def _send_some(out: transport.Transport, until: float) -> tuple[int, bool]:
    """How many mails were finished, and whether the server is away."""
    count = 0
    while time.monotonic() < until and (mail := queue.take()):
        try:
            _send(mail, out)
        except queue.Lost:
            logger.warning("The mail %s was taken by another worker", mail.public_id)
        except transport.Away as error:
            _failed(mail, str(error))
            return count, True
        except transport.NotTaken as error:
            _failed(mail, str(error))
        except Exception as error:
            logger.exception("The mail %s could not be put together", mail.public_id)
            _failed(mail, f"{type(error).__name__}: {error}")
        count += 1
    return count, False


def _send(mail: Mail, out: transport.Transport) -> None:
    message = message_of(mail)
    if message is None:
        queue.finish(mail, MailState.DROPPED)
        return
    out.deliver(mail.public_id, message, before=lambda: queue.keep(mail))
    queue.finish(mail, MailState.SENT)
    transport.forget_receipt(mail.public_id)


def _failed(mail: Mail, error: str) -> None:
    """Later again; an administrator learns once a day that mails do not go out."""
    logger.warning("The mail %s did not go out (attempt %s): %s", mail.public_id, mail.attempts, error)
    try:
        last = queue.put_off(mail, error)
    except queue.Lost:
        return
    if last or mail.created_at < timezone.now() - LATE:
        _tell_administrators(mail)


def _tell_administrators(mail: Mail) -> None:
    roles = [code for code, role in ROLES.items() if Permission.ACCOUNTS_MANAGE in role.grants]
    users = User.objects.filter(memberships__role__in=roles, is_active=True).distinct()
    notify(
        [user for user in users if user.may(Permission.ACCOUNTS_MANAGE)],
        kind=NoticeKind.TROUBLE,
        text="Письма с уведомлениями не уходят. Посмотрите, что отвечает почтовый сервер, и отправьте их снова.",
        url=f"{reverse('notices:mails')}?state={mail.state}",
        on=mail,
        key=f"mails:{today():%Y-%m-%d}",
    )
