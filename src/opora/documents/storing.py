"""A new reading of a file meets the facts that people have corrected: what they did stays, the rest follows the file.

Facts are known again by what they said (`original`), then by where they stood. Of a known fact every field that nobody
has corrected takes the new value. A fact that a person removed stays removed, one added by hand stays where it stood,
and one that the reading no longer finds goes unless a person has touched it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from opora.core.text import fold
from opora.decrees.model import Decree
from opora.documents.assembling import Read, facts_in
from opora.documents.models import PARENTS, Document, Fact, FactKind

_NAMES = {
    FactKind.HEADING: (),
    FactKind.CHANGE: ("said", "target", "old"),
    FactKind.MEMBER: ("name",),
    FactKind.PARTNERSHIP: ("mentor",),
    FactKind.APPROVAL: ("name",),
    FactKind.REFERENCE: ("kind", "number", "date"),
    FactKind.ABBREVIATION: ("short",),
    FactKind.FINDING: ("code", "message"),
    FactKind.ROADMAP: ("title",),
    FactKind.SECTION: ("title",),
    FactKind.GROUP: ("title",),
    FactKind.FORM: ("title", "activity", "columns"),
}
_CHANGED = ["parent", "order", "data", "original", "confidence", "source", "version", "edition"]


def store(document: Document, decree: Decree) -> None:
    """Keep the reading `document.version` of the document. Called inside the transaction of the reading."""
    _Storing(document).run(facts_in(decree))


class _Storing:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.old = list(document.facts.order_by("order", "pk"))
        self.before = _neighbours(self.old)
        self.seen: set[int] = set()
        self.placed: dict[int | None, list[Fact]] = defaultdict(list)  # parent -> facts of this reading in order

    def run(self, found: list[Read]) -> None:
        known = self._recognised([read for top in found for read in top.walk()])
        level: list[tuple[Read, Fact | None]] = [(read, None) for read in found]
        changed: list[Fact] = []
        while level:
            new: list[Fact] = []
            facts: list[tuple[Read, Fact]] = []
            for read, parent in level:
                fact = known.get(id(read))
                if fact is None:
                    fact = Fact(document=self.document, kind=read.kind, data=dict(read.data))
                    new.append(fact)
                else:
                    changed.append(fact)
                _update(fact, read, parent, self.document.version)
                facts.append((read, fact))
            Fact.objects.bulk_create(new)
            for _, fact in facts:
                self.seen.add(fact.pk)
                self.placed[fact.parent_id].append(fact)
            level = [(child, fact) for read, fact in facts for child in read.children]
        kept = self._kept()
        order = self._ordered(kept)
        Fact.objects.bulk_update({fact.pk: fact for fact in [*changed, *order]}.values(), _CHANGED, batch_size=500)
        gone = [fact.pk for fact in self.old if fact.pk not in self.seen and fact.pk not in kept]
        self.document.facts.filter(pk__in=gone).delete()

    def _recognised(self, reads: list[Read]) -> dict[int, Fact]:
        """id(read) -> the fact it is: the same words first, then the same place, then for containers the same turn."""
        known: dict[int, Fact] = {}
        free = [fact for fact in self.old if fact.original is not None]
        for key_of_read, key_of_fact in ((_words, _words_of), (_place, _place_of), (_turn, _turn_of)):
            waiting: dict[Any, list[Fact]] = defaultdict(list)
            for fact in free:
                waiting[key_of_fact(fact)].append(fact)
            for read in reads:
                key = key_of_read(read)
                if id(read) not in known and key is not None and waiting[key]:
                    known[id(read)] = waiting[key].pop(0)
            taken = {fact.pk for fact in known.values()}
            free = [fact for fact in free if fact.pk not in taken]
        return known

    def _kept(self) -> dict[int, Fact]:
        """Facts that this reading did not find but a person has touched, with the parents they stand in."""
        facts = {fact.pk: fact for fact in self.old}
        kept: dict[int, Fact] = {}
        for fact in self.old:
            if fact.touched:
                line: Fact | None = fact
                while line is not None and line.pk not in self.seen:
                    kept[line.pk] = line
                    line = facts.get(line.parent_id) if line.parent_id else None
        return kept

    def _ordered(self, kept: dict[int, Fact]) -> list[Fact]:
        """Every fact with its new order: those that a person added or moved behind the one they stood behind."""
        moved = [
            fact
            for facts in self.placed.values()
            for fact in facts
            if Fact.PLACE in fact.corrected and fact.pk in self.before
        ]
        for facts in self.placed.values():
            facts[:] = [fact for fact in facts if fact not in moved]
        late = sorted([*kept.values(), *moved], key=lambda fact: self.before[fact.pk][1])
        for fact in late:
            siblings = self.placed[fact.parent_id]
            line = self.before[fact.pk][0]
            index = next((i for pk in line for i, one in enumerate(siblings) if one.pk == pk), -1)
            siblings.insert(index + 1, fact)
        for facts in self.placed.values():
            for order, fact in enumerate(facts, start=1):
                fact.order = order
        return [fact for facts in self.placed.values() for fact in facts]


def _neighbours(facts: Iterable[Fact]) -> dict[int, tuple[list[int], int]]:
    """pk -> (the keys of the siblings in front of it, the nearest first; its turn)."""
    lines: dict[tuple[int | None, str], list[int]] = defaultdict(list)
    found: dict[int, tuple[list[int], int]] = {}
    for turn, fact in enumerate(facts):
        line = lines[fact.parent_id, fact.kind]
        found[fact.pk] = (line[::-1], turn)
        line.append(fact.pk)
    return found


def _update(fact: Fact, read: Read, parent: Fact | None, version: int) -> None:
    data = {name: value for name, value in read.data.items() if name not in fact.corrected}
    merged = {**fact.data, **data}
    if fact.pk and merged != fact.data:
        fact.edition += 1
    fact.data, fact.original = merged, read.data
    fact.source, fact.confidence, fact.version = read.source, read.confidence, version
    if Fact.PLACE not in fact.corrected or read.kind not in PARENTS or fact.parent_id is None:
        fact.parent = parent


# -- knowing a fact again: its words, its place, its turn --------------------------------------------------------


def _words(read: Read) -> Any:
    return read.kind, _said(read.kind, read.data)


def _words_of(fact: Fact) -> Any:
    return FactKind(fact.kind), _said(FactKind(fact.kind), fact.original or {})


def _said(kind: FactKind, data: dict[str, Any]) -> str:
    names = _NAMES.get(kind, ("text",))
    return "|".join(fold(json.dumps(data.get(name), ensure_ascii=False)) for name in names)


def _place(read: Read) -> Any:
    return _where(read.kind, read.source)


def _place_of(fact: Fact) -> Any:
    return _where(FactKind(fact.kind), fact.source)


def _where(kind: FactKind, source: dict[str, Any]) -> Any:
    if kind in (FactKind.FINDING, FactKind.REFERENCE, FactKind.ITEM, FactKind.HEADING) or not source:
        return None
    return kind, json.dumps(source, sort_keys=True)


_CONTAINERS = (FactKind.ROADMAP, FactKind.SECTION, FactKind.GROUP)


def _turn(read: Read) -> Any:
    """Containers in their order: a title that is read better is still the same road map."""
    return read.kind if read.kind in _CONTAINERS else None


def _turn_of(fact: Fact) -> Any:
    return FactKind(fact.kind) if fact.kind in _CONTAINERS else None
