from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from opora.assessments.actions.common import TO_LOAD
from opora.assessments.models import Part, PartState
from opora.assessments.queries import parts as queries
from opora.assessments.tables.loading import DifferenceTable, PartTable
from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.journal.actions import opened
from opora.ui.requests import actor


@require_GET
def parts(request: HttpRequest) -> HttpResponse:
    """Everything loaded: procedures by year."""
    user = actor(request)
    require(user, Permission.RESULTS_EDIT, to=TO_LOAD)
    return PartTable(request, queries.parts(user)).response("assessments/parts.html")


@require_GET
def part(request: HttpRequest, public_id: str) -> HttpResponse:
    """One procedure of one loading, and its other versions."""
    user = actor(request)
    found = get_object_or_404(queries.parts(user), public_id=public_id)
    table = PartTable(request, queries.versions(found, user), name="versions", title=f"Версии: {found}")
    return table.response("assessments/part.html", {"part": found, "previous": _previous(found, user)})


def _previous(found: Part, user: Actor) -> Part | None:
    """The version that was accepted before this one and can still be read."""
    if found.accepted_at is None:
        return None
    earlier = queries.versions(found, user).filter(accepted_at__lt=found.accepted_at)
    return earlier.exclude(state=PartState.UNDONE).first()


@require_GET
def difference(request: HttpRequest, public_id: str, other_id: str) -> HttpResponse:
    """Which schools have other results than in an older version."""
    user = actor(request)
    new = get_object_or_404(queries.parts(user), public_id=public_id)
    old = get_object_or_404(queries.versions(new, user), public_id=other_id)
    if old == new:
        raise Http404
    opened(by=user, on=new, text=f"сравнил(а) версии результатов «{new}»", path=new.territory.path)
    table = DifferenceTable(request, queries.differing(old, new), title=f"Что изменилось: {new}")
    return table.response("assessments/difference.html", {"new": new, "old": old})
