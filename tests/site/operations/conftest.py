"""A second database, to restore into."""

from __future__ import annotations

import os
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from tests import migrated


@pytest.fixture
def server() -> Iterator[str]:
    """An empty database of the PostgreSQL server of the suite."""
    yield from _database("template1")


@pytest.fixture
def migrated_server() -> Iterator[str]:
    """One without rows, where restoring from nothing is not what is looked at."""
    yield from _database(migrated.TEMPLATE)


def _database(template: str) -> Iterator[str]:
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.skip("only where the suite runs on PostgreSQL: OPORA_TEST_DATABASE=postgresql")
    migrated.postgresql(url)
    name = f"restored_{uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield migrated.address(url, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
