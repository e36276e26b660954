"""Arrays by buffers beside the conversions of pyarrow itself, and digests beside plain Python."""

from __future__ import annotations

import hashlib
import struct
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.identification import arrays, digests
from opora.identification.digests import digest

whole = st.integers(-(2**40), 2**40)
columns = st.one_of(
    st.tuples(st.just(pa.int64()), st.lists(st.none() | whole)),
    st.tuples(st.just(pa.int8()), st.lists(st.none() | st.integers(-128, 127))),
    st.tuples(st.just(pa.float64()), st.lists(st.none() | st.floats(allow_nan=False))),
    st.tuples(st.just(pa.bool_()), st.lists(st.none() | st.booleans())),
)


@given(columns, st.integers(0, 9), st.integers(0, 3))
def test_values_are_those_of_the_column(column: tuple[Any, list[Any]], start: int, pieces: int) -> None:
    kind, said = column
    made = pa.chunked_array([pa.array(said, kind).slice(start)] * pieces, kind)
    found, empty = arrays.values(made)
    assert empty.tolist() == [one is None for one in made.to_pylist()]
    assert found.tolist() == [one or 0 for one in made.to_pylist()]


@given(st.lists(st.none() | whole.map(float)))
def test_a_column_is_what_pyarrow_makes(said: list[float | None]) -> None:
    numbers = np.array([np.nan if one is None else one for one in said], np.float64)
    for kind in (pa.float64(), pa.int64()):
        made = arrays.column(numbers, kind)
        made.validate(full=True)
        assert made.equals(pa.array(numbers, kind, from_pandas=True))
    small = np.array([one for one in said if one is not None]).astype(np.int64)[::2]
    assert arrays.column(small, pa.int64()).equals(pa.array(small))
    assert arrays.flags(small > 0).equals(pa.array(small > 0))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_texts_are_what_pyarrow_makes(said: list[str]) -> None:
    made = arrays.texts(said)
    made.validate(full=True)
    assert made.equals(pa.array(said, pa.string()))


def test_a_part_or_an_empty_value_is_no_whole_number() -> None:
    with pytest.raises(ValueError, match="a part"):
        arrays.column(np.array([1.5]), pa.int64())
    with pytest.raises(ValueError, match="empty"):
        arrays.integers(pa.array([1, None]))
    assert arrays.integers(pa.array([7, 8]).cast(pa.decimal128(38, 0))).tolist() == [7, 8]


def test_a_digest_is_that_of_names_gaps_and_values() -> None:
    table = pa.table({"a": ["б", None], "n": [None, 3], "x": [0.5, None], "f": [True, None]})
    told = repr(["a", "n", "x", "f"]).encode()
    told += bytes([0, 1]) + "б\0".encode()
    told += bytes([1, 0]) + struct.pack("<qq", 0, 3)
    told += bytes([0, 1]) + struct.pack("<dd", 0.5, 0)
    told += bytes([0, 1]) + bytes([1, 0])
    assert digest(table) == hashlib.sha256(told).hexdigest()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))), st.integers(0, 3), st.integers(1, 4))
def test_texts_are_digested_as_they_join(said: list[str], start: int, piece: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digests, "_PIECE", piece)
        table = pa.table({"a": pa.array(said, pa.string()).slice(start)})
        left = said[start:]
        told = repr(["a"]).encode() + bytes(len(left)) + "\0".join(left).encode()
        assert digest(table) == hashlib.sha256(told).hexdigest()
