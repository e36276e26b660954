"""The secret address of a person's calendar: shown once, renewed, revoked; only its digest is kept."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction

from opora.access.models import User
from opora.journal.actions import record
from opora.notices.models import Feed


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def open_feed(user: User) -> str:
    """A new address (its token), told now and never again; an older one is worth nothing from now on."""
    token = secrets.token_urlsafe(32)
    Feed.objects.filter(user=user).delete()
    Feed.objects.create(user=user, token_hash=digest(token))
    record("notices.calendar_opened", "получил(а) адрес своего календаря", by=user, on=user, path=_place(user))
    return token


@transaction.atomic
def close_feed(user: User) -> None:
    if Feed.objects.filter(user=user).delete()[0]:
        record("notices.calendar_closed", "отключил(а) свой календарь", by=user, on=user, path=_place(user))


def _place(user: User) -> str:
    return user.active_memberships[0].organisation.path if user.active_memberships else ""
