"""What the floors above add to the rights of an account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from opora.core.permissions import Permission
from opora.core.points import Point

if TYPE_CHECKING:
    from opora.access.models import User

# Paths at which a permission is held beside those that the roles give. A function asks the database only for roles of
# which it knows (`user.active_memberships`): everybody pays for it at every request.
reaches: Point[[User], Mapping[Permission, Iterable[str]]] = Point()
