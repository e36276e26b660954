"""A file or typed lines -> rows of names, with their numbers as spreadsheet programs count."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath
from typing import Any

import python_calamine

from opora.core.errors import Problem
from opora.core.text import fold
from opora.decrees import Unreadable
from opora.decrees.formats import open_layout
from opora.decrees.formats.cleaning import is_copy_line
from opora.decrees.layout import Row, Table
from opora.exports.cells import plain

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 5_000
MAX_TEXT = 500  # characters of one cell
Records = Sequence[Sequence[Sequence[object]]]  # sheets of rows of cells

_UNPACKED = 100 * 1024 * 1024  # bytes that a workbook may unpack to
_HEAD = 20  # rows in which the headers are looked for

_HEADERS = {
    "школа": "name",
    "наименование": "name",
    "название": "name",
    "общеобразовательная организация": "name",
    "краткое наименование": "name",
    "муниципалитет": "municipality",
    "код": "code",
    "примечание": "note",
}
_LIKE = (
    (re.compile(r"муницип|район|территори"), "municipality"),
    (re.compile(r"школ|образовательн\w+ (?:организаци|учреждени)|\bоо\b|\bоу\b"), "name"),
    (re.compile(r"примечани"), "note"),
)
_LONGEST = 100  # characters of a head
DOCUMENTS = (".docx", ".pdf", ".doc", ".odt", ".rtf")


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row as it was written."""

    number: int
    name: str
    municipality: str = ""
    code: str = ""
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def typed_rows(text: str) -> list[SourceRow]:
    """One school on each line that is not empty."""
    lines = enumerate((_text(line) for line in text.splitlines()), start=1)
    return _not_too_many([SourceRow(number, line[:MAX_TEXT]) for number, line in lines if line])


def read_rows(content: bytes, name: str) -> list[SourceRow]:
    """The rows of the first sheet that has a column of schools. Raises `Problem`."""
    if len(content) > MAX_BYTES:
        raise Problem(f"Файл больше {MAX_BYTES // 1024 // 1024} МБ. Загрузите таблицу поменьше.")
    suffix = PurePath(name).suffix.lower()
    if suffix in DOCUMENTS:
        sheets: Records = _tables(content, suffix)
    elif content[:2] == b"PK":
        sheets = _workbook(content)
    elif suffix in (".csv", ".txt"):
        sheets = [_comma_separated(content)]
    else:
        raise Problem("Это не таблица и не документ. Нужен файл xlsx, csv, docx или pdf.")
    for records in sheets:
        head = _head(records)
        if head:
            return _not_too_many(_rows(records, *head))
    raise Problem("В файле нет столбца «Школа» (или «Наименование»). Назовите так столбец с названиями школ.")


def table_of(content: bytes, name: str) -> Sequence[Sequence[object]]:
    """The records of the first sheet of an xlsx or of a csv, one row of headers first. Raises `Problem`."""
    if content[:2] == b"PK":
        return _workbook(content)[0]
    if PurePath(name).suffix.lower() in (".csv", ".txt"):
        return _comma_separated(content)
    raise Problem("Это не таблица. Нужен файл xlsx или csv.")


def _tables(content: bytes, suffix: str) -> Records:
    """The tables of an order's annex."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list{suffix}"
        path.write_bytes(content)
        try:
            layout = open_layout(path)
        except Unreadable as error:
            raise Problem(f"{error.what} {error.advice}".strip()) from error
    tables = (block for block in layout.blocks if isinstance(block, Table))
    return [[_cells(row) for row in table.rows] for table in tables]


def _cells(row: Row) -> list[str]:
    """The cells of a row by their columns; a covered place is empty."""
    found = [""] * max((cell.column + cell.columns for cell in row.cells), default=0)
    for cell in row.cells:
        found[cell.column] = " ".join(cell.paragraphs)
    return found


def _workbook(content: bytes) -> Records:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > _UNPACKED:
                raise Problem("Таблица слишком велика. Загрузите таблицу поменьше.")
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [book.get_sheet_by_name(sheet).to_python(skip_empty_area=False) for sheet in book.sheet_names]
    except (zipfile.BadZipFile, python_calamine.CalamineError, OSError, ValueError) as error:
        raise Problem("Таблица xlsx повреждена: откройте её, сохраните заново и загрузите снова.") from error


def _comma_separated(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1251", errors="replace")
    head = text.split("\n", 1)[0]
    delimiter = max(";\t,", key=head.count) if head else ";"
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Problem("Таблица csv повреждена: сохраните её заново и загрузите снова.") from error


def _head(records: Sequence[Sequence[object]]) -> tuple[int, dict[int, str]] | None:
    """The place of the row of headers, and its columns: those of the form, else a row worded as orders word them."""
    return _headed(records, _HEADERS.get) or _headed(records, _alike, least=2)


def _headed(
    records: Sequence[Sequence[object]], column_of: Callable[[str], str | None], *, least: int = 1
) -> tuple[int, dict[int, str]] | None:
    for index, record in enumerate(records[:_HEAD]):
        titles = [fold(_text(cell)).strip(" *:") for cell in record]
        columns: dict[int, str] = {}
        for number, title in enumerate(titles):
            key = column_of(title)
            if key and key not in columns.values():
                columns[number] = key
        if "name" in columns.values() and sum(map(bool, titles)) >= least:
            return index, columns
    return None


def _alike(title: str) -> str | None:
    """What a column holds, by the words of its head."""
    if len(title) > _LONGEST:
        return None
    return next((key for pattern, key in _LIKE if pattern.search(title)), None)


def _rows(records: Sequence[Sequence[object]], index: int, columns: dict[int, str]) -> list[SourceRow]:
    rows = []
    for number, record in enumerate(records[index + 1 :], start=index + 2):
        cells = {columns[column]: _text(cell)[:MAX_TEXT] for column, cell in enumerate(record) if column in columns}
        written = [cell for cell in map(_text, record) if cell]
        if any(cells.values()) and not is_copy_line(written[0]):
            rows.append(SourceRow(number, **{"name": "", **cells}))
    return rows


def _not_too_many(rows: list[SourceRow]) -> list[SourceRow]:
    if len(rows) > MAX_ROWS:
        raise Problem(f"Строк больше {MAX_ROWS}. Загрузите список поменьше.")
    if not rows:
        raise Problem("Здесь нет ни одной школы.")
    return rows


def _text(cell: object) -> str:
    """A cell as one line: whole numbers without a fraction, no control characters, no guard of formulas."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = " ".join(str(cell if cell is not None else "").split())
    return plain("".join(character for character in text if character.isprintable()))
