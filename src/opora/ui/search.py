"""A group of the search over everything, in two queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.urls import reverse

from opora.ui.points import Hit, SearchGroup
from opora.ui.words import FEW

M = TypeVar("M", bound=Model)


def group_of(
    title: str, rows: QuerySet[M], hit: Callable[[M], Hit], *, limit: int, page: str, text: str
) -> SearchGroup:
    """The first `limit` of what was found and how many there are; `page` names the list that shows them all."""
    total = rows.order_by()[: FEW + 1].count()
    return SearchGroup(title, [hit(row) for row in rows[:limit]], total, reverse(page, query={"q": text}))
