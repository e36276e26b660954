"""Where the collection of data shows: the menu."""

from __future__ import annotations

from opora.core.actor import Actor
from opora.ui.points import MenuItem


def items(user: Actor) -> list[MenuItem]:
    return []
