"""Binding the notices that wait for a mail to one, in the transaction that puts the mail into the outbox."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from opora.notices.models import Mail, Notice

PEOPLE = 200  # looked up at once


def compose_due() -> int:
    """One mail for each of the first people whose notices are due; how many mails were made."""
    due = Notice.objects.filter(mail_at__lte=timezone.now()).order_by()
    people = list(due.values_list("user", flat=True).distinct()[:PEOPLE])
    return sum(_compose(user) for user in people)


@transaction.atomic
def _compose(user: int) -> bool:
    """Whoever moves the notices first has them; False for the worker that came second."""
    now = timezone.now()
    mail = Mail(user_id=user, next_at=now)
    waiting = Notice.objects.filter(user=user, mail_at__lte=now)
    if not waiting.update(mail=mail.public_id, mail_at=None):
        return False
    mail.save(force_insert=True)
    return True
