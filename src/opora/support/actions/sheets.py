"""A region's own sheet for observing lessons: a draft is a copy of what is in force; what was judged keeps its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from opora.core.actor import Actor, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.text import fold
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.registry.models import Organisation
from opora.support.actions import versions
from opora.support.models.sheets import ObservationSheet
from opora.support.models.visits import Visit, VisitNote, VisitQuerySet, VisitState
from opora.support.shipped import shipped_sheet
from opora.support.telling import visits as telling

TO_CHANGE = "менять лист наблюдения урока"
MOST, WORDS = 20, (2, 7)  # criteria; words of the scale
LONG, LONG_WORD = 150, 40  # characters of a criterion, of a word


def current_sheet(territory: Organisation) -> ObservationSheet:
    """The sheet in force in the region of a territory; of a region that never had any, the shipped one. Writes."""
    return versions.current(ObservationSheet, territory, _ship)


def _ship(made: ObservationSheet) -> None:
    _put(made, **shipped_sheet())


def _put(sheet: ObservationSheet, *, criteria: dict[str, str], scale: list[str]) -> None:
    sheet.rows, sheet.scale = [list(one) for one in criteria.items()], scale
    sheet.save(update_fields=["rows", "scale"])


@transaction.atomic
def start_sheet(territory: Organisation, *, by: Actor) -> ObservationSheet:
    """A copy of the sheet in force to be changed; where there is a draft already, that one."""
    require(by, Permission.LISTS_EDIT, territory.path, to=TO_CHANGE)
    now = current_sheet(territory)
    made, new = versions.drafted(now, by=by)
    if new:
        _put(made, criteria=now.criteria, scale=now.scale)
        _record("drafted", f"начал(а) новую версию листа наблюдения урока: {made.number}", made, by, {})
    return made


@transaction.atomic
def edit_sheet(sheet: ObservationSheet, *, by: Actor, criteria: Sequence[str], scale: Sequence[str]) -> None:
    """What is looked at, and the words of a mark, the worst first. A criterion with the same words keeps its key."""
    sheet = versions.locked(sheet, by=by, to=TO_CHANGE)
    titles, words = [one.strip() for one in criteria], [one.strip() for one in scale]
    _check(titles, MOST, LONG, "Критерии", 1)
    _check(words, WORDS[1], LONG_WORD, "Слова шкалы", WORDS[0])
    keys = {title: key for key, title in sheet.criteria.items()}
    free = (f"own_{number}" for number in range(1, 1000) if f"own_{number}" not in sheet.criteria)
    data = {"criteria": [list(sheet.criteria.values()), titles], "scale": [sheet.scale, words]}
    _put(sheet, criteria={keys.get(title) or next(free): title for title in titles}, scale=words)
    _record("edited", "изменил(а) черновик листа наблюдения урока", sheet, by, data)


def _check(rows: Sequence[str], most: int, long: int, what: str, least: int) -> None:
    if not least <= len(rows) <= most:
        raise Refused(f"{what}: нужно от {least} до {most} строк, а здесь {len(rows)}.")
    for row in rows:
        if len(row) > long:
            raise Refused(f"{what}: строка «{row[:40]}…» длиннее {long} знаков. Сократите её.")
    if len({fold(row) for row in rows}) < len(rows):
        raise Refused(f"{what}: две строки одинаковы. Оставьте одну.")


def to_come(territory: Organisation) -> VisitQuerySet:
    """Visits of the region that no sheet has judged yet: planned for a later day, nothing written of them."""
    ahead = Visit.objects.filter(territory.scope.q("school__path"), state=VisitState.PLANNED, day__gt=today())
    return ahead.filter(~Exists(VisitNote.objects.filter(visit=OuterRef("pk"))))


@transaction.atomic
def publish_sheet(sheet: ObservationSheet, *, by: Actor) -> int:
    """From now on new visits are judged by it, and those that are to come, whose teams are told; how many.

    All others keep theirs.
    """
    sheet = versions.locked(sheet, by=by, to=TO_CHANGE)
    versions.put_in_force(sheet, by=by)
    ahead = to_come(sheet.territory).select_related("school__parent").prefetch_related("team__mentor__organisation")
    moved = list(ahead.order_by("day", "pk"))
    Visit.objects.filter(pk__in=[one.pk for one in moved]).update(sheet=sheet)
    text = f"ввёл(а) в действие лист наблюдения урока, версия {sheet.number}"
    data = {"criteria": list(sheet.criteria.values()), "scale": sheet.scale, "visits": len(moved)}
    _record("published", text, sheet, by, data)
    telling.sheet_changed(moved, by=by)
    return len(moved)


@transaction.atomic
def drop_sheet(sheet: ObservationSheet, *, by: Actor) -> None:
    """Throw a draft away; nothing ever went by it."""
    sheet = versions.locked(sheet, by=by, to=TO_CHANGE)
    _record("dropped", f"отменил(а) черновик листа наблюдения урока, версия {sheet.number}", sheet, by, {})
    sheet.delete()


def _record(event: str, text: str, sheet: ObservationSheet, by: Actor, data: dict[str, Any]) -> None:
    record(f"support.sheet_{event}", text, by=by, on=sheet, path=sheet.territory.path, data=data)
