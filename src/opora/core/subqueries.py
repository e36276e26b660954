"""Queries whose cost follows what is shown, not what there is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import BooleanField, F, Func, IntegerField, Model, QuerySet, Subquery, TextField, Value

M = TypeVar("M", bound=Model)


def late(shown: QuerySet[M], keys: QuerySet[M]) -> QuerySet[M]:
    """`shown` alone of those whose `keys` (ordered and cut) are named, in their order; one statement.

    The database orders and cuts bare rows, and joins names to the few that are left.
    """
    return shown.filter(Among(keys)).order_by(*keys.query.order_by)


class _Keys(Subquery):
    empty_result_set_value = NotImplemented  # an empty query makes the one around it empty


class Among(Func):
    """Whether a key is one that a short query gives.

    PostgreSQL asks that query first, as an array: as «IN» it would be joined last where a statement joins many tables.
    """

    template = "%(expressions)s"
    arg_joiner = " IN "
    output_field = BooleanField()

    def __init__(self, keys: QuerySet[Any]) -> None:
        super().__init__(F("pk"), _Keys(keys.values("pk")))

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="%(expressions)s)", arg_joiner=" = ANY(ARRAY", **context)


class Listed(Func):
    """Whether a key is one of a list, which is sent as one value: binding thousands costs more than finding them."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, keys: Iterable[int]) -> None:
        super().__init__(F("pk"), Value(list(keys)))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        key, keys = self.get_source_expressions()
        told = self.copy()
        told.set_source_expressions([key, Value(json.dumps(keys.value))])
        context |= {"template": "%(expressions)s))", "arg_joiner": " IN (SELECT value FROM json_each("}
        return told.as_sql(compiler, connection, **context)


class Counted(Subquery):
    """How many rows a query gives; cut the query, and the count is capped."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def counts(row: Model, *querysets: QuerySet[Any]) -> list[int]:
    """How many rows each gives, in one statement beside a row that is there; cut one, and its count is capped."""
    columns = [Counted(queryset.values("pk")) for queryset in querysets]
    found: tuple[int | None, ...] = row.__class__._base_manager.filter(pk=row.pk).values_list(*columns).get()
    return [count or 0 for count in found]


class Joined(Subquery):
    """The one column `said` of a query as one text, «; » between its rows."""

    template = "(SELECT STRING_AGG(said, '; ') FROM (%(subquery)s) joined)"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        context["template"] = self.template.replace("STRING_AGG", "GROUP_CONCAT")
        return self.as_sql(compiler, connection, **context)
