"""What a printed document says, without a word of how its file is made."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Heading:
    """The requisites above the text. `kind` is printed in capitals; `stamp` stands in the right upper corner; a `date`
    may be given in words."""

    organisation: str = ""
    kind: str = ""
    number: str = ""
    date: dt.date | str | None = None
    place: str = ""
    title: str = ""
    stamp: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """`width` is a share: the columns of a table divide its whole width among them."""

    title: str
    width: float = 1.0
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class PrintedSection:
    """Rows under a title across the whole table; cells are plain text, «\\n» begins a paragraph."""

    title: str | None
    rows: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PrintedPicture:
    """A chart: as lines for a PDF, as dots for an office file; `says` is read where it cannot be seen."""

    svg: str = field(repr=False)
    png: bytes = field(repr=False)
    says: str = ""


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A part of a document under its title: what is said first, a picture, a table; any may be absent."""

    title: str | None
    columns: list[PrintedColumn] = field(default_factory=list)
    sections: list[PrintedSection] = field(default_factory=list)
    intro: list[str] = field(default_factory=list)
    picture: PrintedPicture | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    position: str
    name: str


@dataclass(frozen=True, slots=True)
class Printed:
    """A whole document. `kept_long` is said of those kept over ten years: their binding takes 10 mm more."""

    heading: Heading
    lead: list[str] = field(default_factory=list)
    tables: list[PrintedTable] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)
    signature: Signature | None = None
    made_by: str = ""
    landscape: bool = False
    kept_long: bool = False
