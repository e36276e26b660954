"""How a person is told: what he has chosen, and for all else sensible defaults of his role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from opora.access.models import Membership, User
from opora.access.roles import RoleCode
from opora.core.clock import today
from opora.deadlines.calendar import is_working_day
from opora.notices.models import Channel, Choice, NoticeKind

K = NoticeKind
DAYS_BEFORE = (1, 2, 3, 5, 7, 14)  # that a person may choose
HOURS = tuple(range(6, 22))

_EXECUTES: dict[str, str] = {  # a digest a day; at once only what somebody waits for
    K.ASSIGNED: Channel.DIGEST,
    K.SOON: Channel.DIGEST,
    K.DUE: Channel.DIGEST,
    K.OVERDUE: Channel.DIGEST,
    K.DECISION: Channel.DIGEST,
    K.RETURNED: Channel.MAIL,
    K.ACCEPTED: Channel.PAGE,
    K.CANCELLED: Channel.DIGEST,
    K.CHANGED: Channel.DIGEST,
    K.POSTPONEMENT: Channel.DIGEST,
    K.MENTION: Channel.DIGEST,
    K.LETTER: Channel.DIGEST,
    K.VISA: Channel.DIGEST,
    K.ENTRUSTED: Channel.DIGEST,
    K.LISTED: Channel.DIGEST,
    K.DEVELOPMENT: Channel.DIGEST,
    K.MEETING: Channel.DIGEST,
    K.RESERVE: Channel.DIGEST,
    K.VISIT: Channel.DIGEST,
    K.TROUBLE: Channel.DIGEST,
}
_LEADS: dict[str, str] = {**_EXECUTES, K.RETURNED: Channel.DIGEST, K.MENTION: Channel.MAIL}
_LOOKS_ON: dict[str, str] = {**dict.fromkeys(_EXECUTES, Channel.PAGE), K.MENTION: Channel.DIGEST}
BY_ROLE: dict[str, dict[str, str]] = {
    RoleCode.REGIONAL_COORDINATOR: _LEADS,
    RoleCode.MUNICIPAL_COORDINATOR: _LEADS,
    RoleCode.CURATOR: _LOOKS_ON,
    RoleCode.OBSERVER: _LOOKS_ON,
}
USUAL_DAYS = 3
LEADERS_DAYS = 5
LEADING = (RoleCode.REGIONAL_COORDINATOR, RoleCode.MUNICIPAL_COORDINATOR)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What holds for one person: chosen, or by his role."""

    channels: dict[str, str]
    days_before: int
    digest_hour: int
    working_days: bool


def defaults(role: str) -> Wanted:
    """By the first role of the person; «» where he has none."""
    return Wanted(BY_ROLE.get(role, _EXECUTES), LEADERS_DAYS if role in LEADING else USUAL_DAYS, 8, True)


def usual_days() -> set[int]:
    """The days before a deadline of those who have chosen nothing."""
    return {USUAL_DAYS, LEADERS_DAYS}


def choices_of(users: Iterable[User]) -> dict[int, Wanted]:
    """By the key of the user; two queries whatever the number."""
    keys = [user.pk for user in users]
    chosen = {row.user_id: row for row in Choice.objects.filter(user__in=keys)}
    roles: dict[int, str] = {}
    for user, role in Membership.objects.on(today()).filter(user__in=keys).order_by("pk").values_list("user", "role"):
        roles.setdefault(user, role)
    return {key: _wanted(roles.get(key, ""), chosen.get(key)) for key in keys}


def _wanted(role: str, chosen: Choice | None) -> Wanted:
    found = defaults(role)
    if chosen is None:
        return found
    channels = {**found.channels, **chosen.channels}
    return Wanted(channels, chosen.days_before, chosen.digest_hour, chosen.working_days)


def channel_for(wanted: Wanted, kind: str) -> str:
    return wanted.channels.get(kind, Channel.PAGE)


def mail_time(wanted: Wanted, channel: str) -> dt.datetime | None:
    """From when on a mail should carry a notice of now: at once, at the next digest, or never."""
    if channel == Channel.MAIL:
        return timezone.now()
    return next_digest(wanted, timezone.now()) if channel == Channel.DIGEST else None


def next_digest(wanted: Wanted, now: dt.datetime) -> dt.datetime:
    """The next hour of the digest after `now`; it waits over the days off where the person wants working days only."""
    local = timezone.localtime(now)
    day = local.date()
    if local.hour >= wanted.digest_hour:
        day += dt.timedelta(days=1)
    while wanted.working_days and not is_working_day(day):
        day += dt.timedelta(days=1)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(wanted.digest_hour)))
