"""A backup: one consistent state of the database, the files and the end of the journal, checked after it is written."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from opora.core.actor import System
from opora.core.errors import Problem
from opora.core.models import new_public_id
from opora.core.text import plural
from opora.journal.actions import record
from opora.journal.models import Head
from opora.site.operations.archive import FORMAT, MANIFEST, Writer, members, passing_identity, recipient, written
from opora.site.operations.tables import columns, kept_models, label, rows_of


@dataclass(slots=True)
class Kept:
    """What a backup holds."""

    public_id: str
    rows: int
    files: int
    head: str  # «count:seal» of the journal

    def __str__(self) -> str:
        rows = f"{self.rows} {plural(self.rows, 'строка', 'строки', 'строк')}"
        return f"{rows} базы данных, {self.files} {plural(self.files, 'файл', 'файла', 'файлов')}"


def backup(path: Path, *, keys: Sequence[str] = (), out: TextIO) -> Kept:
    """Write the backup, read it again from its first byte to its last, journal it. Raises `Problem`.

    Others go on working: the database is read as it stood at the beginning. Files come before the tables, so that
    restoring can put them in place first.
    """
    if path.exists():
        raise Problem(f"Файл {path} уже есть. Укажите другое имя: копии не перезаписываются.")
    public_id = new_public_id()
    recipients = [recipient(key) for key in keys]
    identity = passing_identity() if keys else None
    if identity is not None:
        recipients.append(identity.to_public())
    with _one_state(), written(path, recipients) as writer:
        head = str(Head.objects.filter(pk=1).first() or Head())
        writer.add_json(MANIFEST, _manifest(public_id, head))
        out.write("Файлы…\n")
        files = _files(writer)
        rows = _tables(writer, out)
    kept = Kept(public_id, rows, files, head)
    _check(path, kept, identity)
    text = f"сделана резервная копия «{path.name}»: {kept}{', зашифрована' if keys else ''}"
    record("operations.backed_up", text, by=System(), on=kept, data={"head": kept.head, "rows": kept.rows})
    return kept


def _check(path: Path, kept: Kept, identity: Any) -> None:
    """Read the whole archive: every digest, and as many rows and files as were written."""
    rows = files = 0
    for name, stream in members(path, identity):
        if name.startswith("tables/"):
            rows += len(json.loads(stream.read()))
        elif name.startswith("files/"):
            files += 1
    if (rows, files) != (kept.rows, kept.files):
        raise Problem(f"Копия {path} не сходится: строк {rows} из {kept.rows}, файлов {files} из {kept.files}.")


def key_print(key: bytes) -> str:
    """By which a restored journal knows whether its key is the same; tells nothing of the key."""
    return hashlib.sha256(b"opora-journal-key:" + key).hexdigest()[:16]


@contextmanager
def _one_state() -> Iterator[None]:
    """Everything read inside sees the database as it stood at the beginning; nobody has to wait."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        return
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")  # Django's own would be IMMEDIATE and hold writers up
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _manifest(public_id: str, head: str) -> dict[str, Any]:
    applied: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        applied.setdefault(app, []).append(name)
    return {
        "format": FORMAT,
        "id": public_id,
        "opora": version("opora"),
        "made": timezone.now().astimezone(dt.UTC).isoformat(timespec="seconds"),
        "engine": connection.vendor,
        "migrations": applied,
        "head": head,
        "journal_key": key_print(settings.OPORA_JOURNAL_KEY),
    }


def _tables(writer: Writer, out: TextIO) -> int:
    total = 0
    for model in kept_models(apps):
        name, count = label(model), 0
        writer.add_json(f"columns/{name}.json", [field.column for field in columns(model)])
        for number, chunk in enumerate(rows_of(model, connection.alias)):
            writer.add_json(f"tables/{name}/{number:06d}.json", chunk)
            count += len(chunk)
        if count >= 100_000:
            out.write(f"{model._meta.verbose_name_plural}: {count}\n")
        total += count
    return total


def _files(writer: Writer) -> int:
    count = 0
    for name in stored_files():
        with default_storage.open(name, "rb") as file:
            writer.add_stream(f"files/{name}", file, default_storage.size(name))
        count += 1
    return count


def stored_files(folder: str = "") -> Iterator[str]:
    """The names of everything in the store of files."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield f"{folder}/{name}" if folder else name
    for name in sorted(folders):
        yield from stored_files(f"{folder}/{name}" if folder else name)
