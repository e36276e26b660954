"""A taken loading is taken back while nothing newer was built on it: what it replaced counts again."""

from __future__ import annotations

from django.db import transaction

from opora.assessments import points, store
from opora.assessments.actions import areas, looks
from opora.assessments.actions.common import locked, note
from opora.assessments.models import LOADING_WORKFLOW, Loading, Part, PartState, SchoolResult
from opora.core.actor import Actor
from opora.core.workflow import Refused


def obstacle(loading: Loading) -> str:
    """Why it cannot be undone; empty where it can."""
    newer = loading.parts.filter(state=PartState.REPLACED).first()
    if newer:
        return f"Результаты «{newer}» уже заменены более новой загрузкой. Сначала отмените её."
    return next(filter(None, points.used.call(loading)), "")


@transaction.atomic
def undo(loading: Loading, *, by: Actor) -> Loading:
    loading = locked(loading, by)
    LOADING_WORKFLOW.check(loading, "undo")
    why = obstacle(loading)
    if why:
        raise Refused(why)
    parts = list(loading.parts.filter(state=PartState.CURRENT))
    restored = sum(_take_back(part) for part in parts)
    areas.refresh(loading.territory, [part.key for part in parts])
    if parts:
        looks.ask(loading.territory, by=by, since=min(part.year for part in parts))
    LOADING_WORKFLOW.move(loading, "undo", taken_at=None, taken_by=None)
    data = {"parts": [[part.public_id, str(part), part.digest] for part in parts], "restored": restored}
    text = f"отменил(а) приём результатов «{loading}»: снова действуют результатов школ — {restored}"
    note("undone", text, loading, by, data)
    points.undone.call(loading, by)
    return loading


def _take_back(part: Part) -> int:
    """The rows that the part replaced count again; how many. Its own rows and files go."""
    part.results.all().delete()
    old = SchoolResult.objects.filter(replaced_by=part)
    touched = list(old.values_list("part", flat=True).distinct())
    count = old.update(current=True, replaced_by=None)
    still = SchoolResult.objects.filter(part__in=touched, current=False).values("part")
    Part.objects.filter(pk__in=touched).exclude(pk__in=still).update(state=PartState.CURRENT)
    store.remove(part.tallies, part.pupils)
    Part.objects.filter(pk=part.pk).update(
        state=PartState.UNDONE, tallies="", pupils="", tallies_sha256="", pupils_sha256=""
    )
    return count
