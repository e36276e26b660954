"""What every action of loading begins and ends with."""

from __future__ import annotations

from typing import Any

from opora.assessments.models import Loading
from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.actions import record

TO_LOAD = "загружать результаты"


def locked(loading: Loading, by: Actor) -> Loading:
    """The loading as it now is, locked, for one who may load results there."""
    require(by, Permission.RESULTS_EDIT, loading.territory.path, to=TO_LOAD)
    return Loading.objects.select_for_update(of=("self",)).select_related("territory").get(pk=loading.pk)


def open_loading(loading: Loading, by: Actor) -> Loading:
    """The same, where what was read can be corrected."""
    loading = locked(loading, by)
    if not loading.is_open:
        raise Refused(f"Сейчас загрузку изменить нельзя: состояние — «{loading.get_state_display()}».")
    return loading


def note(event: str, text: str, loading: Loading, by: Actor, data: dict[str, Any] | None = None) -> None:
    """Journal it with the territory; results with names are confidential."""
    record(f"results.{event}", text, by=by, on=loading, path=loading.territory.path, confidential=True, data=data)
