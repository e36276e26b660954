"""A group of the search over everything, in one query."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db.models import Count, Model, QuerySet, Window
from django.urls import reverse

from opora.ui.points import Hit, SearchGroup

M = TypeVar("M", bound=Model)


def group_of(
    title: str, rows: QuerySet[M], hit: Callable[[M], Hit], *, limit: int, page: str, text: str
) -> SearchGroup:
    """The first `limit` of what was found and how many there are; `page` names the list that shows them all."""
    found = list(rows.annotate(found_in_all=Window(Count("*")))[:limit])
    total = int(getattr(found[0], "found_in_all", 0)) if found else 0
    return SearchGroup(title, [hit(row) for row in found], total, reverse(page, query={"q": text}))
