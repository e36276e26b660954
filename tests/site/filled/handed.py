"""A road map of a municipality made from the region's, with changes from above to decide on and decided."""

from __future__ import annotations

from django.utils import timezone

from opora.documents.models import Document, DocumentState
from opora.roadmaps.actions import building
from opora.roadmaps.models import Activity, Handed, RoadMap
from tests.site.filled.region import Filled
from tests.site.world import decree


def fill_handed(found: Filled, count: int) -> None:
    place, above = found.region.municipalities[0], found.roadmap.activities.first()
    said = {"title": "Слово", "state": DocumentState.APPROVED, "approved_at": timezone.now(), "approved_by": found.user}
    document = Document.objects.create(organisation=place, **said)
    rows = [(f"Слово {number}", "ОО") for number in range(count)]
    building.build(document, decree("План района", *rows), found.user)
    found.derived = RoadMap.objects.get(document=document)
    RoadMap.objects.filter(pk=found.derived.pk).update(parent=found.roadmap)
    Activity.objects.filter(roadmap=found.derived).update(origin=above)
    decided = {"state": "declined", "reason": "Слово", "decided_at": timezone.now(), "decided_by": "Кто"}
    for row in Activity.objects.filter(roadmap=found.derived):
        for state in ({}, decided):
            change = {"roadmap": found.derived, "activity": row, "above": above, "kind": "removed"}
            Handed.objects.create(**change, **state, document=found.document)
