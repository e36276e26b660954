"""Short lines out of many tables in one query: what the pages around a case show of everything that belongs to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case as Choice
from django.db.models import DateField, DateTimeField, F, Field, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone

from opora.core.actor import Actor
from opora.core.clock import day_of, today
from opora.support.models import Case

TEXT: TextField[str, str] = TextField()
_KINDS: dict[str, Field[Any, Any]] = {
    "at": DateTimeField(),
    "day": DateField(),
    "who": TEXT,
    "text": TEXT,
    "detail": TEXT,
    "ref": TEXT,
}


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of line: of which rows, and which of their fields (or expressions) say what.

    `address` names the page it leads to: that of the row whose public id is `ref`, of the case where there is none.
    """

    code: str
    title: str
    rows: Callable[[Case, Actor], QuerySet[Any]]
    at: Any = None  # a moment
    day: Any = None  # or a day without one
    who: Any = None
    text: Any = None
    detail: Any = None
    ref: Any = None
    address: str = ""

    def of(self, case: Case, user: Actor) -> QuerySet[Any]:
        given = {name: getattr(self, name) for name in _KINDS}
        fields = {name: F(value) if isinstance(value, str) else value for name, value in given.items()}
        columns = {f"of_{name}": Cast(value, _KINDS[name]) for name, value in fields.items()}
        rows = self.rows(case, user).order_by().annotate(of_code=Value(self.code, TEXT), **columns)
        found: QuerySet[Any] = rows.values_list("of_code", *columns)
        return found


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a part, in words."""

    code: str
    title: str
    at: dt.datetime | None
    day: dt.date | None
    who: str
    text: str
    detail: str
    ref: str
    url: str

    @property
    def on(self) -> dt.date:
        return self.day or (day_of(self.at) if self.at else today())

    @property
    def moment(self) -> dt.datetime | dt.date | None:
        """As exactly as it is known."""
        return self.at or self.day

    @property
    def order(self) -> tuple[dt.date, dt.datetime]:
        start = timezone.make_aware(dt.datetime.combine(self.on, dt.time.min))
        return self.on, self.at or start


def read(parts: Sequence[Part], case: Case, user: Actor) -> list[Line]:
    """All lines of the parts, in no order; one query."""
    if not parts:
        return []
    by = {one.code: one for one in parts}
    first, *others = (one.of(case, user) for one in parts)
    found = first.union(*others, all=True) if others else first
    return [_line(by[code], case, *values) for code, *values in found]


def _line(part: Part, case: Case, *values: Any) -> Line:
    at, day, who, text, detail, ref = values
    url = reverse(part.address, args=[ref or case.public_id]) if part.address else ""
    return Line(
        part.code,
        part.title,
        at,
        day,
        " ".join((who or "").split()),
        text or "",
        (detail or "").strip(),
        ref or "",
        url,
    )


def joined(*fields: str, between: str = " ") -> Any:
    """Several texts as one; those that are absent are left out by the database."""
    told: list[Any] = []
    for name in fields:
        told += [Value(between), name] if told else [name]
    return Concat(*told, output_field=TEXT)


def account(field: str = "") -> Any:
    """The name of an account: of its person, or as it is written out."""
    names = joined(*(f"{field}person__{name}_name" for name in ("last", "first", "middle")))
    known = When(**{f"{field}person__isnull": False}, then=names)
    return Choice(known, default=F(f"{field}display_name"), output_field=TEXT)
