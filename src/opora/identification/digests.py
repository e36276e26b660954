"""SHA-256 of files and of what tables hold: what a run was made of, and what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from opora.identification.errors import Unfit

if TYPE_CHECKING:
    import pyarrow as pa

_PIECE: Final = 1 << 18


def of_file(path: Path) -> str:
    """SHA-256 of a file, "" for an address that only a cluster can open."""
    if not path.exists():
        if "://" in str(path) or ":/" in str(path):
            return ""
        raise Unfit("файла нет.", "Проверьте имя и папку.", where=str(path))
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def of_files(paths: Sequence[Path]) -> str:
    """SHA-256 of a file; of several, of theirs in order."""
    found = [of_file(path) for path in paths]
    return found[0] if len(found) == 1 else hashlib.sha256(" ".join(found).encode()).hexdigest()


def digest(table: pa.Table) -> str:
    """SHA-256 of what a table holds, in its order."""
    import pyarrow as pa

    from opora.identification import arrays

    total = hashlib.sha256(repr(table.column_names).encode())
    for column in table.columns:
        if pa.types.is_string(column.type):
            array = arrays.whole(column)
            gaps = array.null_count > 0
            total.update(bytes(one is None for one in array.to_pylist()) if gaps else bytes(len(array)))
            for piece in _joined(array):
                total.update(piece)
        else:
            found, empty = arrays.values(column)
            total.update(empty.tobytes())
            total.update(found.tobytes())
    return total.hexdigest()


def _joined(array: pa.Array) -> Iterator[Any]:
    """The bytes of the texts with a zero byte between each two, in pieces; empty values are empty texts."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from opora.identification import arrays

    zero = arrays.texts(["\0"])
    for start in range(0, len(array), _PIECE):
        piece = array.slice(start, _PIECE)
        if start:
            yield b"\0"
        if piece.null_count:
            yield "\0".join(one or "" for one in piece.to_pylist()).encode()
            continue
        ends = pa.Array.from_buffers(pa.int32(), 2, [None, pa.py_buffer(np.array([0, len(piece)], np.int32))])
        text = pc.binary_join(pa.ListArray.from_arrays(ends, piece), zero)
        yield text.buffers()[2] or b""
