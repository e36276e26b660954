"""What a database keeps by itself: installed after migrations, together with what it would have kept.

A table that SQLite rebuilds loses its triggers, and one that a trigger names cannot be renamed there: so they are taken
away before migrations and put back behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate, pre_migrate


@dataclass(frozen=True)
class Triggers:
    """The triggers of one app in both dialects, by their names.

    `sqlite` holds what follows the name; `functions` the bodies of PostgreSQL's functions; `postgresql` the table, what
    follows the name, and the function. `rebuild` works out what they keep, in the database of the given alias.
    """

    tables: frozenset[str]
    sqlite: Mapping[str, str]
    functions: Mapping[str, str]
    postgresql: Mapping[str, tuple[str, str, str]]
    rebuild: Callable[[str], object]

    def missing(self, connection: BaseDatabaseWrapper) -> list[str]:
        """The triggers that are not there, by name."""
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
                there = dict(cursor.fetchall())
                return [
                    name for name, text in self.sqlite.items() if there.get(name) != f"CREATE TRIGGER {name} {text}"
                ]
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
            names = {name for (name,) in cursor.fetchall()}
            return [name for name in self.postgresql if name not in names]

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Put in place what is missing, and work out what it would have kept, before anybody writes again."""
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            for name, body in self.functions.items() if connection.vendor == "postgresql" else ():
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
                )
            absent = self.missing(connection)
            for name in absent:
                if connection.vendor == "sqlite":
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                    cursor.execute(f"CREATE TRIGGER {name} {self.sqlite[name]}")
                else:
                    _, event, function = self.postgresql[name]
                    cursor.execute(f"CREATE TRIGGER {name} {event} EXECUTE FUNCTION {function}()")
            if absent:
                self.rebuild(connection.alias)

    def remove(self, connection: BaseDatabaseWrapper) -> None:
        with connection.cursor() as cursor:
            for name in self.sqlite if connection.vendor == "sqlite" else ():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            for name, (table, _, _) in self.postgresql.items() if connection.vendor == "postgresql" else ():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")

    def keep(self, app: AppConfig) -> None:
        """Called from `AppConfig.ready` of the app whose migrations make the tables."""
        pre_migrate.connect(self._before, sender=app)
        post_migrate.connect(self._after, sender=app)

    def _before(self, using: str, plan: list[Any], **kwargs: Any) -> None:
        if plan and connections[using].vendor == "sqlite":
            self.remove(connections[using])

    def _after(self, using: str, **kwargs: Any) -> None:
        if self.tables <= set(connections[using].introspection.table_names()):
            self.install(connections[using])
