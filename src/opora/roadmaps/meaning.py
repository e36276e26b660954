"""What single responsible ones mean, outside an expansion of the whole road map."""

from __future__ import annotations

from collections.abc import Iterable

from opora.roadmaps.expansion import Expander
from opora.roadmaps.lines import Resolved
from opora.roadmaps.models import Responsible, RoadMap, Window


class Meaning:
    """What single responsible ones mean in the territory of a road map; each name is looked up once."""

    def __init__(self, roadmap: RoadMap) -> None:
        self._expander = Expander(roadmap)
        self._expander.meet(Window.objects.filter(activity__roadmap=roadmap))

    def learn(self, people: Iterable[Responsible]) -> None:
        """Read what they may mean together, where each alone would be looked for."""
        self._expander.learn(people)

    def of(self, one: Responsible) -> Resolved:
        return self._expander.resolve(one)
