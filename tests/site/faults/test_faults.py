"""Whatever ends a process in the middle of its work: nothing is lost, nothing doubled, the journal is whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import psycopg
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


def test_nothing_is_lost_and_nothing_doubled(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.site.faults.arena", str(tmp_path), "--rounds", str(ROUNDS)]
    done = subprocess.run([*command, "--database", database()], capture_output=True, text=True, timeout=900)
    assert done.stdout, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert said.pop("findings") == []
    assert done.returncode == 0
    assert said["killed"] > 0
