"""Files of results: parquet beside the database, never rows in it; sealed in the age format where a key is given.

They lie in the store of files (`default_storage`), so that backups take them along and the doctor misses them.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyrage
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.fields.files import FieldFile

from opora.core.errors import Problem
from opora.core.files import on_disk

SEALED = ".age"
_BLOCK = 1 << 20


def identity() -> Any:
    """The secret key of the settings; None where results are kept as they are."""
    key = settings.OPORA_RESULTS_KEY.strip()
    if not key:
        return None
    try:
        return pyrage.x25519.Identity.from_str(key)
    except pyrage.IdentityError:
        raise Problem(
            "Ключ результатов (OPORA_RESULTS_KEY) не читается: он начинается с «AGE-SECRET-KEY-1». "
            "Сделайте его: opora backup --new-key."
        ) from None


def put(field: FieldFile, name: str, write: Callable[[Path], object]) -> str:
    """Let `write` fill a file and keep it under `name`; SHA-256 of the bytes kept. The row is saved by the caller."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plain"
        write(path)
        with path.open("rb") as stream:
            return keep(field, name, stream)


def keep(field: FieldFile, name: str, stream: IO[bytes] | File[bytes]) -> str:
    """Keep the content of `stream` under `name`, sealed where there is a key; SHA-256 of the bytes kept."""
    key = identity()
    with tempfile.TemporaryFile() as passing:
        if key is None:
            shutil.copyfileobj(stream, passing, _BLOCK)
        else:
            pyrage.encrypt_io(stream, passing, [key.to_public()])
            name += SEALED
        passing.seek(0)
        digest = hashlib.file_digest(passing, "sha256").hexdigest()
        passing.seek(0)
        field.save(name, File(passing), save=False)
    return digest


def digest_of(field: FieldFile) -> str:
    """SHA-256 of the bytes kept."""
    with field.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def opened(field: FieldFile, name: str = "") -> Iterator[Path]:
    """The path of the plain content; of a passing copy (called `name`) where it is sealed or must be so called."""
    with on_disk(field) as path:
        sealed = str(field.name).endswith(SEALED)
        if not sealed and not name:
            yield path
            return
        with tempfile.TemporaryDirectory() as folder:
            plain = Path(folder) / (name or "plain.parquet")
            if sealed:
                unseal(path, plain)
            else:
                shutil.copyfile(path, plain)
            yield plain


def unseal(path: Path, plain: Path) -> None:
    key = identity()
    if key is None:
        raise Problem("Результаты зашифрованы: укажите их ключ в OPORA_RESULTS_KEY и запустите Опору снова.")
    try:
        pyrage.decrypt_file(str(path), str(plain), [key])
    except pyrage.DecryptError:
        raise Problem("Результаты не открываются этим ключом (OPORA_RESULTS_KEY), или файл повреждён.") from None


def forget(name: str) -> None:
    """Delete the file of that name once the change that forgets it is committed."""
    transaction.on_commit(lambda: default_storage.delete(name))


def remove(*fields: FieldFile) -> None:
    """The same for files of rows."""
    for field in fields:
        if field:
            forget(str(field.name))
