"""A road map is changed by what it was made from, without a document: rows, windows, versions and work follow."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse

from opora.core.actor import Actor, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.journal.actions import record
from opora.roadmaps.actions import handing, runs, versions
from opora.roadmaps.actions.amending import RIGHT, summary_of
from opora.roadmaps.actions.rows import Rewriting
from opora.roadmaps.changing.reading import RowChange
from opora.roadmaps.models import Activity, ChangeRun, RoadMap

ORDER = ("removed", "changed", "added")


@transaction.atomic
def revise(
    roadmap: RoadMap, changes: Sequence[RowChange], *, by: Actor, because: str
) -> tuple[ChangeRun, list[Activity]]:
    """The run that changes the work, and the rows that came, in the order of their changes; they are sent apart."""
    require(by, Permission.ROADMAPS_SEND, roadmap.organisation.path, to=RIGHT)
    RoadMap.objects.select_for_update().get(pk=roadmap.pk)
    runs.settled(roadmap)
    versions.keep_first(roadmap, by=by)
    rewriting = Rewriting(roadmap, by=by, issued=today(), because=because)
    for change in sorted(changes, key=lambda one: ORDER.index(one.kind)):
        handing.carry_out(rewriting, change)
    counts = {kind: sum(1 for one in changes if one.kind == kind) for kind in ORDER}
    version = versions.keep(roadmap, by=by, on=today(), document=None, summary=summary_of(counts))
    url = reverse("roadmaps:versions", args=[roadmap.public_id])
    run = runs.begin(rewriting, by=by, url=url, document=None, version=version)
    record(
        "roadmaps.amended",
        f"изменил(а) дорожную карту «{roadmap.title[:120]}»: {summary_of(counts)}. {because}",
        by=by,
        on=roadmap,
        path=roadmap.organisation.path,
        confidential=roadmap.confidential,
        data={**counts, "moved": run.moved, "cancelled": run.cancelled},
    )
    handing.hand_down(roadmap, changes, document=None, by=by)
    added = {one.pk: one for one in Activity.objects.filter(pk__in=rewriting.added)}
    return run, [added[key] for key in rewriting.added]
