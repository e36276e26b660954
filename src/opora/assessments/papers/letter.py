"""The letter to a municipality: which of its schools stand in the approved list, why, and what is asked of it."""

from __future__ import annotations

from dataclasses import replace

from opora.assessments.papers import parts
from opora.assessments.terms import objections_until
from opora.core.actor import Actor
from opora.documents.printing import Printed
from opora.lists.models import ListEntry, SchoolList
from opora.registry.models import Organisation


def letter(found: SchoolList, municipality: Organisation, user: Actor) -> Printed:
    """Its own schools alone, as the reader may see them."""
    entries = ListEntry.objects.visible(user).standing().filter(list=found, organisation__parent=municipality)
    selection = getattr(found, "selection", None)
    why = dict(selection.choices.included().values_list("organisation", "why")) if selection is not None else {}
    rows = [
        [number, entry.organisation.short_name, entry.note or why.get(entry.organisation_id, "")]
        for number, entry in enumerate(entries.select_related("organisation").order_by("organisation__sort_name"), 1)
    ]
    lead = [
        f"Утверждён список «{found.title}», {found.year} учебный год. "
        f"{f'Документ: {found.document_text}. ' if found.document_text else ''}"
        f"Школ вашего муниципалитета в нём: {len(rows)}.",
        "Просим известить каждую школу о ней самой, назначить ответственного и начать работу по программе поддержки. "
        "Сведения не подлежат публикации ни в какой форме.",
    ]
    table = parts.table(None, (("№ п/п", 0.6), ("Школа", 3), ("Основание", 5)), rows)
    last = objections_until(found)
    until = f" до {last:%d.%m.%Y}" if last else ""
    closing = [f"Школа вправе возразить{until}: для этого на её странице в системе есть кнопка «Возразить»."]
    heading = parts.heading(found.territory, "", f"О списке школ, {found.year} учебный год", closed=True)
    heading = replace(heading, stamp=[*heading.stamp, "", municipality.name])
    return Printed(heading, lead=lead, tables=[table], closing=closing, made_by=parts.maker(user))
