"""The list of schools of a run: each once, sorted by `school_id`, with whatever context columns it has."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opora.identification.errors import Unfit

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class SchoolList:
    table: pa.Table
    rejected: list[dict[str, Any]] = field(default_factory=list)
    digests: list[dict[str, str]] = field(default_factory=list)

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each school by its id."""
        return {one: place for place, one in enumerate(self.table.column("school_id").to_pylist())}

    def ibis_schema(self) -> Any:
        import ibis

        return ibis.schema(self.table.schema)


def school_list(said: Any) -> SchoolList:
    """Of paths (parquet, csv, xlsx) or a table. A school met again is told and not used twice."""
    import pyarrow as pa

    if isinstance(said, pa.Table):
        return _once([("", said)], [], [])
    paths: Sequence[Any] = [said] if isinstance(said, (str, os.PathLike)) else said
    parts, rejected, digests = [], [], []
    for path in map(Path, paths):
        if not path.exists():
            raise Unfit("файла нет.", "Проверьте имя и папку.", where=str(path))
        digests.append({"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()})
        if path.suffix.lower() == ".parquet":
            parts.append((path.name, _parquet(path)))
            continue
        from opora.identification.reading import read_schools

        reading = read_schools(path)
        rejected += [
            {"file": one.file, "sheet": one.sheet, "row": one.row, "column": one.column, "value": one.value,
             "reason": one.reason}
            for one in reading.rejected
        ]  # fmt: skip
        if reading.table is None or not reading.table.num_rows:
            reason = str(rejected[-1]["reason"]) if rejected else "список школ пуст."
            raise Unfit(reason, where=str(path))
        parts.append((path.name, reading.table))
    return _once(parts, rejected, digests)


def _parquet(path: Path) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(path).read()  # read_table would import pandas
    except (pa.ArrowInvalid, OSError) as error:
        raise Unfit("файл не прочитан: он повреждён или не parquet.", where=str(path)) from error
    return table.rename_columns([name.strip().lower() for name in table.column_names])


def _once(
    parts: list[tuple[str, pa.Table]], rejected: list[dict[str, Any]], digests: list[dict[str, str]]
) -> SchoolList:
    import pyarrow as pa

    for name, table in parts:
        if "school_id" not in table.column_names:
            raise Unfit("в списке школ нет столбца school_id.", "Назовите так столбец с кодом школы.", where=name)
    try:
        table = pa.concat_tables([_texts(one) for _, one in parts], promote_options="permissive")
    except pa.ArrowInvalid as error:
        raise Unfit("столбцы списков школ разного вида.", where=", ".join(name for name, _ in parts)) from error
    ids = table.column("school_id").to_pylist()
    names = [name for name, one in parts for _ in range(one.num_rows)]
    rows = [row for _, one in parts for row in range(1, one.num_rows + 1)]
    order: dict[str, int] = {}
    for place, one in enumerate(ids):
        if not one:
            rejected.append(_told(names[place], rows[place], one, "Не указан код школы."))
        elif one in order:
            first = rows[order[one]]
            rejected.append(
                _told(names[place], rows[place], one, f"Школа «{one}» уже есть в строке {first}: взята она.")
            )
        else:
            order[one] = place
    if not order:
        raise Unfit("список школ пуст.", where=", ".join(name for name, _ in parts))
    places = [order[one] for one in sorted(order)]
    if places != list(range(table.num_rows)):
        table = table.take(pa.array(places, pa.int64()))
    return SchoolList(table.combine_chunks(), rejected, digests)


def _texts(table: pa.Table) -> pa.Table:
    """Codes as texts, dictionaries as their values."""
    import pyarrow as pa

    for place, name in enumerate(table.column_names):
        column = table.column(name)
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if name in ("school_id", "municipality_id", "region_id") or pa.types.is_large_string(column.type):
            column = column.cast(pa.string())
        table = table.set_column(place, name, column)
    return table


def _told(file: str, row: int, value: object, reason: str) -> dict[str, Any]:
    return {"file": file, "sheet": None, "row": row, "column": "school_id", "value": value, "reason": reason}
