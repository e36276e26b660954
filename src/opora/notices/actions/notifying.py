"""Telling people. Called inside the transaction of the action that has something to tell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from django.db import transaction

from opora.access.models import User
from opora.core.permissions import Permission
from opora.notices.choices import channel_for, choices_of, mail_time
from opora.notices.models import Channel, Notice, NoticeKind

CHUNK = 500


class Told(Protocol):
    """Anything with a public id can be told of."""

    public_id: str


@transaction.atomic
def notify(
    users: Iterable[User],
    *,
    kind: NoticeKind,
    text: str,
    url: str,
    on: Told,
    key: str,
    needs: tuple[Permission, str] | None = None,
) -> int:
    """Tell each of the users once for ever by `key` (at most 200 characters), the way each has chosen; how many are.

    `text` is a sentence, `url` the page of ours that it leads to. `needs` is a right over a path: whoever does not
    hold it any more neither sees the notice nor gets it by mail. What tells that a school is listed needs
    `(Permission.LISTS_VIEW, school.path)`: then mails and calendars say neutral words.
    """
    if len(key) > 200 or not url.startswith("/"):
        raise ValueError("A notice needs a key of at most 200 characters and a page of ours.")
    wanted = {user.pk: user for user in users if user.is_active}
    known = set(Notice.objects.filter(user__in=wanted, key=key).values_list("user", flat=True))
    new = [user for pk, user in wanted.items() if pk not in known]
    if not new:
        return 0
    choices = choices_of(new)
    permission, path = needs or ("", "")
    rows = []
    for user in new:
        channel = channel_for(choices[user.pk], kind)
        if channel == Channel.NONE:
            continue
        rows.append(
            Notice(
                user=user,
                kind=kind,
                text=text,
                url=url,
                object_id=on.public_id,
                key=key,
                needs_permission=permission,
                needs_path=path,
                mail_at=mail_time(choices[user.pk], channel) if user.email else None,
            )
        )
    Notice.objects.bulk_create(rows, batch_size=CHUNK, ignore_conflicts=True)  # of two at once one tells
    return len(rows)
