"""What every page knows: the menu, who is signed in, the theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.utils.functional import cached_property

from opora.core.actor import Actor
from opora.core.subqueries import counts
from opora.ui import points, words
from opora.ui.points import Bell, MenuItem, PrintFoot, menu_of, print_foot

MOST_UNREAD = 99  # behind the bell: the cost does not grow with what is unread
LONG_MENU = 16  # entries; in a longer one the groups are folded, save where the reader is
THEME_COOKIE = "theme"
THEMES = {"": ("Как в системе", "device-desktop"), "light": ("Светлый", "sun"), "dark": ("Тёмный", "moon")}


@dataclass(frozen=True, slots=True)
class Entry:
    """A menu item with its value of aria-current: «page» on its own page, «true» on pages inside it."""

    item: MenuItem
    current: str
    count: int  # of what waits there; 0 shows nothing

    @property
    def count_words(self) -> str:
        return words.counted(self.count)


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one name; of a long menu only the group where the reader is stands open."""

    title: str
    entries: Sequence[Entry]
    open: bool

    @property
    def waiting_words(self) -> str:
        """How much waits behind the folded name; empty where nothing does."""
        waiting = sum(entry.count for entry in self.entries)
        return words.counted(waiting) if waiting else ""


@dataclass(frozen=True, slots=True)
class ThemeChoice:
    code: str
    label: str
    icon: str
    chosen: bool


class PageContext:
    """The variable `page` of every template; everything is worked out when it is asked for."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _actor(self) -> Actor | None:
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @property
    def user_id(self) -> str:
        """Public id of the person, under which the browser keeps drafts; empty before sign-in."""
        return self._actor.actor_id if self._actor else ""

    @property
    def name(self) -> str:
        return str(self._actor or "")

    @property
    def place(self) -> str:
        """Role and organisation: what the actor's label says beyond the name."""
        return self._actor.label.removeprefix(self.name).strip().strip("()") if self._actor else ""

    @cached_property
    def bell(self) -> Bell | None:
        """The notices of the person, where a floor keeps any."""
        return next(iter(points.bell.call(self._actor)), None) if self._actor else None

    @property
    def bell_count(self) -> str:
        """How many are not read; «99+» where there are more."""
        count = self._counts.get("bell", 0)
        return f"{MOST_UNREAD}+" if count > MOST_UNREAD else str(count or "")

    @cached_property
    def _items(self) -> list[MenuItem]:
        return menu_of(self._actor) if self._actor else []

    @cached_property
    def _counts(self) -> dict[str, int]:
        """What waits behind the bell and the entries of the menu, by their addresses: one query for all."""
        asked: dict[str, Any] = {item.url: item.waiting for item in self._items if item.waiting is not None}
        if self.bell:
            asked["bell"] = self.bell.waiting[: MOST_UNREAD + 1]
        person: Any = self._actor
        return dict(zip(asked, counts(person, *asked.values()), strict=True)) if asked else {}

    @property
    def theme(self) -> str:
        """«light», «dark», or empty for what the device prefers."""
        asked = self._request.COOKIES.get(THEME_COOKIE, "")
        return asked if asked in THEMES else ""

    @property
    def themes(self) -> list[ThemeChoice]:
        return [ThemeChoice(code, label, icon, code == self.theme) for code, (label, icon) in THEMES.items()]

    @cached_property
    def print_foot(self) -> PrintFoot | None:
        """Who prints this page, with a mark; seen on paper alone."""
        if self._actor is None:
            return None
        return next((foot(self._actor) for foot in print_foot), None)

    @cached_property
    def menu(self) -> list[Group]:
        """The menu in groups, in the order of their first items."""
        if self._actor is None:
            return []
        items = list(self._items)
        path = self._request.path
        inside = [item.root for item in items if path == item.root or (item.root != "/" and path.startswith(item.root))]
        nearest = max(inside, key=len, default="")
        titles = list(dict.fromkeys(item.group for item in items))
        items.sort(key=lambda item: titles.index(item.group))
        groups = []
        for title, found in groupby(items, key=lambda item: item.group):
            entries = [Entry(item, _current(item, nearest, path), self._counts.get(item.url, 0)) for item in found]
            here = any(entry.current for entry in entries)
            groups.append(Group(title, entries, open=here or len(items) <= LONG_MENU))
        return groups


def _current(item: MenuItem, nearest: str, path: str) -> str:
    if item.root != nearest:
        return ""
    return "page" if path == item.url.partition("?")[0] else "true"


def page(request: HttpRequest) -> dict[str, PageContext]:
    """The context processor."""
    return {"page": PageContext(request)}
