"""RESULTS as they are made, row by row: batches of columns in memory, or in a parquet on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from opora.identification.columns import RESULTS, arrow_schema

BATCH: Final = 50_000
NAMES: Final = tuple(one.name for one in RESULTS)
PUPIL: Final = ("pupil_id", "mark", "passed", "score", "max_score", "journal_mark")
COUNTS: Final = ("participants", "marks_2", "marks_3", "marks_4", "marks_5", "failed", "absent")
_KEY: Final = NAMES[:5]


class Output:
    """Takes rows as tuples in the order of RESULTS (the key, then those of a pupil, then counts)."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.schema = arrow_schema(RESULTS)
        self._rows: list[tuple[Any, ...]] = []
        self._batches: list[pa.RecordBatch] = []
        self._writer: pq.ParquetWriter | None = None

    def add(self, row: tuple[Any, ...]) -> None:
        self._rows.append(row)
        if len(self._rows) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        columns = list(zip(*self._rows, strict=True)) or [()] * len(NAMES)
        arrays = [pa.array(values, one.type) for values, one in zip(columns, self.schema, strict=True)]
        batch = pa.RecordBatch.from_arrays(arrays, schema=self.schema)
        self._rows.clear()
        if self.path is None:
            self._batches.append(batch)
            return
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, self.schema, compression="zstd")
        self._writer.write_batch(batch)

    def close(self) -> pa.Table | None:
        """The table, where it is kept in memory."""
        self._flush()
        if self._writer is not None:
            self._writer.close()
        return pa.Table.from_batches(self._batches, self.schema) if self.path is None else None
