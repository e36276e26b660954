"""Rows that another floor drafts for a document: they are corrected and approved as those of a file are."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from opora.core.actor import Actor
from opora.decrees import model
from opora.documents.actions.common import note, open_document
from opora.documents.assembling import Read, facts_in
from opora.documents.models import Document, Fact, FactKind


@transaction.atomic
def fill(
    document: Document, *, by: Actor, roadmaps: Iterable[model.RoadMap], abbreviations: dict[str, str] | None = None
) -> list[Fact]:
    """Give a document that is being drafted its road maps; the facts of their rows, in order."""
    document = open_document(document, by)
    drafted = facts_in(model.Decree(roadmaps=list(roadmaps), abbreviations=abbreviations or {}))
    level: list[tuple[Read, Fact | None]] = [(read, None) for read in drafted if read.kind != FactKind.HEADING]
    rows: list[Fact] = []
    while level:
        made = [
            Fact(document=document, kind=read.kind, parent=parent, order=order, data=dict(read.data))
            for order, (read, parent) in enumerate(level, 1)
        ]
        Fact.objects.bulk_create(made)
        rows += [fact for fact in made if fact.kind == FactKind.ACTIVITY]
        level = [(child, fact) for (read, _), fact in zip(level, made, strict=True) for child in read.children]
    note("filled", f"составил(а) пункты документа «{document}»: {len(rows)}", document, by, {"rows": len(rows)})
    return rows
