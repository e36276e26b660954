"""An empty database with all migrations applied, made once a run by `migrate` itself and copied wherever one is needed.

Starting `migrate` takes seconds, copying a moment. Processes of one run share the copy through a folder that
the first of them names in the environment; the file for SQLite is kept beside pytest's cache for the next run, while
migrations, shipped data and dependencies stay as they are.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[1]
FOLDER = "OPORA_TESTS_MIGRATED"
TEMPLATE = "opora_migrated"


def share() -> None:
    """Name the folder, before the other processes of the run are started."""
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="opora-migrated-")
        atexit.register(shutil.rmtree, os.environ[FOLDER], ignore_errors=True)


def sqlite() -> Path:
    """The file; whoever comes first makes it."""
    return _made("sqlite", "") / "opora.sqlite3"


def put_into(folder: Path) -> Path:
    """The embedded database of that data folder is there and migrated; the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(sqlite(), folder / "opora.sqlite3")
    return folder


def postgresql(server: str) -> str:
    """The name of a database on that server, from which others are made by `CREATE DATABASE … TEMPLATE`."""
    _made("postgresql", server)
    return TEMPLATE


def create(server: str, name: str) -> str:
    """A migrated database of that name on the server; its address."""
    template = postgresql(server)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return address(server, name)


def address(server: str, name: str) -> str:
    """Of a database beside the one that the address names."""
    base, _, query = server.partition("?")
    return f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


def _made(engine: str, server: str) -> Path:
    folder = Path(os.environ[FOLDER]) / engine
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            if server:
                _migrate(folder, server)
            else:
                _take_kept(folder)
            (folder / "done").touch()
    return folder


def _take_kept(folder: Path) -> None:
    kept = ROOT / ".pytest_cache" / "migrated" / f"{_digest()}.sqlite3"
    if not kept.exists():
        _migrate(folder, "")
        shutil.rmtree(kept.parent, ignore_errors=True)
        kept.parent.mkdir(parents=True)
        shutil.copyfile(folder / "opora.sqlite3", kept.with_suffix(f".{os.getpid()}"))
        kept.with_suffix(f".{os.getpid()}").replace(kept)
    shutil.copyfile(kept, folder / "opora.sqlite3")


def _digest() -> str:
    """Of what a migrated database is made from."""
    source = ROOT / "src" / "opora"
    made_from = [*source.glob("*/migrations/*.py"), *source.rglob("*.yaml"), ROOT / "requirements.lock"]
    digest = hashlib.sha256()
    for one in sorted(made_from):
        digest.update(f"{one.relative_to(ROOT)}\n".encode() + one.read_bytes())
    return digest.hexdigest()


def _migrate(folder: Path, server: str) -> None:
    if server:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
    django(folder, address(server, TEMPLATE) if server else "", "-m", "django", "migrate", "--no-input", "-v", "0")
    if not server:
        with closing(sqlite3.connect(folder / "opora.sqlite3")) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")  # one file holds all of it; whoever opens it says how


def django(folder: Path, database: str, *arguments: str) -> None:
    """A process with the settings of a server, for the embedded database of the folder or the one of that address."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OPORA_", "DATABASE_", "DJANGO_"))}
    environment = {**kept, "OPORA_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "opora.site.settings"}
    environment["PYTHONPATH"] = str(ROOT / "src")
    if database:
        environment["DATABASE_URL"] = database
    command = [sys.executable, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
