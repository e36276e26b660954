"""A second database, to restore into."""

from __future__ import annotations

import os
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest


@pytest.fixture
def server() -> Iterator[str]:
    """An empty database of the PostgreSQL server of the suite."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.skip("only where the suite runs on PostgreSQL: OPORA_TEST_DATABASE=postgresql")
    name = f"restored_{uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield url.replace("/postgres?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
