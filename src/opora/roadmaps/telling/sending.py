"""Each organisation of a sending, once."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse

from opora.access.models import User
from opora.access.queries import who_in
from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.notices.actions import Telling, notify_many
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation
from opora.roadmaps.models import RoadMap
from opora.roadmaps.telling.common import clipped, others

AT_ONCE = 500  # organisations


class Sending:
    """Tells each organisation once of a sending, however many assignments it gets and in how many chunks.

    `key` names the sending: one that goes on after its worker died has the same.
    """

    def __init__(self, roadmap: RoadMap, *, by: Actor, key: str) -> None:
        self.roadmap, self.by, self.key = roadmap, by, key
        self._told: set[int] = set()  # so that a chunk pays for the organisations it is the first to reach

    def tell(self, sent: Iterable[tuple[Organisation, bool]]) -> None:
        """In the transaction that stores them: the organisations, and whether a list is why they got work."""
        openly: dict[int, Organisation] = {}
        closed: dict[int, Organisation] = {}
        for organisation, via_list in sent:
            if organisation.pk not in self._told:
                (closed if via_list or self.roadmap.confidential else openly)[organisation.pk] = organisation
        closed = {key: one for key, one in closed.items() if key not in openly}
        new = [*openly.items(), *closed.items()]
        for start in range(0, len(new), AT_ONCE):
            some = dict(new[start : start + AT_ONCE])
            self._tell({k: o for k, o in some.items() if k in openly}, {k: o for k, o in some.items() if k in closed})
        transaction.on_commit(lambda: self._told.update(openly, closed))

    def _tell(self, openly: dict[int, Organisation], closed: dict[int, Organisation]) -> None:
        users = who_in(Permission.ASSIGNMENTS_REPORT, [*openly, *closed])
        knowing = {key: {user.pk for user in found} for key, found in who_in(Permission.LISTS_VIEW, closed).items()}
        tellings = [
            self._telling(one, Permission.ASSIGNMENTS_REPORT, users.get(key, ())) for key, one in openly.items()
        ]
        for key, one in closed.items():
            found = [user for user in users.get(key, ()) if user.pk in knowing.get(key, ())]
            tellings.append(self._telling(one, Permission.LISTS_VIEW, found))
        notify_many(tellings)

    @property
    def _words(self) -> str:
        """Who executes confidential work need not know of what road map it is part."""
        if self.roadmap.confidential:
            return "Поступили поручения с ограниченным доступом."
        return f"Поступили поручения по дорожной карте «{clipped(self.roadmap.title)}»."

    def _telling(self, organisation: Organisation, permission: Permission, users: Iterable[User]) -> Telling:
        return Telling(
            others(users, self.by),
            NoticeKind.ASSIGNED,
            self._words,
            f"{reverse('roadmaps:assignments')}?whose=mine&state=open&roadmap={self.roadmap.public_id}",
            self.roadmap,
            f"assigned:{self.key}:{organisation.public_id}",
            (permission, organisation.path),
        )
