"""How a person wants to be told; what waits for a mail follows the new choice."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from opora.access.models import User
from opora.notices.choices import channel_for, choices_of, mail_time
from opora.notices.models import Choice, Notice


@transaction.atomic
def choose(
    user: User, *, channels: Mapping[str, str], days_before: int, digest_hour: int, working_days: bool
) -> Choice:
    """Keep the person's own choice. Notices that no mail carries yet are timed anew."""
    values = {
        "channels": dict(channels),
        "days_before": days_before,
        "digest_hour": digest_hour,
        "working_days": working_days,
    }
    choice, _ = Choice.objects.update_or_create(user=user, defaults=values)
    _time_anew(user)
    return choice


@transaction.atomic
def forget_choice(user: User) -> None:
    """Back to the defaults of the role."""
    Choice.objects.filter(user=user).delete()
    _time_anew(user)


def _time_anew(user: User) -> None:
    wanted = choices_of([user])[user.pk]
    waiting = Notice.objects.filter(user=user, mail_at__isnull=False)
    for kind in waiting.order_by().values_list("kind", flat=True).distinct():
        waiting.filter(kind=kind).update(mail_at=mail_time(wanted, channel_for(wanted, kind)))
