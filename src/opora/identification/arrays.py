"""Columns of Arrow as arrays of NumPy and back, by their buffers.

pyarrow's own conversions import pandas where it is installed: a tenth of the time of a run of the command.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

Array = np.ndarray[Any, Any]
#: Of pyarrow, in one piece or in many.
Column = Any

_LONGEST: Final = np.iinfo(np.int32).max


def whole(column: Column) -> pa.Array:
    """The column as one array."""
    import pyarrow as pa

    if not isinstance(column, pa.ChunkedArray):
        return column
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.nulls(0, column.type)


def values(column: Column) -> tuple[Array, Array]:
    """Numbers or flags, zero where they are empty, and which are empty."""
    import pyarrow as pa

    array = whole(column)
    size, start = len(array), array.offset
    mask, data = array.buffers()
    empty = ~_unpacked(mask, start, size) if array.null_count else np.zeros(size, bool)
    if pa.types.is_boolean(array.type):
        found = _unpacked(data, start, size)
    else:
        kind = np.dtype(str(array.type).replace("double", "float64"))
        found = np.frombuffer(data or b"", kind, size, start * kind.itemsize)
    if empty.any():
        found = np.where(empty, np.zeros(1, found.dtype), found)
    return found, empty


def integers(column: Column) -> Array:
    """Whole numbers, none of them empty, as engines give them: sums of DuckDB are decimals."""
    import pyarrow as pa

    found, empty = values(column if pa.types.is_integer(column.type) else column.cast(pa.int64()))
    if empty.any():
        raise ValueError("an empty value among whole numbers")
    return found.astype(np.int64, copy=False)


def column(said: Any, kind: pa.DataType) -> pa.Array:
    """An Arrow array; NaN becomes an empty value."""
    import pyarrow as pa

    if not isinstance(said, np.ndarray) or said.dtype.kind not in "iuf" or kind not in (pa.int64(), pa.float64()):
        return pa.array(said, kind, from_pandas=True)

    empty = np.isnan(said)
    if pa.types.is_integer(kind):
        said = np.where(empty, 0, said) if empty.any() else said
        made = np.ascontiguousarray(said, np.int64)
        if not np.array_equal(made, said):
            raise ValueError("a part among whole numbers")
    else:
        made = np.ascontiguousarray(said, np.float64)
    return pa.Array.from_buffers(kind, len(made), [_packed(~empty) if empty.any() else None, pa.py_buffer(made)])


def flags(said: Array) -> pa.Array:
    import pyarrow as pa

    return pa.Array.from_buffers(pa.bool_(), len(said), [None, _packed(said)])


def texts(said: Sequence[str]) -> pa.Array:
    """An Arrow array of texts, none of them empty values."""
    import pyarrow as pa

    encoded = [one.encode() for one in said]
    ends = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=ends[1:])
    if ends[-1] > _LONGEST:
        raise OverflowError("more text than a column holds")
    buffers = [None, pa.py_buffer(ends.astype(np.int32)), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(encoded), buffers)


def told(columns: Sequence[Array], say: Callable[..., str]) -> pa.Array:
    """A text for each row of whole numbers from zero: `say` is asked once for all rows that are alike."""
    import pyarrow as pa

    if not len(columns[0]):
        return texts([])
    sizes = [int(one.max()) + 1 for one in columns]
    code = np.zeros(len(columns[0]), np.int64)
    if math.prod(sizes) > np.iinfo(np.int64).max:
        raise OverflowError("too many kinds of rows")
    for one, size in zip(columns, sizes, strict=True):
        code = code * size + one
    encoded = column(code, pa.int64()).dictionary_encode()
    left, parts = integers(encoded.dictionary), []
    for size in reversed(sizes):
        left, part = np.divmod(left, size)
        parts.append(part.tolist())
    return texts([say(*one) for one in zip(*reversed(parts), strict=True)]).take(encoded.indices)


def joined(*parts: pa.Array, by: str = "") -> pa.Array:
    """The texts of each row, one after the other."""
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(*parts, _every(by, len(parts[0])))


def in_lists(said: pa.Array, sizes: Array, *, by: str) -> pa.Array:
    """The first so many texts as one, the next so many as the next."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ends = np.zeros(len(sizes) + 1, np.int32)
    np.cumsum(sizes, out=ends[1:])
    bounds = pa.Array.from_buffers(pa.int32(), len(ends), [None, pa.py_buffer(ends)])
    return pc.binary_join(pa.ListArray.from_arrays(bounds, said), _every(by, len(sizes)))


def taken(said: pa.Array, places: Array) -> pa.Array:
    import pyarrow as pa

    return said.take(column(places, pa.int64()))


def concatenated(*parts: pa.Array) -> pa.Array:
    import pyarrow as pa

    return pa.concat_arrays(parts)


def _every(text: str, rows: int) -> pa.Array:
    return taken(texts([text]), np.zeros(rows, np.int64))


def _packed(said: Array) -> pa.Buffer:
    import pyarrow as pa

    return pa.py_buffer(np.packbits(np.ascontiguousarray(said, bool), bitorder="little"))


def _unpacked(buffer: pa.Buffer | None, start: int, size: int) -> Array:
    bits = np.frombuffer(buffer or b"", np.uint8)
    found: Array = np.unpackbits(bits, count=start + size, bitorder="little")[start:].astype(bool)
    return found
