"""A file taken apart into sheets, each a stream of numbered rows that never holds the whole file in memory."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from opora.identification.reading import delimited, pieces
from opora.identification.reading.opening import (
    MAX_COLUMNS,
    SheetScan,
    Unreadable,
    kind_of,
    scan_workbook,
)

Cell = Any  # str, int, float, bool, None, a date or a time
Row = tuple[int, list[Cell]]  # number as spreadsheet programs count, cells

#: Places of a sheet up to which it is built in memory at once (73 bytes each); larger ones are read in pieces.
FAST_PLACES: Final = 4_000_000
_DAMAGED: Final = "Таблица повреждена: откройте её в табличном редакторе, сохраните заново и загрузите снова."


class Formula:
    """A formula without a value."""

    def __repr__(self) -> str:
        return "формула"


FORMULA: Final = Formula()


@dataclass(slots=True)
class Sheet:
    """A sheet; `rows` may be asked once. `merged` counts from 0 in rows and columns of the sheet."""

    name: str
    rows: Callable[[], Iterator[Row]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False
    notes: list[str] = field(default_factory=list)  # in Russian: the encoding that was found, and such


def sheets_of(path: Path) -> list[Sheet]:
    """Raises `Unreadable`. The name of the only sheet of a csv or parquet is empty."""
    kind = kind_of(path)
    if kind == "csv":
        text = delimited.opened(path)
        return [Sheet("", text.rows, notes=text.notes)]
    if kind == "parquet":
        return [Sheet("", lambda: _parquet_rows(path))]
    return _workbook(path, scan_workbook(path) if kind == "xlsx" else {})


def _parquet_rows(path: Path) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            yield 1, list(file.schema_arrow.names)
            number = 1
            for batch in file.iter_batches(batch_size=20_000):
                for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    number += 1
                    yield number, list(values)
    except (pa.ArrowException, OSError) as error:
        raise Unreadable("Файл parquet повреждён. Сохраните его заново и загрузите снова.") from error


def _workbook(path: Path, scans: dict[str, SheetScan]) -> list[Sheet]:
    import python_calamine

    try:
        if (path.suffix.lower() == ".xls") == (not scans):
            book = python_calamine.CalamineWorkbook.from_path(str(path))
        else:  # its name says another kind, by which a path is opened
            with path.open("rb") as stream:
                book = python_calamine.CalamineWorkbook.from_filelike(stream)
        metadata = book.sheets_metadata
    except python_calamine.PasswordError as error:
        raise Unreadable("Файл защищён паролем. Снимите пароль и загрузите файл снова.") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable(_DAMAGED) from error
    paths = _sheet_paths(path) if scans else {}
    visible = python_calamine.SheetVisibleEnum.Visible
    sheets = []
    for one in metadata:
        if one.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        member = paths.get(one.name, "")
        scan = scans.get(member, SheetScan())
        sheets.append(
            Sheet(one.name, _rows_of(path, book, one.name, member, scan), scan.merged, hidden=one.visible != visible)
        )
    return sheets


def _rows_of(path: Path, book: Any, name: str, member: str, scan: SheetScan) -> Callable[[], Iterator[Row]]:
    def rows() -> Iterator[Row]:
        if scan.columns > MAX_COLUMNS:
            raise Unreadable(f"На листе больше {MAX_COLUMNS} столбцов. Оставьте только столбцы с результатами.")
        if not scan.is_plain:
            found = _streamed(path, name)
        elif scan.places <= FAST_PLACES:
            found = _fast(book, name)
        else:
            found = _pieces(path, member, name, scan.columns)
        if not scan.uncomputed:
            return found
        return _with_formulas(found, scan.uncomputed)

    return rows


def _fast(book: Any, name: str) -> Iterator[Row]:
    import python_calamine

    try:
        sheet = book.get_sheet_by_name(name)
        if sheet.start is None:
            return
        left = [""] * sheet.start[1]
        for number, cells in enumerate(sheet.iter_rows(), 1):
            yield number, left + cells if left else cells
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable(_DAMAGED) from error


def _pieces(path: Path, member: str, name: str, columns: int) -> Iterator[Row]:
    import python_calamine

    try:
        yield from pieces.rows(path, member, name, columns)
    except (python_calamine.CalamineError, OSError, ValueError, KeyError) as error:
        raise Unreadable(_DAMAGED) from error


def _streamed(path: Path, name: str) -> Iterator[Row]:
    """Ten times slower, in the memory of one row, for sheets that are written unusually."""
    import openpyxl

    with warnings.catch_warnings(), path.open("rb") as stream:  # a path would be opened by what its name says
        warnings.simplefilter("ignore")  # of features that openpyxl does not keep, none of which we read
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        try:
            sheet = book[name]
            sheet.reset_dimensions()  # a lie of the file about its size
            for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                yield number, list(cells)
        except Unreadable:
            raise
        except Exception as error:  # openpyxl raises what its parts raise
            raise Unreadable(_DAMAGED) from error
        finally:
            book.close()


def _with_formulas(rows: Iterator[Row], uncomputed: set[tuple[int, int]]) -> Iterator[Row]:
    by_row: dict[int, list[int]] = {}
    for row, column in uncomputed:
        by_row.setdefault(row + 1, []).append(column)
    for number, cells in rows:
        for column in by_row.get(number, ()):
            if column >= len(cells):
                cells = cells + [None] * (column + 1 - len(cells))
            cells[column] = FORMULA
        yield number, cells


def _sheet_paths(path: Path) -> dict[str, str]:
    """The path inside the archive of each sheet by its name."""
    from defusedxml import ElementTree

    with zipfile.ZipFile(path) as archive:
        try:
            workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
            relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        except Exception as error:  # whatever the archive and the parser raise
            raise Unreadable(_DAMAGED) from error
    targets = {}
    for one in relations:
        target = str(one.get("Target", ""))
        targets[one.get("Id")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    found = {}
    for one in workbook.iter():
        if one.tag.rsplit("}", 1)[-1] == "sheet":
            key = next((value for name, value in one.attrib.items() if name.rsplit("}", 1)[-1] == "id"), None)
            found[str(one.get("name", ""))] = targets.get(key, "")
    return found
