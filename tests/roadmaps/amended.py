"""Amending documents for tests, as the reader would have given them."""

from __future__ import annotations

import datetime as dt
import itertools

from opora import deadlines
from opora.access.models import User
from opora.decrees.model import Change, Decree, Reference, RoadMap, Source
from opora.decrees.reading.responsible import read_responsible
from opora.documents.models import Document, DocumentState
from opora.documents.storing import store

_numbers = itertools.count(100)
DAY = dt.date(2026, 9, 15)


def change(kind: str, target: str | None = None, **values: object) -> Change:
    """A change; a deadline and responsible ones come as texts."""
    made = Change(kind, str(values.pop("said", f"{kind} {target} {values}")), Source(line=1), 0.95, target)
    deadline = values.pop("deadline", None)
    if deadline:
        made.deadline = deadlines.read(str(deadline), DAY)
    people = values.pop("responsible", None)
    if people:
        made.responsible = read_responsible([str(people)])
    for name, value in values.items():
        setattr(made, name, value)
    return made


def amending(
    target: Document,
    by: User,
    *changes: Change,
    roadmaps: list[RoadMap] | None = None,
    date: dt.date = DAY,
    number: str = "",
    **values: object,
) -> Document:
    """A document in review that changes `target`."""
    number = number or f"{next(_numbers)}-р"
    reference = Reference(target.kind, target.number, target.date)
    decree = Decree(
        "directive",
        number,
        date,
        title=f"О внесении изменений в распоряжение № {target.number}",
        amends=reference,
        changes=list(changes),
        roadmaps=roadmaps or [],
    )
    document = Document.objects.create(
        organisation=target.organisation,
        kind="directive",
        number=number,
        date=date,
        title=decree.title or "",
        state=DocumentState.REVIEW,
        uploaded_by=by,
        **values,
    )
    store(document, decree)
    return document
