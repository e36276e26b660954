"""The clock: rows of pupils are kept for years, files that nobody takes for days; counts stay."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from opora.assessments import store
from opora.assessments.actions.correcting import drop
from opora.assessments.models import Loading, LoadingState, Part
from opora.core.actor import System
from opora.core.clock import today
from opora.core.workflow import Refused
from opora.journal.actions import record

KEPT = dt.timedelta(days=14)  # files of a loading that is neither taken nor dropped
PIECE = 20  # of a tick


def forget_pupils() -> int:
    """Rows of pupils of works older than `OPORA_RESULTS_YEARS` go; how many parts lost them."""
    before = today().year - settings.OPORA_RESULTS_YEARS
    old = Part.objects.filter(year__lt=before).exclude(pupils="").select_related("territory").order_by("pk")[:PIECE]
    return sum(_forget(part) for part in old)


@transaction.atomic
def _forget(part: Part) -> bool:
    name = part.pupils.name
    if not Part.objects.filter(pk=part.pk, pupils=name).update(pupils="", pupils_sha256=""):
        return False  # another clock was first
    store.forget(str(name))
    text = f"удалила строки участников по истечении срока хранения: «{part}»"
    record("results.pupils_forgotten", text, by=System(), on=part, path=part.territory.path, confidential=True)
    return True


def drop_left_alone() -> int:
    """Loadings that nobody took in `KEPT` are dropped with their files, for they may hold names; how many."""
    waiting = [LoadingState.READ, LoadingState.ASKING]
    old = Loading.objects.filter(state__in=waiting, created_at__lt=timezone.now() - KEPT)
    gone = 0
    for loading in old.select_related("territory").order_by("pk")[:PIECE]:
        try:
            drop(loading, by=System())
            gone += 1
        except Refused:
            continue  # somebody was at it just now
    return gone
