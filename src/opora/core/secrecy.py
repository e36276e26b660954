"""Of which schools a person may know that they are listed: the one question every queryset asks.

A school's place in a confidential list is told by more than the list itself: by work it has because of the list, by a
road map or document with limited access, by the journal. Such a row carries a flag (`via_list`, `confidential`) and the
path of the organisation of which it tells. Who may know is `Permission.LISTS_VIEW`: by role (`access.roles`), and by
what `lists.capability` adds to it at a point of `access`: the schools entrusted to a curator, the region's policy.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from opora.core.actor import Actor, Scope
from opora.core.permissions import Permission


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What one person may know. The conditions are SQL alone: asking costs no query."""

    scope: Scope

    def of(self, path: str) -> bool:
        """Whether the person may know whether the organisation at `path` is listed."""
        return path in self.scope

    def q(self, field: str = "path") -> Q:
        """Rows that tell of schools of which the person may know: `field` is the path of the organisation."""
        return self.scope.q(field)

    def open_or(self, *flags: str, at: str) -> Q:
        """Rows that tell of no list (none of `flags` is set), and the secret ones of which the person may know."""
        return Q(**dict.fromkeys(flags, False)) | self.q(at)


def knowledge(user: Actor) -> Knowledge:
    return Knowledge(user.scope(Permission.LISTS_VIEW))
