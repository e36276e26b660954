"""What a region orders as data, by versions: a draft is a copy of what is in force, which a press replaces by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db.models import Max
from django.utils import timezone

from opora.core.actor import Actor, System, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.registry.models import Organisation
from opora.support.models.steps import SET_WORKFLOW, RegionSet, SetState

S = TypeVar("S", bound=RegionSet)


def current(kind: type[S], territory: Organisation, fill: Callable[[S], object]) -> S:
    """What is in force in the region of a territory; of a region that never had any, the shipped one. Writes."""
    path = territory.root_path
    rows = kind._default_manager
    found = rows.filter(territory__path=path, state=SetState.CURRENT).first()
    if found is None:
        label = System.label
        found = rows.create(
            territory=Organisation.objects.get(path=path),
            number=1,
            state=SetState.CURRENT,
            made_by=label,
            published_at=timezone.now(),
            published_by=label,
        )
        fill(found)
    return found


def drafted(now: S, *, by: Actor) -> tuple[S, bool]:
    """The draft of a region, and whether it was just made (empty, and to be filled)."""
    mine = type(now)._default_manager.filter(territory=now.territory)
    found = mine.filter(state=SetState.DRAFT).first()
    if found:
        return found, False
    number = (mine.aggregate(last=Max("number"))["last"] or 0) + 1
    return mine.create(territory=now.territory, number=number, made_by=by.label), True


def locked(draft: S, *, by: Actor, to: str) -> S:
    """The draft as it now is."""
    require(by, Permission.LISTS_EDIT, draft.territory.path, to=to)
    rows = type(draft)._default_manager.select_for_update(of=("self",)).select_related("territory")
    found = rows.get(pk=draft.pk)
    if found.state != SetState.DRAFT:
        raise Refused("Она уже введена в действие: начните новую версию, та не изменит того, что начато по прежней.")
    return found


def put_in_force(draft: S, *, by: Actor) -> None:
    for old in type(draft)._default_manager.filter(territory=draft.territory, state=SetState.CURRENT):
        SET_WORKFLOW.move(old, "replace")
    SET_WORKFLOW.move(draft, "publish", published_at=timezone.now(), published_by=by.label)
