"""Rows of a road map that the reader has cut or glued wrongly: split, merged, moved."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from opora.core.actor import Actor
from opora.core.workflow import Refused, Stale
from opora.documents.actions.common import note
from opora.documents.actions.correcting import CHANGED, _open, _save, insert_after, named
from opora.documents.models import Document, Fact, FactKind

_JOINED = ("text", "completion", "position", "conclusion")
_LISTS = ("responsible", "submit_to", "mentored", "columns")
ROWS = (FactKind.ACTIVITY, FactKind.CLAUSE, FactKind.ITEM)


@transaction.atomic
def split(fact: Fact, *, by: Actor, texts: list[str], edition: int | None = None) -> list[Fact]:
    """One row into several: the first keeps its place and number, all keep deadline and responsible ones."""
    document, fact = _open(fact, by)
    _check(fact, edition)
    parts = [" ".join(text.split()) for text in texts if text.strip()]
    if len(parts) < 2:
        raise Refused(
            "Напишите части, на которые делится строка, каждую с новой строки: их должно быть не меньше двух."
        )
    before = fact.data["text"]
    fact.data = {**fact.data, "text": parts[0]}
    fact.corrected = list(dict.fromkeys([*fact.corrected, "text"]))
    _save(fact)
    rows, last = [fact], fact
    for part in parts[1:]:
        order = insert_after(document, fact.parent, last)
        data = {**fact.data, "text": part, "number": None} if "number" in fact.data else {**fact.data, "text": part}
        last = Fact.objects.create(
            document=document, kind=fact.kind, parent=fact.parent, order=order, data=data, source=fact.source
        )
        rows.append(last)
    text = f"разделил(а) в документе «{document}» на {len(rows)} строки: {named(fact)}"
    note("split", text, document, by, {"old": before, "new": parts})
    return rows


@transaction.atomic
def merge(fact: Fact, *, by: Actor, edition: int | None = None) -> Fact:
    """Join the row below to this one; the row below counts as removed."""
    document, fact = _open(fact, by)
    _check(fact, edition)
    following = _siblings(document, fact).filter(order__gt=fact.order).order_by("order", "pk").first()
    if following is None:
        raise Refused("Ниже в этом разделе строк нет, объединять не с чем.")
    data, below = dict(fact.data), following.data
    for name in _JOINED:
        if name in data:
            data[name] = " ".join(filter(None, [data[name], below.get(name)])) or data[name]
    for name in _LISTS:
        if name in data:
            data[name] = [*data[name], *(one for one in below.get(name) or [] if one not in data[name])]
    if "deadline" in data:
        data["deadline"] = data["deadline"] or below.get("deadline")
    changed = [name for name in data if data[name] != fact.data[name]]
    fact.data = data
    fact.corrected = list(dict.fromkeys([*fact.corrected, *changed]))
    _save(fact)
    following.children.update(parent=fact)
    following.removed = True
    _save(following)
    text = f"объединил(а) в документе «{document}»: {named(fact)} и {named(following)}"
    note("merged", text, document, by, {"new": data, "removed": following.public_id})
    return fact


@transaction.atomic
def move(fact: Fact, *, by: Actor, up: bool) -> Fact:
    """One place up or down; at the edge of a section into the section beside it."""
    document, fact = _open(fact, by)
    rows = list(_siblings(document, fact).order_by("order", "pk"))
    place = next(index for index, row in enumerate(rows) if row.pk == fact.pk)
    target = place - 1 if up else place + 1
    if 0 <= target < len(rows):
        rows.insert(target, rows.pop(place))
    elif not (rows := _into_next(document, fact, up=up)):
        raise Refused("Дальше двигать некуда.")
    for order, row in enumerate(rows, start=1):
        if row.order != order or row.pk == fact.pk:
            row.order = order
            if row.pk == fact.pk:
                row.parent = fact.parent
                row.corrected = list(dict.fromkeys([*row.corrected, Fact.PLACE]))
                row.edition += 1
            row.save(update_fields=["order", "parent", "corrected", "edition"])
    note("moved", f"передвинул(а) в документе «{document}»: {named(fact)}", document, by, {"up": up})
    fact.refresh_from_db()
    return fact


def _into_next(document: Document, fact: Fact, *, up: bool) -> list[Fact]:
    """The rows of the section beside, with this one at its near end; empty where there is none."""
    if fact.parent is None or fact.kind != FactKind.ACTIVITY:
        return []
    beside = document.facts.kept().filter(kind=FactKind.SECTION, parent=fact.parent.parent)
    near = beside.filter(order__lt=fact.parent.order) if up else beside.filter(order__gt=fact.parent.order)
    section = near.order_by("-order" if up else "order").first()
    if section is None:
        return []
    rows = list(document.facts.filter(parent=section, kind=fact.kind).order_by("order", "pk"))
    fact.parent = section
    return [*rows, fact] if up else [fact, *rows]


def _siblings(document: Document, fact: Fact) -> QuerySet[Fact]:
    return document.facts.kept().filter(kind=fact.kind, parent=fact.parent)


def _check(fact: Fact, edition: int | None) -> None:
    if fact.kind not in ROWS:
        raise Refused("Так можно менять только пункты и мероприятия.")
    if edition is not None and edition != fact.edition:
        raise Stale(CHANGED)
