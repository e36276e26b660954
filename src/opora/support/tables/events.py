"""The journal of a case as a table: of lines that one query has read, so it is found, filtered and paged here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

from opora.core.text import fold, words
from opora.support.forms.events import EventFilter
from opora.support.models import Case
from opora.support.queries.events import KIND_OF, KINDS
from opora.support.queries.lines import Line
from opora.ui.requests import actor
from opora.ui.tables import Column, Table


def _said(one: Line) -> str:
    return f"{one.title}: {one.text}" if one.text else one.title


def _found(lines: list[Line], text: str) -> list[Line]:
    """Those in which every word of `text` stands."""
    asked = words(text)
    return [one for one in lines if all(word in fold(f"{one.who} {_said(one)} {one.detail}") for word in asked)]


class EventTable(Table[Any]):
    name = "events"
    title = "События дела"
    columns = (
        Column("at", "Когда", lambda one: one.moment, sort=("at",)),
        Column("what", "Что", _said, link=lambda one: one.url),
        Column("detail", "Подробнее", lambda one: one.detail, clamp=True),
        Column("kind", "Раздел", lambda one: KINDS[KIND_OF[one.code]]),
        Column("who", "Кто", lambda one: one.who),
    )
    default_sort = "-at"
    filters = EventFilter
    search = staticmethod(lambda rows, text: rows)

    def __init__(self, request: HttpRequest, lines: list[Line]) -> None:
        super().__init__(request, Case.objects.none())
        self.lines = lines  # the latest first

    @cached_property
    def form(self) -> EventFilter:
        form = EventFilter(self.request.GET, user=actor(self.request))
        form.among(self.lines)
        return form

    @cached_property
    def shown(self) -> list[Line]:
        return self.form.kept(_found(self.lines, self.query), self.form.chosen)

    @cached_property
    def _counted(self) -> int:
        return len(self.shown)

    @cached_property
    def page(self) -> Page[Any]:
        lines = self.shown if self.sort.startswith("-") else self.shown[::-1]
        return Paginator(lines, self.size).get_page(self._asked("page"))

    def copies(self) -> Iterator[tuple[str, str]]:
        yield from ()

    def export(self) -> HttpResponse | None:
        return None
