"""Whatever ends a process in the middle of its work: nothing is lost, nothing doubled, the journal is whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests import migrated
from tests.site.faults.people import DEEDS

pytestmark = pytest.mark.engine
ROUNDS = 1  # `benchmarks/faults.py` does as many as wanted


def database(folder: Path) -> str:
    """An empty database of its own: in the folder, or on the server of the suite at the address."""
    if connection.vendor == "postgresql":
        return migrated.create(os.environ["DATABASE_URL"], f"faults_{uuid.uuid4().hex[:12]}")
    migrated.put_into(folder)
    return ""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The folder and the database of this module, which it makes ready once."""
    folder = tmp_path_factory.mktemp("faults")
    return [str(folder), "--database", database(folder)]


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
    assert min(said.get(deed, 0) for deed in DEEDS) > 0
