"""Facts -> a Decree, and a Decree -> the facts it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from opora.decrees import Decree, from_json, to_json
from opora.documents.models import Fact, FactKind

HEADING = ("kind", "number", "date", "issuer", "title", "place", "signatory", "control", "addressees", "amends")
_APART = ("source", "where", "confidence", "sections", "activities", "items", "members")  # not in a fact's data
_LISTS = {
    FactKind.CLAUSE: "clauses",
    FactKind.CHANGE: "changes",
    FactKind.ROADMAP: "roadmaps",
    FactKind.GROUP: "working_groups",
    FactKind.PARTNERSHIP: "partnerships",
    FactKind.FORM: "forms",
    FactKind.APPROVAL: "approvals",
    FactKind.REFERENCE: "references",
    FactKind.FINDING: "findings",
}
_CHILDREN = {
    FactKind.ROADMAP: ("sections", FactKind.SECTION),
    FactKind.SECTION: ("activities", FactKind.ACTIVITY),
    FactKind.ACTIVITY: ("items", FactKind.ITEM),
    FactKind.GROUP: ("members", FactKind.MEMBER),
}
_SOURCED = {
    FactKind.CLAUSE,
    FactKind.CHANGE,
    FactKind.ACTIVITY,
    FactKind.MEMBER,
    FactKind.PARTNERSHIP,
    FactKind.APPROVAL,
}


@dataclass(slots=True)
class Read:
    """One fact of a reading, before it is stored."""

    kind: FactKind
    data: dict[str, Any]
    source: dict[str, Any] = field(default_factory=dict)
    confidence: float = 1.0
    children: list[Read] = field(default_factory=list)

    def walk(self) -> Iterator[Read]:
        yield self
        for child in self.children:
            yield from child.walk()


def facts_in(decree: Decree) -> list[Read]:
    """The facts of a reading in order, children inside their parents."""
    whole = to_json(decree)
    found = [Read(FactKind.HEADING, {name: whole[name] for name in HEADING}, whole["sources"])]
    for kind, name in _LISTS.items():
        found += [_read(kind, one) for one in whole[name]]
    for short, long in whole["abbreviations"].items():
        found.append(Read(FactKind.ABBREVIATION, {"short": short, "long": long}))
    return found


def _read(kind: FactKind, part: dict[str, Any]) -> Read:
    data = {name: value for name, value in part.items() if name not in _APART}
    source = part.get("where" if kind == FactKind.FINDING else "source") or {}
    name, child = _CHILDREN.get(kind, ("", kind))
    children = [_read(child, one) for one in part.get(name, ())]
    return Read(kind, data, source, part.get("confidence", 1.0), children)


def decree_from(facts: Iterable[Fact]) -> Decree:
    """The reading as it stands corrected; `facts` in their order."""
    below: dict[int | None, list[Fact]] = {}
    for fact in facts:
        if not fact.removed:
            below.setdefault(fact.parent_id, []).append(fact)
    whole: dict[str, Any] = {name: [] for name in _LISTS.values()}
    abbreviations: dict[str, str] = {}
    for fact in below.get(None, ()):
        if fact.kind == FactKind.HEADING:
            whole |= {name: fact.data[name] for name in HEADING if name in fact.data}
            whole["sources"] = fact.source
        elif fact.kind == FactKind.ABBREVIATION:
            abbreviations[fact.data["short"]] = fact.data["long"]
        elif fact.kind in _LISTS:
            whole[_LISTS[FactKind(fact.kind)]].append(_part(fact, below))
    return from_json({**whole, "abbreviations": abbreviations})


def _part(fact: Fact, below: dict[int | None, list[Fact]]) -> dict[str, Any]:
    kind = FactKind(fact.kind)
    part = dict(fact.data)
    if kind in _CHILDREN:
        name, child = _CHILDREN[kind]
        part[name] = [_part(one, below) for one in below.get(fact.pk, ()) if one.kind == child]
    if kind in _SOURCED:
        part |= {"source": fact.source, "confidence": 1.0 if fact.corrected or fact.by_hand else fact.confidence}
    elif kind == FactKind.REFERENCE:
        part["source"] = fact.source
    elif kind == FactKind.FINDING:
        part["where"] = fact.source or None
    return part
