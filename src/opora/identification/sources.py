"""Parquet files in our own columns as relations of DuckDB, whatever the types in which people wrote them.

Every source is told twice: plainly for counting, and traced (with file and row) for naming rows that were set aside.
A value that cannot be read as its column's kind becomes an impossible one (−1), so that the checks find its row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from opora.identification.columns import PROCEDURE_KEY, Column
from opora.identification.errors import Unfit

_INTEGERS: Final = frozenset("TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT".split())
_YES: Final = ("true", "t", "1", "1.0", "да", "истина", "yes", "+")
_NO: Final = ("false", "f", "0", "0.0", "нет", "ложь", "no", "-")
_TYPES: Final = {"text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "flag": "BOOLEAN"}


@dataclass(frozen=True)
class Source:
    """What stands after FROM, the same with `_file` and `_row`, and the name and type of each column by folded name."""

    plain: str
    traced: str
    columns: dict[str, tuple[str, str]]

    def typed(self, name: str) -> tuple[str, str] | None:
        """The column's quoted name and DuckDB type."""
        if name not in self.columns:
            return None
        raw, kind = self.columns[name]
        return '"' + raw.replace('"', '""') + '"', kind

    def native(self, columns: Sequence[Column]) -> bool:
        """Whether each of the columns is there in a type of its kind, so that any engine reads it alike."""
        fits = {
            "text": {"VARCHAR"},
            "flag": {"BOOLEAN"},
            "integer": _INTEGERS,
            "number": {"DOUBLE", "FLOAT", *_INTEGERS},
        }
        found = [(self.typed(one.name), one.kind) for one in columns if one.name in self.columns]
        return all(typed is not None and typed[1] in fits[kind] for typed, kind in found)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def open_sources(connection: Any, paths: Sequence[Path]) -> list[Source]:
    """Every parquet file opened, those of one shape together. Raises `Unfit` for what cannot be read."""
    alike: dict[tuple[tuple[str, str, str], ...], list[Path]] = {}
    for path in paths:
        shape = _described(connection, path)
        if lacking := [one.name for one in PROCEDURE_KEY if one.name not in {key for key, *_ in shape}]:
            raise Unfit(f"нет столбцов {', '.join(lacking)}.", "Назовите столбцы, как в описании.", where=str(path))
        alike.setdefault(shape, []).append(path)
    sources = []
    for shape, files in alike.items():
        names = "[" + ", ".join(quoted(str(path)) for path in files) + "]"
        traced = (
            "(SELECT *, filename AS _file, file_row_number + 1 AS _row"
            f" FROM read_parquet({names}, filename=true, file_row_number=true))"  # names are quoted
        )
        sources.append(Source(f"read_parquet({names})", traced, {key: (raw, kind) for key, raw, kind in shape}))
    return sources


def _described(connection: Any, path: Path) -> tuple[tuple[str, str, str], ...]:
    import duckdb

    if not path.exists():
        raise Unfit("файла нет.", "Проверьте имя и папку.", where=str(path))
    try:
        rows = connection.execute(f"DESCRIBE FROM read_parquet({quoted(str(path))})").fetchall()
    except duckdb.Error as error:
        raise Unfit("файл не прочитан: он повреждён или не parquet.", where=str(path)) from error
    return tuple((str(row[0]).strip().lower(), str(row[0]), str(row[1])) for row in rows)


def canonical(source: Source, columns: Sequence[Column], *, traced: bool = False) -> str:
    """A SELECT of these columns in their kinds, of NULL where the source lacks one; raw texts too where traced."""
    items = [f"{_read(source, one)} AS {one.name}" for one in columns]
    if any(one.name == "passed" for one in columns):
        items.append(f"{_misread(source)} AS misread")
    if traced:
        raw = [(one.name, found[0]) for one in columns if (found := source.typed(one.name))]
        items += ["_file", "_row", *(f"CAST({column} AS VARCHAR) AS _raw_{name}" for name, column in raw)]
        items += [f"CAST(NULL AS VARCHAR) AS _raw_{one.name}" for one in columns if not source.typed(one.name)]
    return f"SELECT {', '.join(items)} FROM {source.traced if traced else source.plain}"


def _text(name: str) -> str:
    return f"nullif(trim(CAST({name} AS VARCHAR)), '')"


def _read(source: Source, column: Column) -> str:
    found = source.typed(column.name)
    if found is None:
        return f"CAST(NULL AS {_TYPES[column.kind]})"
    name, kind = found
    text = _text(name)
    if column.kind == "text":
        return name if kind == "VARCHAR" else text
    if column.kind == "flag":
        said = f"CASE WHEN lower({text}) IN {_YES} THEN true WHEN lower({text}) IN {_NO} THEN false END"
        return name if kind == "BOOLEAN" else said
    if kind in _INTEGERS:
        return name
    number = f"TRY_CAST(replace({text}, ',', '.') AS DOUBLE)" if kind == "VARCHAR" else f"CAST({name} AS DOUBLE)"
    empty = f"{text} IS NULL OR lower({text}) = 'nan'"
    if column.kind == "integer":
        whole = f"CASE WHEN {number} = floor({number}) THEN TRY_CAST({number} AS BIGINT) END"
        return f"CASE WHEN {empty} THEN NULL ELSE coalesce({whole}, -1) END"
    return f"CASE WHEN {empty} THEN NULL ELSE coalesce({number}, -1) END"


def _misread(source: Source) -> str:
    found = source.typed("passed")
    if found is None or found[1] == "BOOLEAN":
        return "false"
    return f"coalesce(lower({_text(found[0])}) NOT IN {(*_YES, *_NO, 'nan')}, false)"
