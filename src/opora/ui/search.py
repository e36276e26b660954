"""A group of the search over everything, in one query."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db.models import Count, Model, QuerySet, Window
from django.urls import reverse

from opora.core.subqueries import Among
from opora.ui.points import Hit, SearchGroup
from opora.ui.words import FEW

M = TypeVar("M", bound=Model)


def group_of(
    title: str, found: QuerySet[M], named: QuerySet[M], hit: Callable[[M], Hit], *, limit: int, page: str, text: str
) -> SearchGroup:
    """The first `limit` of the `found` as `named` has them, and how many there are; `page` names the list of them all.

    Of more than are counted those that the database comes upon are taken and put in order: nothing is read whole.
    """
    some = found.order_by()[: FEW + 1]
    rows = named.filter(Among(some)).annotate(in_all=Window(Count("*")))
    hits = list(rows[:limit])
    total = int(getattr(hits[0], "in_all", 0)) if hits else 0
    return SearchGroup(title, [hit(row) for row in hits], total, reverse(page, query={"q": text}))
