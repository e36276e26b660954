"""What a table is made of: columns, cells and heads, and the links around it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from opora.ui import words

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is called, what a row says in it, and how it is shown.

    `sort` names the fields (in the order of a press on the head, «-» before a field turns it) that the database sorts
    by; without them the column is not sortable. `indexed` says that an index has this order, upwards: it is offered
    however many rows there are. `template` draws the cell and is given `row` and `value`; `link` gives the address the
    value leads to; `clamp` folds a long text to three lines. `export` says whether copies have it, `total` whether they
    have the sum of its numbers below.
    """

    key: str
    label: str
    value: Callable[[Any], Any]
    sort: tuple[str, ...] = ()
    align: Literal["start", "end"] = "start"
    template: str = ""
    export: bool = True
    link: Callable[[Any], str] | None = None
    clamp: bool = False
    indexed: bool = False
    total: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    column: Column
    value: Any
    url: str = ""

    @property
    def text(self) -> str:
        """The value in words."""
        return said(self.value)

    @property
    def draws(self) -> bool:
        """Whether the value draws itself: many small cells cost no template each."""
        return hasattr(self.value, "__html__")


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column; `sorted` is a value of aria-sort, `url` the table sorted by it."""

    column: Column
    url: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force and the table without it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page number with its address, or a gap between numbers (`url` is empty)."""

    label: str
    url: str = ""
    current: bool = False


def said(value: Any) -> str:
    """A value as a cell shows it: dates and numbers in words, nothing as a dash."""
    if value is None or value == "":
        return NOTHING
    if hasattr(value, "__html__"):
        return str(value.__html__())
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, dt.datetime):
        return words.moment(value)
    if isinstance(value, dt.date):
        return words.day(value)
    if isinstance(value, int | float | Decimal):
        return words.number(value)
    return str(value)


def plain(value: Any) -> Any:
    """A value as spreadsheets take it."""
    known = str | int | float | Decimal | bool | dt.date | None
    return value if isinstance(value, known) else str(value)
