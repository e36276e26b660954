"""An empty database filled at once is the one that migrations make step by step."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests import migrated

STEPS = """
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(connection)
executor.migrate(executor.loader.graph.leaf_nodes())
call_command("migrate", verbosity=0)
"""
# Columns and constraints stand in another order: no statement of ours counts places.
POSTGRESQL = (
    "SELECT table_name, column_name, data_type, udt_name, character_maximum_length, is_nullable, column_default,"
    " collation_name, is_identity, identity_generation FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT indexdef, '' FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid <> 0"
    " AND connamespace = 'public'::regnamespace",
    "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT sequencename, data_type::text, start_value FROM pg_sequences WHERE schemaname = 'public'",
    "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "SELECT collname, collprovider FROM pg_collation WHERE collnamespace = 'public'::regnamespace",
)
APPLIED = "SELECT app, name FROM django_migrations"


def _all(ask: Callable[[str], list[Any]], tables: str) -> set[tuple[str, ...]]:
    """The migrations applied, and how many rows each table has."""
    counts = {(name, str(ask(f'SELECT count(*) FROM "{name}"')[0][0])) for (name,) in ask(tables)}  # noqa: S608
    return counts | {("applied", app, name) for app, name in ask(APPLIED)}


def _parts(statement: str) -> list[str]:
    """What a CREATE TABLE lists, sorted."""
    head, _, inside = statement.partition("(")
    parts, depth = [""], 0
    for mark in inside.rpartition(")")[0]:
        depth += (mark == "(") - (mark == ")")
        if mark == "," and not depth:
            parts.append("")
        else:
            parts[-1] += mark
    return [head, *sorted(part.strip() for part in parts)]


def _embedded(path: Path) -> set[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as connection:

        def ask(statement: str) -> list[Any]:
            return connection.execute(statement).fetchall()

        made = ask("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        held = _all(ask, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    return held | {(kind, name, *(_parts(sql) if kind == "table" else [sql])) for kind, name, sql in made}


def _server(url: str) -> set[tuple[str, ...]]:
    with psycopg.connect(url) as connection:

        def ask(statement: str) -> list[Any]:
            return connection.execute(statement.encode()).fetchall()

        held = _all(ask, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return held | {tuple(map(str, row)) for statement in POSTGRESQL for row in ask(statement)}


def _same(at_once: set[tuple[str, ...]], by_steps: set[tuple[str, ...]]) -> None:
    assert len(at_once) > 500
    assert at_once - by_steps == set()
    assert by_steps - at_once == set()


def test_the_embedded_database(tmp_path: Path) -> None:
    migrated.django(tmp_path, "", "-c", STEPS)
    _same(_embedded(migrated.sqlite()), _embedded(tmp_path / "opora.sqlite3"))


@pytest.mark.engine
def test_a_server(tmp_path: Path, server: str) -> None:
    migrated.django(tmp_path, server, "-c", STEPS)
    at_once = migrated.address(os.environ["DATABASE_URL"], migrated.postgresql(os.environ["DATABASE_URL"]))
    _same(_server(at_once), _server(server))
