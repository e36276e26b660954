"""A file taken apart into rows of texts, with their numbers as spreadsheet programs count."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import python_calamine

from opora.decrees.formats.cleaning import is_copy_line
from opora.registry.exchange.columns import COLUMNS, MAX_BYTES, MAX_ROWS, NEEDED, header_keys, plain
from opora.registry.exchange.plan import Problem

_UNPACKED = 200 * 1024 * 1024  # bytes that a workbook may unpack to
_HEAD = 20  # rows in which the headers are looked for


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    cells: dict[str, str]  # by field; an empty cell is absent


class Unreadable(Exception):
    """The file is no table of the registry; the message (Russian) says why."""


def tables(content: bytes, name: str) -> dict[str, list[Row]]:
    """The rows of each known sheet. Raises `Unreadable`."""
    if len(content) > MAX_BYTES:
        raise Unreadable(f"Файл больше {MAX_BYTES // 1024 // 1024} МБ. Разделите его на части.")
    if content[:2] == b"PK":
        return _workbook(content)
    if name.lower().endswith(".csv") or name.lower().endswith(".txt"):
        return _comma_separated(content)
    raise Unreadable("Это не таблица xlsx и не csv. Сохраните файл в одном из этих видов и загрузите снова.")


def _workbook(content: bytes) -> dict[str, list[Row]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > _UNPACKED:
                raise Unreadable("Таблица слишком велика. Разделите её на части.")
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = {sheet: book.get_sheet_by_name(sheet).to_python(skip_empty_area=False) for sheet in book.sheet_names}
    except (zipfile.BadZipFile, python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable("Таблица xlsx повреждена: откройте её, сохраните заново и загрузите снова.") from error
    named = {sheet.strip().lower(): sheet for sheet in sheets}
    found = {}
    for sheet in COLUMNS:
        if sheet.lower() in named:
            found[sheet] = _rows(sheet, sheets[named[sheet.lower()]])
    if not found:
        raise Unreadable("В таблице нет ни листа «Организации», ни листа «Люди».")
    return found


def _comma_separated(content: bytes) -> dict[str, list[Row]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1251", errors="replace")
    head = text.split("\n", 1)[0]
    delimiter = ";" if head.count(";") >= head.count(",") else ","
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Unreadable("Таблица csv повреждена: сохраните её заново и загрузите снова.") from error
    for sheet in COLUMNS:
        if _head(sheet, records) is not None:
            return {sheet: _rows(sheet, records)}
    raise Unreadable("В файле нет заголовков столбцов реестра: ни «код» и «краткое наименование», ни «фамилия».")


def _head(sheet: str, records: Sequence[Sequence[object]]) -> tuple[int, dict[int, str]] | None:
    """The number of the row of headers and its columns."""
    for index, record in enumerate(records[:_HEAD]):
        keys = header_keys(sheet, [_text(cell) for cell in record])
        if set(NEEDED[sheet]) <= set(keys.values()):
            return index, keys
    return None


def _rows(sheet: str, records: Sequence[Sequence[object]]) -> list[Row]:
    head = _head(sheet, records)
    if head is None:
        wanted = ", ".join(f"«{COLUMNS[sheet][key]}»" for key in NEEDED[sheet])
        raise Unreadable(f"На листе «{sheet}» нет столбцов {wanted}.")
    index, keys = head
    if len(records) - index - 1 > MAX_ROWS:
        raise Unreadable(f"На листе «{sheet}» больше {MAX_ROWS} строк. Разделите файл на части.")
    return list(_filled(records[index + 1 :], keys, index + 2))


def _filled(records: Sequence[Sequence[object]], keys: dict[int, str], first: int) -> Iterator[Row]:
    for number, record in enumerate(records, start=first):
        cells = {keys[column]: _text(cell) for column, cell in enumerate(record) if column in keys}
        cells = {key: cell for key, cell in cells.items() if cell}
        if cells and not is_copy_line(next(iter(cells.values()))):
            yield Row(number, cells)


def _text(cell: object) -> str:
    """A cell as one line: whole numbers without a fraction, no control characters, no guard of formulas."""
    if isinstance(cell, bool):
        return "да" if cell else "нет"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = " ".join(str(cell if cell is not None else "").split())
    return plain("".join(character for character in text if character.isprintable()))


def as_problem(error: Unreadable) -> Problem:
    return Problem("", 0, "", "", str(error))
