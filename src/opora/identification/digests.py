"""SHA-256 of files and of what tables hold: what a run was made of, and what came of it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from opora.identification.errors import Unfit

if TYPE_CHECKING:
    import pyarrow as pa


def of_file(path: Path) -> str:
    """SHA-256 of a file, "" for an address that only a cluster can open."""
    if not path.exists():
        if "://" in str(path) or ":/" in str(path):
            return ""
        raise Unfit("файла нет.", "Проверьте имя и папку.", where=str(path))
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest(table: pa.Table) -> str:
    """SHA-256 of what a table holds, in its order."""
    import pyarrow as pa

    from opora.identification import arrays

    total = hashlib.sha256(repr(table.column_names).encode())
    for column in table.columns:
        if pa.types.is_string(column.type):
            said = column.to_pylist()
            total.update(bytes(one is None for one in said))
            total.update("\0".join(one or "" for one in said).encode())
        else:
            found, empty = arrays.values(column)
            total.update(empty.tobytes())
            total.update(found.tobytes())
    return total.hexdigest()
