"""What the floors above show of a school in its case."""

from __future__ import annotations

from opora.core.actor import Actor
from opora.core.points import Point
from opora.registry.models import Organisation
from opora.ui.points import Tab

# Further parts of the case of a school, for those who may see them; without a query, as the page of a case asks enough.
case_parts: Point[[Actor, Organisation], list[Tab]] = Point()


def parts_of(actor: Actor, school: Organisation) -> list[Tab]:
    """All parts of the floors above in order."""
    return sorted((part for parts in case_parts.call(actor, school) for part in parts), key=lambda part: part.order)
