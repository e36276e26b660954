"""An Excel workbook -> Layout: the title lines of each sheet, then its one table."""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

from opora.decrees.errors import Unreadable
from opora.decrees.formats import safety
from opora.decrees.formats.cleaning import clean
from opora.decrees.layout import Cell, Layout, Paragraph, Row, Table
from opora.decrees.model import Source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

MAX_MERGED = 200_000  # places covered by merged cells
MAX_PLACES = 500_000  # of one table, empty ones with it
_SAVE_AGAIN = "Оставьте в файле только нужные строки и столбцы, сохраните и загрузите снова."
_MERGED = re.compile(rb"""mergeCell\b[^>]*?\bref\s*=\s*["']([A-Za-z]+)(\d+):([A-Za-z]+)(\d+)""")


def read_xlsx(path: Path) -> Layout:
    """The layout of an .xlsx as it was last calculated; hidden and empty sheets are left out.

    A source's page is the sheet's number, its cell the row and column of the sheet.
    """
    import openpyxl

    safety.check_archive(path)
    _check_merged(path)
    with warnings.catch_warnings(), path.open("rb") as stream:
        warnings.simplefilter("ignore")  # of features that openpyxl does not keep, none of which we read
        book = openpyxl.load_workbook(stream, data_only=True)
    layout = Layout()
    for number, sheet in enumerate(book.worksheets, 1):
        if sheet.sheet_state == "visible":
            _Sheet(sheet, number).read(layout)
    book.close()
    return layout


def _check_merged(path: Path) -> None:
    """openpyxl makes an object for every covered place, so a sheet merged as a whole must not reach it."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
                continue
            total = 0
            for left, top, right, bottom in _MERGED.findall(archive.read(name)):
                total += (_column(right) - _column(left) + 1) * (int(bottom[:9]) - int(top[:9]) + 1)
                if total > MAX_MERGED:
                    raise Unreadable("На листе объединено слишком много ячеек.", _SAVE_AGAIN)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters[:4].upper():
        number = number * 26 + letter - 64
    return number


class _Sheet:
    def __init__(self, sheet: Worksheet, number: int) -> None:
        self.sheet = sheet
        self.number = number
        self.texts: dict[tuple[int, int], str] = {}
        self.spans: dict[tuple[int, int], tuple[int, int]] = {}
        self.covered: set[tuple[int, int]] = set()

    def read(self, layout: Layout) -> None:
        for area in self.sheet.merged_cells.ranges:
            top, left = area.min_row, area.min_col
            self.spans[top, left] = (area.max_row - top + 1, area.max_col - left + 1)
            places = ((r, c) for r in range(top, area.max_row + 1) for c in range(left, area.max_col + 1))
            self.covered.update(place for place in places if place != (top, left))
        for place, cell in self.sheet._cells.items():  # iter_rows would make every empty cell up to the last
            if cell.value is not None and place not in self.covered and (text := clean(shown(cell))):
                self.texts[place] = text
        rows = sorted({row for row, _ in self.texts})
        first = next((row for row in rows if len(self._columns(row)) > 1), None)
        titles = [row for row in rows if first is None or row < first]
        for count, row in enumerate(titles, 1):
            layout.blocks.append(self._title(row, count))
        if first is not None:
            layout.blocks.append(self._table([row for row in rows if row >= first], len(titles) + 1))

    def _columns(self, row: int) -> list[int]:
        if not hasattr(self, "_by_row"):
            self._by_row: dict[int, list[int]] = {}
            for r, c in sorted(self.texts):
                self._by_row.setdefault(r, []).append(c)
        return self._by_row.get(row, [])

    def _source(self, row: int, column: int, paragraph: int) -> Source:
        return Source(page=self.number, paragraph=paragraph, cell=f"{row}:{column}")

    def _title(self, row: int, count: int) -> Paragraph:
        column = self._columns(row)[0]
        cell: Any = self.sheet._cells[row, column]
        centred = cell.alignment.horizontal in ("center", "centerContinuous")
        return Paragraph(self.texts[row, column], self._source(row, column, count), bool(cell.font.b), centred)

    def _table(self, rows: list[int], paragraph: int) -> Table:
        """The used rectangle of the sheet; rows without text are left out unless a merged cell covers them."""
        columns = [column for row in rows for column in self._columns(row)]
        left = min(columns)
        right = max(c + self.spans.get((r, c), (1, 1))[1] - 1 for r in rows for c in self._columns(r))
        wanted = set(rows)
        for row in rows:
            for column in self._columns(row):
                wanted.update(range(row, row + self.spans.get((row, column), (1, 1))[0]))
        if len(wanted) * (right - left + 1) > MAX_PLACES:
            raise Unreadable("Таблица на листе слишком велика.", _SAVE_AGAIN, where=f"Лист «{self.sheet.title}»")
        headers = self._header_rows()
        table = Table([], self._source(rows[0], left, paragraph))
        for row in sorted(wanted):
            cells = self._cells(row, range(left, right + 1), wanted, paragraph)
            table.rows.append(Row(cells, self._source(row, left, paragraph), header=row in headers))
        return table

    def _cells(self, row: int, columns: Iterable[int], wanted: set[int], paragraph: int) -> list[Cell]:
        cells: list[Cell] = []
        columns = list(columns)
        for column in columns:
            if (row, column) in self.covered:
                continue
            height, width = self.spans.get((row, column), (1, 1))
            text = self.texts.get((row, column), "")
            cells.append(
                Cell(
                    paragraphs=[line for line in text.split("\n") if line],
                    source=self._source(row, column, paragraph),
                    column=column - columns[0],
                    columns=min(width, columns[-1] - column + 1),
                    rows=max(sum(place in wanted for place in range(row, row + height)), 1),
                )
            )
        return cells

    def _header_rows(self) -> range:
        match = re.search(r"\$?(\d+):\$?(\d+)", self.sheet.print_title_rows or "")
        return range(int(match[1]), int(match[2]) + 1) if match else range(0)


def shown(cell: Any) -> str:
    """A value as Excel shows it to a Russian reader: «01.09.2023», «1.10» of a number kept with two decimals, «50%»."""
    value = cell.value
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, dt.datetime):
        return f"{value:%d.%m.%Y}" if value.time() == dt.time() else f"{value:%d.%m.%Y %H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "")
    return str(value)


def _number(value: float, form: str) -> str:
    if match := re.fullmatch(r"(?:#,##)?0(?:\.(0+))?(%?)", form):
        decimals = len(match[1] or "")
        return f"{value * (100 if match[2] else 1):.{decimals}f}{match[2]}"
    return str(int(value)) if float(value).is_integer() else f"{value:.12g}"
