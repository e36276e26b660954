"""Rows of several tables in one query: a page that shows a little of many things asks the database once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Cast

_PLAIN = (models.DateTimeField, models.DateField, models.JSONField)


def read_together(*querysets: QuerySet[Any]) -> list[list[Any]]:
    """The rows of each queryset in the order of their keys. For tables whose equal names mean equal types."""
    tables = [queryset.model._meta.concrete_fields for queryset in querysets]
    kinds = {field.attname: _kind(field) for fields in tables for field in fields}
    parts = [_columns(place, queryset, tables[place], kinds) for place, queryset in enumerate(querysets)]
    found: list[list[Any]] = [[] for _ in querysets]
    for place, *values in parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]:
        row = dict(zip(kinds, values, strict=True))
        one = querysets[place].model(**{field.attname: row[field.attname] for field in tables[place]})
        one._state.adding = False
        found[place].append(one)
    return [sorted(rows, key=lambda one: one.pk) for rows in found]


def _kind(field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    """What a column of the whole is: a kind that all databases compare with itself."""
    for kind in _PLAIN:
        if isinstance(field, kind):
            return kind()
    if isinstance(field, (models.ForeignKey, models.IntegerField)):
        return models.BigIntegerField()
    return models.TextField()


def _columns(
    place: int,
    queryset: QuerySet[Any],
    fields: Sequence[models.Field[Any, Any]],
    kinds: dict[str, models.Field[Any, Any]],
) -> QuerySet[Any]:
    own = {field.attname for field in fields}
    columns: dict[str, Any] = {"of_table": Value(place)}
    for name, kind in kinds.items():
        columns[f"column_{name}"] = Cast(F(name) if name in own else Value(None), kind)
    found: QuerySet[Any] = queryset.order_by().annotate(**columns).values_list(*columns)
    return found
