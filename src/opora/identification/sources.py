"""Files in our own columns as relations of DuckDB: parquet, csv (`,` `;` tab, decimal comma, UTF-8 or CP1251), xlsx.

Every source is told twice: plainly for counting, and traced (with file and row) for naming the rows that were set aside.
A value that cannot be read as its column's kind becomes an impossible one (−1), so that the checks find its row.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from opora.identification.columns import Column
from opora.identification.errors import Unfit

_INTEGERS: Final = frozenset("TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT".split())
_YES: Final = ("true", "t", "1", "1.0", "да", "истина", "yes", "+")
_NO: Final = ("false", "f", "0", "0.0", "нет", "ложь", "no", "-")
_PEEK: Final = 1 << 20


@dataclass(frozen=True)
class Source:
    """What stands after FROM, the same with `_file` and `_row`, and the type of each column by its folded name."""

    plain: str
    traced: str
    columns: dict[str, tuple[str, str]]

    def typed(self, name: str) -> tuple[str, str] | None:
        """The column's quoted name and DuckDB type."""
        if name not in self.columns:
            return None
        raw, kind = self.columns[name]
        return '"' + raw.replace('"', '""') + '"', kind


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def open_sources(connection: Any, paths: Sequence[Path]) -> list[Source]:
    """Every file opened; parquet files of one shape together. Raises `Unfit` for what cannot be read."""
    sources: list[Source] = []
    parquet: dict[tuple[tuple[str, str, str], ...], list[Path]] = {}
    for number, path in enumerate(paths):
        ending = path.suffix.lower()
        if not path.exists():
            raise Unfit("файла нет.", "Проверьте имя и папку.", where=str(path))
        if ending == ".parquet":
            shape = _described(connection, f"read_parquet({quoted(str(path))})", path)
            parquet.setdefault(tuple((key, *value) for key, value in shape.items()), []).append(path)
        elif ending in (".csv", ".tsv", ".txt"):
            sources.append(_text(connection, path, f"text_{number}"))
        elif ending in (".xlsx", ".xls"):
            sources.append(_sheet(connection, path, f"sheet_{number}"))
        else:
            raise Unfit("вид файла не читается.", "Нужен parquet, csv или xlsx.", where=str(path))
    for shape_key, alike in parquet.items():
        names = "[" + ", ".join(quoted(str(path)) for path in alike) + "]"
        traced = (
            f"(SELECT *, filename AS _file, file_row_number + 1 AS _row"
            f" FROM read_parquet({names}, filename=true, file_row_number=true))"
        )
        columns = {key: (raw, kind) for key, raw, kind in shape_key}
        sources.append(Source(f"read_parquet({names})", traced, columns))
    return sources


def _described(connection: Any, relation: str, path: Path) -> dict[str, tuple[str, str]]:
    import duckdb

    try:
        rows = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    except duckdb.Error as error:
        raise Unfit("файл не прочитан: он повреждён или не того вида.", where=str(path)) from error
    return {str(row[0]).strip().lower(): (str(row[0]), str(row[1])) for row in rows}


def _decoded(path: Path) -> tuple[Path | io.BytesIO, str]:
    """The file and its encoding: UTF-8 if all of it is, else CP1251."""
    import codecs

    for encoding in ("utf-8", "cp1251"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                while piece := file.read(_PEEK):
                    decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return path, encoding
    raise Unfit("кодировка не разобрана.", "Сохраните файл в UTF-8 или CP1251.", where=str(path))


def _text(connection: Any, path: Path, name: str) -> Source:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    _, encoding = _decoded(path)
    with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as file:
        head = file.readline()
    if not head.strip():
        raise Unfit("файл пуст.", where=str(path))
    delimiter = max(";\t,", key=head.count)
    header = [cell.strip() for cell in next(csv.reader([head], delimiter=delimiter))]
    broken: list[int] = []

    def kept(row: Any) -> str:
        broken.append(row.number)
        return "skip"

    try:
        table = arrow_csv.read_csv(
            path,
            read_options=arrow_csv.ReadOptions(
                column_names=header,
                skip_rows=1,
                encoding="utf8" if encoding == "utf-8" else "cp1251",
                use_threads=False,
            ),
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter, invalid_row_handler=kept),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
    except pa.ArrowInvalid as error:
        raise Unfit("таблица не прочитана.", "Проверьте разделитель и кавычки.", where=str(path)) from error
    return _registered(connection, table, path, name, first=2, skipped=broken)


def _sheet(connection: Any, path: Path, name: str) -> Source:
    import pyarrow as pa
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        raise Unfit("книга не прочитана: она повреждена или закрыта паролем.", where=str(path)) from error
    if not rows:
        raise Unfit("лист пуст.", where=str(path))
    header = [_cell(cell) or f"_{place}" for place, cell in enumerate(rows[0])]
    columns = [[_cell(row[place]) if place < len(row) else None for row in rows[1:]] for place in range(len(header))]
    table = pa.Table.from_arrays([pa.array(column, pa.string()) for column in columns], names=header)
    return _registered(connection, table, path, name, first=2, skipped=[])


def _cell(value: object) -> str | None:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    text = str(value).strip()
    return text or None


def _registered(connection: Any, table: Any, path: Path, name: str, *, first: int, skipped: list[int]) -> Source:
    import pyarrow as pa

    if len({column.strip().lower() for column in table.column_names}) < table.num_columns:
        raise Unfit("два столбца с одним названием.", "Переименуйте один из них.", where=str(path))
    gone, number, numbers = set(skipped), first, []
    for _ in range(table.num_rows):
        while number in gone:
            number += 1
        numbers.append(number)
        number += 1
    table = table.append_column("_row", pa.array(numbers, pa.int64()))
    connection.register(name, table)
    columns = {column.strip().lower(): (column, "VARCHAR") for column in table.column_names if column != "_row"}
    return Source(name, f"(SELECT *, {quoted(str(path))} AS _file FROM {name})", columns)


def canonical(source: Source, columns: Sequence[Column], *, traced: bool = False) -> str:
    """A SELECT of these columns in their kinds, of NULL where the source lacks one."""
    items = [f"{_read(source, column)} AS {column.name}" for column in columns if column.name != "misread"]
    if any(column.name == "misread" for column in columns):
        items.append(f"{_misread(source)} AS misread")
    if traced:
        items += ["_file", "_row"] + [
            f"CAST({found[0]} AS VARCHAR) AS _raw_{column.name}"
            for column in columns
            if (found := source.typed(column.name))
        ]
    return f"SELECT {', '.join(items)} FROM {source.traced if traced else source.plain}"


def _read(source: Source, column: Column) -> str:
    found = source.typed(column.name)
    if found is None:
        return f"CAST(NULL AS {_SQL[column.kind]})"
    name, kind = found
    text = f"nullif(trim(CAST({name} AS VARCHAR)), '')"
    if column.kind == "text":
        return name if kind == "VARCHAR" and not source.plain.startswith(("text_", "sheet_")) else text
    if column.kind == "flag":
        return (
            name
            if kind == "BOOLEAN"
            else f"CASE WHEN lower({text}) IN {_YES} THEN true WHEN lower({text}) IN {_NO} THEN false END"
        )
    if kind in _INTEGERS:
        return name
    number = f"TRY_CAST(replace({text}, ',', '.') AS DOUBLE)" if kind == "VARCHAR" else f"CAST({name} AS DOUBLE)"
    if column.kind == "integer":
        whole = f"CASE WHEN {number} = floor({number}) THEN CAST({number} AS BIGINT) ELSE -1 END"
        return f"CASE WHEN {text} IS NULL OR {text} = 'nan' THEN NULL ELSE {whole} END"
    return f"CASE WHEN {text} IS NULL OR {text} = 'nan' THEN NULL ELSE coalesce({number}, -1) END"


def _misread(source: Source) -> str:
    found = source.typed("passed")
    if found is None or found[1] == "BOOLEAN":
        return "false"
    text = f"lower(nullif(trim(CAST({found[0]} AS VARCHAR)), ''))"
    return f"coalesce({text} NOT IN {_YES + _NO}, false)"


_SQL: Final = {"text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "flag": "BOOLEAN"}
