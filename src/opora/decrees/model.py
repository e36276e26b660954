"""The reading of an official document: plain dataclasses, every fact with its source and confidence.

The shape is the published contract of `opora parse --json`; `to_json` gives exactly that shape.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from opora.deadlines import Deadline


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact stands in its file: page, paragraph and line count from 1, `cell` is `row:column` from 1."""

    file: str | None = None
    page: int | None = None
    paragraph: int | None = None
    line: int | None = None
    cell: str | None = None


@dataclass(slots=True)
class Responsible:
    text: str
    kind: str  # group | organisation | person | position
    name: str | None = None
    role: str | None = None  # «утверждение», «согласование»


@dataclass(slots=True)
class Item:
    text: str
    deadline: Deadline | None = None
    responsible: list[Responsible] = field(default_factory=list)


@dataclass(slots=True)
class Activity:
    number: str | None
    text: str
    deadline: Deadline | None
    responsible: list[Responsible]
    source: Source
    confidence: float
    items: list[Item] = field(default_factory=list)
    completion: str | None = None
    submit_to: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    title: str | None
    activities: list[Activity] = field(default_factory=list)


@dataclass(slots=True)
class RoadMap:
    title: str | None = None
    goal: str | None = None
    period: tuple[dt.date | None, dt.date | None] | None = None
    sections: list[Section] = field(default_factory=list)


@dataclass(slots=True)
class Clause:
    number: str | None
    text: str
    source: Source
    confidence: float
    addressee: str | None = None
    deadline: Deadline | None = None


@dataclass(slots=True)
class Reference:
    kind: str | None = None
    number: str | None = None
    date: dt.date | None = None
    title: str | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class Change:
    """One thing that an amending document does to the document it changes; `said` is its own sentence.

    `words`: `old` becomes `new` (an empty `old`: added at the end); `replace`: the row `target` (or its one `column`)
    reads anew; `add`: a row; `remove`: a row goes; `number`: the row is called `new` from now on; `annex`: the whole
    road map reads as the annex; `unknown`: as said. With a `piece` it is that part of the row alone.
    """

    kind: str  # words | replace | add | remove | number | annex | unknown
    said: str
    source: Source
    confidence: float
    target: str | None = None  # number of the row, of a new one its own
    section: str | None = None
    part: str | None = None  # clause | row: of the order itself, or of its road map; None where it does not say
    column: str | None = None  # text | deadline | responsible
    piece: str | None = None  # «подпункт а» | «абзац 2» | «новый абзац»
    old: str | None = None
    new: str | None = None
    text: str | None = None
    deadline: Deadline | None = None
    responsible: list[Responsible] = field(default_factory=list)


@dataclass(slots=True)
class Member:
    name: str
    position: str
    role: str  # chair | deputy | secretary | member
    source: Source
    confidence: float


@dataclass(slots=True)
class WorkingGroup:
    title: str | None
    members: list[Member]


@dataclass(slots=True)
class Partnership:
    mentor: str
    mentored: list[str]
    source: Source
    confidence: float


@dataclass(slots=True)
class Form:
    columns: list[str]
    activity: str | None = None
    title: str | None = None


@dataclass(slots=True)
class Approval:
    name: str
    position: str | None
    conclusion: str | None
    source: Source
    confidence: float


@dataclass(slots=True)
class Signatory:
    name: str
    position: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    severity: str  # info | warning | error
    code: str
    message: str  # Russian, for the person who corrects
    where: Source | None = None


@dataclass(slots=True)
class Decree:
    kind: str = "other"  # directive | order | protocol | decision | letter | plan | other
    number: str | None = None
    date: dt.date | None = None
    issuer: str | None = None
    title: str | None = None
    place: str | None = None
    signatory: Signatory | None = None
    control: str | None = None
    addressees: list[str] = field(default_factory=list)
    abbreviations: dict[str, str] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    amends: Reference | None = None
    changes: list[Change] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    clauses: list[Clause] = field(default_factory=list)
    roadmaps: list[RoadMap] = field(default_factory=list)
    working_groups: list[WorkingGroup] = field(default_factory=list)
    partnerships: list[Partnership] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    approvals: list[Approval] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
