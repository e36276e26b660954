"""Telling people. Called inside the transaction of the action that has something to tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from opora.access.models import User
from opora.core.permissions import Permission
from opora.notices.choices import channel_for, choices_of, mail_time
from opora.notices.models import Channel, Notice, NoticeKind

CHUNK = 500


class Told(Protocol):
    """Anything with a public id can be told of."""

    public_id: str


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing to tell: see `notify`."""

    users: Iterable[User]
    kind: NoticeKind
    text: str
    url: str
    on: Told
    key: str
    needs: tuple[Permission, str] | None = None

    def __post_init__(self) -> None:
        if len(self.key) > 200 or not self.url.startswith("/"):
            raise ValueError("A notice needs a key of at most 200 characters and a page of ours.")


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
    return notify_many([Telling(users, kind, text, url, on, key, needs)])


def notify_many(tellings: Sequence[Telling]) -> int:
    """The same for many things at once (a few hundred), in four queries whatever their number.

    All is worked out before the one that writes, so that a caller without a transaction holds no lock meanwhile.
    """
    wanted = {(user.pk, one.key): (user, one) for one in tellings for user in one.users if user.is_active}
    users = {user.pk: user for user, _ in wanted.values()}
    known = Notice.objects.filter(user__in=users, key__in={key for _, key in wanted}).values_list("user", "key")
    for pair in known if wanted else ():
        wanted.pop(pair, None)
    if not wanted:
        return 0
    choices = choices_of(users.values())
    times: dict[tuple[str, int, bool], dt.datetime | None] = {}  # most wait for the same digest
    rows = []
    for user, one in wanted.values():
        channel = channel_for(choices[user.pk], one.kind)
        permission, path = one.needs or ("", "")
        if channel == Channel.NONE:
            continue
        choice = choices[user.pk]
        when = (channel, choice.digest_hour, choice.working_days)
        if when not in times:
            times[when] = mail_time(choice, channel)
        rows.append(
            Notice(
                user=user,
                kind=one.kind,
                text=one.text,
                url=one.url,
                object_id=one.on.public_id,
                key=one.key,
                needs_permission=permission,
                needs_path=path,
                mail_at=times[when] if user.email else None,
            )
        )
    Notice.objects.bulk_create(rows, batch_size=CHUNK, ignore_conflicts=True)  # of two at once one tells
    return len(rows)
