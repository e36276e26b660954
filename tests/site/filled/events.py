"""Events, and who comes to the first."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from opora.development.actions.events import keeping, places
from opora.development.actions.events.keeping import Said
from opora.development.actions.events.places import Comer
from opora.development.models import Event
from tests.site.filled.region import Filled


def fill_events(found: Filled, count: int) -> None:
    """As many events; the first has as many points, files and people, of whom half wait."""
    begins = timezone.now() + dt.timedelta(minutes=5)
    given = {"kind": "seminar", "begins_at": begins, "ends_at": begins + dt.timedelta(hours=1)}
    points = [("10:00", "Слово", "Слово")] * count
    for number in range(count):
        said = Said(**given, title=f"Слово {number}", places=count // 2, programme=points)
        made = keeping.create(found.region.authority, said, by=found.user)
        keeping.announce(made, by=found.user)
    first = Event.objects.filter(territory=found.region.authority).order_by("pk")[0]
    comers = [Comer(f"Слово {number}") for number in range(count)]
    places.register(first, comers, by=found.user, organisation=found.region.schools[0])
    for number in range(count):
        first.materials.create(name=f"{number}.pdf", file=f"events/{number}.pdf", size=1)
