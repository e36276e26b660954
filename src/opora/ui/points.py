"""What the floors above add to every page: menu entries, groups of the search, tabs of an organisation, copies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from opora.core.actor import Actor
from opora.core.points import Point
from opora.ui import words


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the left menu; entries of one group stand together under its name, ordered by `order`."""

    label: str
    url: str
    icon: str  # a name of Tabler's outline icons
    order: int
    group: str = ""
    waiting: QuerySet[Any] | None = None  # for the person, cut where few are enough; over 999 is «999+»
    under: str = ""  # what the addresses inside begin with, where that is not its own

    @property
    def root(self) -> str:
        return self.under or self.url.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found by the search over everything."""

    label: str
    url: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SearchGroup:
    """Found things of one kind: the first `hits` of `total`, and the list that shows them all."""

    title: str
    hits: Sequence[Hit]
    total: int  # at most one over `words.FEW`
    more_url: str = ""

    @property
    def total_words(self) -> str:
        return words.counted(self.total)


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of a page that several floors fill."""

    label: str
    url: str
    order: int
    count: int | None = None


@dataclass(frozen=True, slots=True)
class PrintFoot:
    """A line, and beside it a square code: its `outline` as the path of an SVG of `side` units."""

    line: str
    outline: str
    side: int


class HasPublicId(Protocol):
    public_id: str


@dataclass(frozen=True, slots=True)
class Bell:
    """What waits in the header of every page, and where it is read."""

    url: str
    waiting: QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that is asked of a person: what, where, details, its day, and the word on its button.

    The day is a deadline, or that of an `event`, in words: «визит».
    """

    label: str
    url: str
    detail: str
    due: dt.date | None
    act: str
    event: str = ""


@dataclass(frozen=True, slots=True)
class TaskHeap:
    """Things of one kind on «Мои дела»: the first `tasks` of `total`, and the list of them all."""

    code: str
    title: str
    tasks: Sequence[Task]
    total: int
    more_url: str


class OrganisationLike(Protocol):
    """As much of an organisation as the floors below the registry may know."""

    public_id: str
    path: str


menu: Point[[Actor], list[MenuItem]] = Point()
waiting: Point[[Actor], TaskHeap | None] = Point()  # what waits for the person beside assignments
bell: Point[[Actor], Bell] = Point()
search: Point[[Actor, str, int], SearchGroup | None] = Point()  # who asks, the text, at most how many hits
organisation_tabs: Point[[Actor, OrganisationLike], list[Tab]] = Point()
# The request, name and title of the table, heads, rows, kind of file, whether it is confidential.
exporters: Point[[HttpRequest, str, str, Sequence[str], Iterable[Sequence[object]], str, bool], HttpResponse] = Point()
# The request for a copy that is too large to be made while it waits, and the title of the table.
large_copies: Point[[HttpRequest, str], HttpResponse] = Point()
# A file of a floor below the copies leaves: who takes it, its name, its bytes, of what, whose; gives it with its mark.
leaving: Point[[Actor, str, bytes, HasPublicId, str], bytes] = Point()
# What stands at the foot of a page that the browser prints.
print_foot: Point[[Actor], PrintFoot] = Point()


def menu_of(actor: Actor) -> list[MenuItem]:
    """The whole menu of a person in order."""
    return sorted((item for items in menu.call(actor) for item in items), key=lambda item: item.order)


def tabs_of(actor: Actor, organisation: OrganisationLike) -> list[Tab]:
    """All tabs of an organisation's page in order."""
    tabs = (tab for tabs in organisation_tabs.call(actor, organisation) for tab in tabs)
    return sorted(tabs, key=lambda tab: tab.order)
