"""Finding rows by what people type."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from opora.core.text import words

M = TypeVar("M", bound=Model)


def by_words(found: QuerySet[M], text: str, *keys: str) -> QuerySet[M]:
    """The rows in which every word of `text` stands in one of the sort keys (`core.models.SortKeyField`).

    Word by word, as numbers are padded in a key: «Паспорт 6» as a whole stands in none.
    """
    for word in words(text):
        found = found.filter(reduce(or_, (Q(**{f"{key}__contains": word}) for key in keys)))
    return found
