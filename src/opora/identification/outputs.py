"""An outcome as parquet, csv, xlsx or json, chosen by the ending of the file's name; written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from opora.identification.errors import Unfit

if TYPE_CHECKING:
    import pyarrow as pa

ENDINGS: Final = (".parquet", ".csv", ".xlsx", ".json")
_SHEET_ROWS: Final = 1_048_575
#: A spreadsheet program takes a text beginning so for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def check(path: Path) -> None:
    """Raises `Unfit` where nothing could be written: told before anything is computed."""
    if path.suffix.lower() not in ENDINGS:
        raise Unfit("вид файла неизвестен.", f"Имя должно кончаться на {', '.join(ENDINGS)}.", where=str(path))
    if path.is_dir() or not path.parent.is_dir():
        raise Unfit("записать некуда: такой папки нет.", "Создайте папку или укажите другую.", where=str(path))


def write(table: pa.Table, path: Path, provenance: Mapping[str, Any] | None = None) -> None:
    """Write a table; `provenance` goes into the metadata of a parquet and the second sheet of a workbook."""
    check(path)
    part = path.with_name(f".{path.name}.part")
    try:
        _WRITERS[path.suffix.lower()](table, part, dict(provenance or {}))
        part.replace(path)
    except OSError as error:
        raise Unfit(f"не записано ({error.strerror or error}).", where=str(path)) from error
    finally:
        part.unlink(missing_ok=True)


def _parquet(table: pa.Table, path: Path, provenance: dict[str, Any]) -> None:
    import pyarrow.parquet as pq

    if provenance:
        about = {**(table.schema.metadata or {}), b"opora": json.dumps(provenance, ensure_ascii=False).encode()}
        table = table.replace_schema_metadata(about)
    pq.write_table(table, path)


def _csv(table: pa.Table, path: Path, provenance: dict[str, Any]) -> None:
    import csv

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.column_names)
        columns = [[_said(value) for value in column.to_pylist()] for column in table.columns]
        writer.writerows(zip(*columns, strict=True))


def _said(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return escaped(value) if isinstance(value, str) else value


def escaped(text: str) -> str:
    """The text, never a formula for a spreadsheet program."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _xlsx(table: pa.Table, path: Path, provenance: dict[str, Any]) -> None:
    import xlsxwriter

    if table.num_rows > _SHEET_ROWS:
        raise Unfit("в лист столько строк не войдёт.", "Укажите parquet или csv.", where=path.name)
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), {**plain, "constant_memory": True, "nan_inf_to_errors": True}) as book:
        sheet = book.add_worksheet("Результат")
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 1)
        sheet.write_row(0, 0, table.column_names, bold)
        for number, row in enumerate(zip(*(column.to_pylist() for column in table.columns), strict=True), 1):
            sheet.write_row(number, 0, [escaped(one) if isinstance(one, str) else one for one in row])
        if provenance:
            about = book.add_worksheet("Как получено")
            for number, (name, value) in enumerate(provenance.items()):
                said = value if isinstance(value, (str, int, float)) else json.dumps(value, ensure_ascii=False)
                about.write_row(number, 0, [name, said])


def _json(table: pa.Table, path: Path, provenance: dict[str, Any]) -> None:
    path.write_text(json.dumps(table.to_pylist(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


_WRITERS: Final = {".parquet": _parquet, ".csv": _csv, ".xlsx": _xlsx, ".json": _json}
