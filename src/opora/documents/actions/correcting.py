"""Corrections of a reading. Every one is kept when the file is read again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from opora import deadlines
from opora.core.actor import Actor
from opora.core.workflow import Refused, Stale
from opora.documents.actions.common import follow_heading, heading_of, note, open_document
from opora.documents.fields import FIELDS, Context, empty, field_of, said, written
from opora.documents.models import PARENTS, Document, Fact, FactKind

CHANGED = "Пока вы исправляли, эту строку изменил кто-то другой. Посмотрите, что изменилось, и исправьте заново."
# Findings of a row that a correction of the field settles.
_SETTLED = {
    "kind": {"change-unclear"},
    "deadline": {"no-deadline", "deadline-unclear", "deadline-passed", "year-inferred"},
    "responsible": {"no-responsible"},
    "number": {"number-gap"},
    "text": {"row-joined", "row-split"},
}


@transaction.atomic
def correct(fact: Fact, *, by: Actor, edition: int | None = None, **values: Any) -> Fact:
    """Give fields what the document really says; without a change the fact counts as checked.

    `edition` is the one that the person saw; `Stale` where somebody has changed the fact since. Deadlines and
    responsible ones come as texts and are read; lists come as lines.
    """
    document, fact = _open(fact, by)
    if edition is not None and edition != fact.edition:
        raise Stale(CHANGED)
    context = context_of(fact)
    data = dict(fact.data)
    for name, value in values.items():
        field = field_of(fact.kind, name)
        data[name] = written(fact.kind, field, value, fact.data.get(name), context)
    changed = [name for name in values if data[name] != fact.data.get(name)]
    for field in FIELDS[fact.kind]:
        if field.required and field.name in values and not data[field.name]:
            raise Refused(f"Заполните поле «{field.label}».")
    before, fact.data = fact.data, data
    fact.corrected = list(dict.fromkeys([*fact.corrected, *(changed or [Fact.CHECKED])]))
    _save(fact)
    if fact.kind == FactKind.HEADING:
        follow_heading(document, data)
        document.save()
        if "date" in changed:
            follow_date(document)
    _settle(fact, changed)
    if changed:
        _note_correction(document, fact, before, changed, by)
    return fact


def set_document_fields(document: Document, *, by: Actor, edition: int | None = None, **values: Any) -> Document:
    """Correct the heading: kind, number, date, issuer, title and the rest of its fields."""
    fact = correct(heading_of(document), by=by, edition=edition, **values)
    return fact.document


@transaction.atomic
def set_confidential(document: Document, *, by: Actor, confidential: bool) -> Document:
    """Who may see the document once it is approved: all who read documents, or those alone who see the lists."""
    document = open_document(document, by)
    if document.confidential == confidential:
        return document
    document.confidential = True  # the entry about a document that was confidential stays so
    what = "ограничил(а) доступ к документу" if confidential else "снял(а) ограничение доступа к документу"
    note("confidential", f"{what} «{document}»", document, by, {"new": confidential})
    document.confidential = confidential
    document.save()
    return document


@transaction.atomic
def add_fact(
    document: Document,
    *,
    by: Actor,
    kind: str,
    parent: Fact | None = None,
    after: Fact | None = None,
    fields: Mapping[str, Any] | None = None,
    **values: Any,
) -> Fact:
    """Add by hand what the reading lacks: behind `after`, or at the end of `parent`.

    Its fields come by name, or in `fields` (a reference has a field `kind`). A row without a section, or a section
    without a road map, gets one.
    """
    document = open_document(document, by)
    if after is not None:
        after = document.facts.get(pk=after.pk)
        parent = after.parent
    parent = _parent(document, FactKind(kind), parent)
    fact = Fact(document=document, kind=kind, parent=parent, data=empty(kind))
    context = context_of(fact)
    for name, value in {**(fields or {}), **values}.items():
        field = field_of(kind, name)
        fact.data[name] = written(kind, field, value, fact.data[name], context)
    for field in FIELDS[kind]:
        if field.required and not fact.data[field.name]:
            raise Refused(f"Заполните поле «{field.label}».")
    fact.order = insert_after(document, parent, after)
    fact.save()
    note("added", f"добавил(а) в документ «{document}»: {named(fact)}", document, by, {"new": fact.data})
    return fact


def _parent(document: Document, kind: FactKind, parent: Fact | None) -> Fact | None:
    wanted = PARENTS.get(kind)
    if wanted is None:
        return None
    if parent is None and kind in (FactKind.ACTIVITY, FactKind.SECTION):
        parent = document.facts.kept().filter(kind=wanted).order_by("-parent__order", "-order", "-pk").first()
        if parent is None:
            above = _parent(document, wanted, None)
            order = insert_after(document, above, None)
            return Fact.objects.create(document=document, kind=wanted, parent=above, order=order, data=empty(wanted))
    if parent is None or parent.document_id != document.pk or parent.kind != wanted:
        raise Refused(f"Сначала добавьте то, к чему это относится: {wanted.label}.")
    return parent


def insert_after(document: Document, parent: Fact | None, after: Fact | None) -> int:
    """The order behind `after`, made free; the end of `parent` without it."""
    siblings = document.facts.filter(parent=parent)
    if after is None:
        return int(siblings.aggregate(last=Max("order"))["last"] or 0) + 1
    siblings.filter(order__gt=after.order).update(order=F("order") + 1)
    return after.order + 1


@transaction.atomic
def remove_fact(fact: Fact, *, by: Actor) -> Fact:
    """The document does not say this; what stands inside goes with it. A finding is settled this way."""
    document, fact = _open(fact, by)
    if fact.kind == FactKind.HEADING:
        raise Refused("Реквизиты документа нельзя убрать, их можно исправить.")
    if not fact.removed:
        fact.removed = True
        _save(fact)
        what = "отметил(а) просмотренным" if fact.kind == FactKind.FINDING else "убрал(а)"
        note("removed", f"{what} в документе «{document}»: {named(fact)}", document, by, {"old": fact.data})
    return fact


@transaction.atomic
def restore_fact(fact: Fact, *, by: Actor) -> Fact:
    """Take a removal back."""
    document, fact = _open(fact, by)
    if fact.removed:
        fact.removed = False
        _save(fact)
        note("returned", f"вернул(а) в документ «{document}»: {named(fact)}", document, by, {"new": fact.data})
    return fact


def follow_date(document: Document) -> None:
    """Read again the deadlines whose year came from the document's date, after a person has corrected that."""
    for fact in document.facts.kept().select_related("parent__parent__parent"):
        deadline = fact.data.get("deadline")
        if not deadline or not (deadline.get("inferred") or deadline["kind"] == "unclear"):
            continue
        context = context_of(fact)
        found = deadlines.to_json(deadlines.read(deadline["text"], context.issued, context.period))
        if found != deadline:
            fact.data = {**fact.data, "deadline": found}
            _save(fact)


# -- pieces ------------------------------------------------------------------------------------------------------


def _open(fact: Fact, by: Actor) -> tuple[Document, Fact]:
    document = open_document(fact.document, by)
    fact = Fact.objects.select_related("parent__parent").get(pk=fact.pk)
    fact.document = document
    return document, fact


def _save(fact: Fact) -> None:
    fact.edition += 1
    fact.save(update_fields=["data", "corrected", "removed", "edition", "parent", "order"])


def context_of(fact: Fact) -> Context:
    """What deadlines and responsible ones of the fact are read with."""
    document = fact.document
    line, period = fact, None
    while line.parent is not None:
        line = line.parent
        if line.kind == FactKind.ROADMAP and line.data.get("period"):
            first, last = line.data["period"]
            period = (dt.date.fromisoformat(first), dt.date.fromisoformat(last)) if first and last else None
    short = document.facts.kept().filter(kind=FactKind.ABBREVIATION).values_list("data__short", flat=True)
    return Context(document.date, period, frozenset(short))


def _settle(fact: Fact, changed: list[str]) -> None:
    """Findings about a field of this row that a person has now corrected are settled."""
    codes = {code for name in changed if fact.data.get(name) for code in _SETTLED.get(name, ())}
    deadline = fact.data.get("deadline")
    if deadline and deadline["kind"] == "unclear":
        codes.discard("deadline-unclear")
    if not codes or not fact.source:
        return
    findings = fact.document.facts.kept().filter(kind=FactKind.FINDING)
    settled = [one.pk for one in findings if one.data.get("code") in codes and one.source == fact.source]
    Fact.objects.filter(pk__in=settled).update(removed=True)


def named(fact: Fact) -> str:
    """«мероприятие 3 «Провести вебинар…»», as the journal calls a fact."""
    text = fact.words
    short = f"{text[:80]}…" if len(text) > 80 else text
    return f"{fact}" + (f" «{short}»" if short else "")


def _note_correction(document: Document, fact: Fact, before: dict[str, Any], changed: list[str], by: Actor) -> None:
    parts = []
    for name in changed:
        field = field_of(fact.kind, name)
        old, new = (said(field, data.get(name))[:200] or "пусто" for data in (before, fact.data))
        parts.append(f"{field.label.lower()}: было «{old}», стало «{new}»")
    text = f"исправил(а) в документе «{document}»: {named(fact)} — {'; '.join(parts)}"
    data = {"fact": fact.public_id, **{name: [before.get(name), fact.data.get(name)] for name in changed}}
    note("corrected", text, document, by, data)
