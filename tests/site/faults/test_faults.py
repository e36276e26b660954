"""Whatever ends a process in the middle of its work: nothing is lost, nothing doubled, the journal is whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from typing import Any

import psycopg
import pytest
from django.db import connection

ROUNDS = 1  # `benchmarks/faults.py` does as many as wanted


def database() -> str:
    """An empty database of its own on the server of the suite; nothing for SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    if connection.vendor != "postgresql":
        return ""
    name = f"faults_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    head, _, query = url.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The folder and the database of this module, which it makes ready once."""
    return [str(tmp_path_factory.mktemp("faults")), "--database", database()]


def run(module: str, place: list[str]) -> dict[str, Any]:
    """What the rounds counted; they may have found nothing."""
    command = [sys.executable, "-m", f"tests.site.faults.{module}", *place, "--rounds", str(ROUNDS)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert done.stdout, done.stderr[-3000:]
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert said.pop("findings") == []
    assert done.returncode == 0
    return said


def test_nothing_is_lost_and_nothing_doubled(place: list[str]) -> None:
    assert run("arena", place)["killed"] > 0


def test_the_served_site_loses_and_doubles_nothing(place: list[str]) -> None:
    said = run("served", place)
    assert said["requests cut"] > 0
    assert said["begun again: bulk"] > 0
    assert min(said[deed] for deed in ("reported", "accepted", "exported", "imported", "sendings", "uploaded")) > 0
