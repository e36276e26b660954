"""`opora roadmap list | show | export`."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from django.db import transaction

from opora.core.actor import Actor
from opora.documents.printing import KINDS
from opora.exports.actions import released
from opora.roadmaps import printing
from opora.roadmaps.models import Activity, RoadMap
from opora.roadmaps.queries import counts


def list_roadmaps(*, by: Actor, out: TextIO) -> int:
    """One line a road map: public id, state, counts, title."""
    rows = list(RoadMap.objects.visible(by).select_related("organisation"))
    found = counts.by_roadmap(rows, by)
    for one in rows:
        said = found.get(one.pk, counts.Counts()).words
        out.write(f"{one.public_id}  {one.get_state_display()}  {said}  {one.title}\n")
    if not rows:
        out.write("Дорожных карт пока нет.\n")
    return 0


def show_roadmap(public_id: str, *, by: Actor, out: TextIO, err: TextIO) -> int:
    found = _find(public_id, by, err)
    if found is None:
        return 2
    by_activity = counts.by_activity(found, by)
    out.write(f"{found.title}\n{found.document}, {found.organisation}, {found.get_state_display()}\n")
    for activity in Activity.objects.in_force().filter(roadmap=found).prefetch_related("responsible").order_by("order"):
        who = "; ".join(one.text for one in activity.responsible.all() if one.part_id is None)
        said = by_activity.get(activity.pk, counts.Counts()).words
        out.write(f"{activity.number or '–'}  {activity.text}\n    {activity.deadline_words} | {who} | {said}\n")
    return 0


def export_roadmap(public_id: str, kind: str, file: Path, *, by: Actor, out: TextIO, err: TextIO) -> int:
    """Write the printed road map to a file; the copy is journalled like one taken in the browser."""
    found = _find(public_id, by, err)
    if found is None:
        return 2
    wanted = next((one for one in KINDS if one == kind), None)
    if wanted is None:
        err.write(f"Такого вида файла нет: «{kind}». Возможны: {', '.join(KINDS)}.\n")
        return 2
    content = printing.printed_as(found, wanted, by=by)
    try:
        with transaction.atomic():  # a copy that could not be written has not left
            marked = released(
                by=by,
                file_name=f"{file.stem}.{wanted}",
                content=content,
                on=found,
                path=found.organisation.path,
                confidential=found.confidential,
            )
            file.write_bytes(marked)
    except OSError as error:
        err.write(f"Файл «{file}» не записан: {error.strerror}.\n")
        return 2
    out.write(f"Записано: {file}\n")
    return 0


def _find(public_id: str, by: Actor, err: TextIO) -> RoadMap | None:
    rows = RoadMap.objects.visible(by).select_related("organisation", "document")
    found = rows.filter(public_id=public_id.lower()).first()
    if found is None:
        err.write(f"Дорожной карты «{public_id}» нет, или она вам не открыта. Список: opora roadmap list\n")
    return found
