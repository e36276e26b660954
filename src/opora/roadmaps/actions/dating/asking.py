"""«По отдельному графику»: whoever sets the schedule is asked for the dates."""

from __future__ import annotations

from django.db import transaction

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.registry.models import Organisation
from opora.roadmaps.actions.dating.common import deadline_of, write_down
from opora.roadmaps.expansion import expand
from opora.roadmaps.lines import Expansion, Line
from opora.roadmaps.models import DateRequest, RoadMap, WindowOrigin
from opora.roadmaps.telling.days import tell_asked


@transaction.atomic
def ask_for_dates(roadmap: RoadMap, *, by: Actor, expansion: Expansion | None = None) -> int:
    """Ask the owner of each schedule of the road map who was not asked yet; how many are."""
    require(by, Permission.ROADMAPS_EDIT, roadmap.organisation.path, to="спрашивать даты")
    asked = set(DateRequest.objects.filter(roadmap=roadmap).values_list("activity", "part"))
    made = []
    for line in scheduled(expansion or expand(roadmap)):
        if (line.activity.pk, line.part and line.part.pk) not in asked:
            owner = owner_of(line, roadmap)
            made.append(DateRequest(roadmap=roadmap, activity=line.activity, part=line.part, owner=owner))
    for one in made:
        one.save()
        write_down("dates_asked", f"спросил(а) даты у организации {one.owner.short_name}", one.activity, by)
    tell_asked(made, by=by)
    return len(made)


def scheduled(expansion: Expansion) -> list[Line]:
    """Lines whose dates somebody has to name."""
    found = []
    for line in expansion.lines:
        stated = deadline_of(line.activity, line.part)
        waits = any(one.origin == WindowOrigin.UNDATED and not one.skipped for one in line.windows)
        if stated and stated.kind == "scheduled" and waits:
            found.append(line)
    return found


def owner_of(line: Line, roadmap: RoadMap) -> Organisation:
    """The organisation named first; where that is a group, the one that controls it."""
    first = next((one for one in line.resolved if not one.responsible.skipped), None)
    targets = first.targets if first else []
    if len(targets) == 1 and not targets[0].via_list:
        return targets[0].organisation
    return roadmap.organisation
