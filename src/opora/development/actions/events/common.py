"""What every action on events begins and ends with: the event as it now is, the journal, those who are told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from opora.access.models import User
from opora.core.actor import Actor, Denied, require
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.development.models import Event, Registration
from opora.journal.actions import record
from opora.notices.actions.notifying import Telling, notify_many
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation
from opora.ui import words

TO_KEEP = "проводить события"
CHUNK = 300
Needs = tuple[Permission, str] | None


def locked(event: Event) -> Event:
    """The event as it now is; whoever else wants it waits."""
    rows = Event.objects.select_for_update(of=("self",)).select_related("territory")
    return rows.get(pk=event.pk)


def kept(event: Event, by: Actor) -> Event:
    """The same, for those who keep it."""
    require(by, Permission.DEVELOPMENT_EDIT, event.territory.path, to=TO_KEEP)
    found = locked(event)
    may_keep_secret(by, found.territory, found.confidential)
    return found


def may_keep_secret(by: Actor, territory: Organisation, confidential: bool) -> None:
    if confidential and not knowledge(by).of(territory.path):
        raise Denied("События для школ списка проводит тот, кому открыты списки всей территории.")


def note(event: str, text: str, one: Event, by: Actor, data: dict[str, Any] | None = None, path: str = "") -> None:
    about: dict[str, Any] = {"path": path or one.territory.path, "confidential": one.confidential, "data": data or {}}
    record(f"development.event_{event}", text[:500], by=by, on=one, **about)


def when(event: Event) -> str:
    return words.moment(event.begins_at)


def needs(event: Event, organisation: Organisation) -> Needs:
    return (Permission.LISTS_VIEW, organisation.path) if event.confidential else None


def account_of(row: Registration) -> list[User]:
    """Fetched with `user` and `person__user`."""
    found = row.user or getattr(row.person, "user", None)
    return [found] if found else []


def tell(event: Event, rows: Iterable[Registration], text: str, key: str, *, by: Actor | None = None) -> int:
    """Those of these registrations with an account, whoever acts left out; each once for ever by `key`."""
    told = [
        Telling(
            [user for user in account_of(row) if by is None or user.actor_id != by.actor_id],
            NoticeKind.DEVELOPMENT,
            text,
            event.get_absolute_url(),
            event,
            f"event:{event.public_id}:{key}",
            needs(event, row.organisation),
        )
        for row in rows
    ]
    return sum(notify_many(told[at : at + CHUNK]) for at in range(0, len(told), CHUNK))


def comers(event: Event) -> list[Registration]:
    """Whoever has a place or waits for one, as `tell` wants them."""
    rows = event.registrations.standing().select_related("organisation", "user", "person__user")
    return list(rows.order_by("pk"))
