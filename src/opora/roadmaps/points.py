"""What the floors above add to road maps."""

from __future__ import annotations

from dataclasses import dataclass

from opora.core.actor import Actor
from opora.core.points import Point
from opora.roadmaps.models import Assignment


@dataclass(frozen=True, slots=True)
class Origin:
    """What made the work necessary, beside its document: «рекомендация визита», and the page that says so."""

    text: str
    url: str


# (who asks, an assignment that he sees): where it comes from, as far as he may see that.
origins: Point[[Actor, Assignment], Origin | None] = Point()


def origins_of(user: Actor, assignment: Assignment) -> list[Origin]:
    return [one for one in origins.call(user, assignment) if one is not None]
