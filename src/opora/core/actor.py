"""What a floor may know of the person who acts: rights, scope and name. `access` implements it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import Q

if TYPE_CHECKING:
    from opora.core.permissions import Permission


class Denied(Exception):
    """The person may not do this; the message (Russian) says what is missing. Shown as 403."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the region's tree: all organisations whose path starts with one of `paths`.

    A path is made of digits, eight for each level (see `registry.models.Organisation.path`), so a subtree is one range
    of an index, the same on every database.
    """

    paths: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.paths)

    def __contains__(self, path: str) -> bool:
        return any(path.startswith(p) for p in self.paths)

    def q(self, field: str = "path") -> Q:
        """The condition that `field`, the path of an organisation, lies inside; nothing where the scope is empty."""
        condition = Q(pk__in=[])
        for path in self.paths:
            condition |= Q(**{f"{field}__gte": path, f"{field}__lt": after(path)})
        return condition

    def above(self, field: str = "path") -> Q:
        """The condition that `field` is an organisation of the scope or one above it."""
        lines = {path[:end] for path in self.paths for end in range(LEVEL, len(path) + 1, LEVEL)}
        return Q(**{f"{field}__in": sorted(lines)}) if lines else Q(pk__in=[])


LEVEL = 8  # digits of a path for each level of the tree


def after(path: str) -> str:
    """The first path behind the subtree of `path`."""
    return str(int(path) + 1).zfill(len(path))


class Actor(Protocol):
    """A signed-in person, or the system itself (`core.actor.System`)."""

    @property
    def label(self) -> str:
        """Name and position as the journal writes them."""

    @property
    def actor_id(self) -> str:
        """Public id, kept in the journal."""

    def may(self, permission: Permission, path: str | None = None) -> bool:
        """Whether the permission is held: for the organisation at `path`, or anywhere where `path` is None."""

    def scope(self, permission: Permission) -> Scope:
        """The part of the tree in which the permission is held."""

    @property
    def own(self) -> Scope:
        """The organisations of which the person is a member, with everything below them."""

    @property
    def kept(self) -> dict[str, Any]:
        """What a floor has read for the person, under its own key; it lives as long as this object: one request."""


class System:
    """The system acting by its own rules (a clock tick, an unrolled recurrence); holds no permission to see."""

    label = "Система"
    actor_id = "system"
    own = Scope()

    @property
    def kept(self) -> dict[str, Any]:
        return {}

    def may(self, permission: Permission, path: str | None = None) -> bool:
        return True

    def scope(self, permission: Permission) -> Scope:
        return Scope()


def require(
    actor: Actor, permission: Permission, path: str | None = None, *, to: str = "выполнить это действие"
) -> None:
    """Raise `Denied` unless the actor holds the permission there. Every action begins with it."""
    if not actor.may(permission, path):
        raise Denied(f"У вас нет права {to}. Если оно вам нужно, обратитесь к администратору.")
