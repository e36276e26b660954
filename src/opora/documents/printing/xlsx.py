"""A printed document as .xlsx: a sheet for each table, the requisites above the first, ready for the printer."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from opora.documents.printing import form
from opora.documents.printing.model import Printed, PrintedTable
from opora.exports.cells import escaped

FONT = "Times New Roman"
MAX_CELL = 32_000  # characters; a cell of a workbook holds 32,767
MAX_HEIGHT = 409  # points
_LINE = 1.25  # of the size of a font: the height of a line
_MM_IN_CHARACTER = 1.95  # of the width of a column, with the usual font of a workbook
_INCH = 25.4
_BARE = PrintedTable(None, [])


def xlsx(printed: Printed) -> bytes:
    """The file of the document."""
    printed = form.prepared(printed)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    book.set_properties(
        {
            "title": form.document_title(printed)[:255],
            "author": (printed.heading.organisation.replace("\n", " ") or printed.made_by)[:255],
            "comments": printed.made_by[:255],
        }
    )
    tables = [table for table in printed.tables if table.columns] or [_BARE]
    for number, table in enumerate(tables, 1):
        sheet = _Sheet(book, printed, table, f"Таблица {number}" if len(tables) > 1 else "Документ")
        sheet.write(first=number == 1, last=number == len(tables))
    book.close()
    return buffer.getvalue()


class _Sheet:
    def __init__(self, book: Any, printed: Printed, table: PrintedTable, name: str) -> None:
        self.book = book
        self.printed = printed
        self.table = table
        self.sheet = book.add_worksheet(name)
        self.row = 0
        self.whole = form.text_width(printed)
        self.widths = form.widths(table, self.whole) if table.columns else [self.whole]
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def write(self, *, first: bool, last: bool) -> None:
        self._page()
        if first:
            for requisite in form.requisites(self.printed.heading):
                self._requisite(requisite)
            for text in self.printed.lead:
                self._across(text, size=form.TEXT)
        if self.table.title:
            self._across(self.table.title, size=form.TABLE, bold=True, align="center")
        if self.table.columns:
            self._table()
        if last:
            self._end()

    def _page(self) -> None:
        sheet, printed = self.sheet, self.printed
        sheet.set_paper(9)
        if printed.landscape:
            sheet.set_landscape()
        left = form.left(printed) / _INCH
        sheet.set_margins(left, form.RIGHT / _INCH, form.TOP / _INCH, form.BOTTOM / _INCH)
        sheet.fit_to_pages(1, 0)
        options = {"margin": 10 / _INCH}
        sheet.set_header("&C&P", options)
        for column, width in enumerate(self.widths):
            sheet.set_column(column, column, width / _MM_IN_CHARACTER)

    # -- lines across the whole table ------------------------------------------------------------------------------

    def _requisite(self, requisite: form.Requisite) -> None:
        part = requisite.part
        if part == "dateline":
            self._across("    ".join(line for line in requisite.lines if line), size=form.TEXT)
        elif part == "stamp":
            for line in requisite.lines:
                self._across(line, size=form.TEXT, align="right")
        else:
            align = "left" if part == "title" else "center"
            for line in requisite.lines:
                self._across(line, size=form.TEXT, bold=part != "place", align=align)
        self.row += 1

    def _across(self, text: str, *, size: float, bold: bool = False, align: str = "left", border: int = 0) -> None:
        """A merged row with a height of its own: programs do not fit the height of merged cells."""
        look = self._format(bold=bold, font_size=size, align=align, border=border, valign="top")
        lines = form.lines_taken(text, self.whole - 4, size * (1.08 if bold else 1))
        self.sheet.set_row(self.row, min(lines * size * _LINE + 3, MAX_HEIGHT))
        text = escaped(text)[:MAX_CELL]
        if len(self.widths) > 1:
            self.sheet.merge_range(self.row, 0, self.row, len(self.widths) - 1, "", look)
        self.sheet.write_string(self.row, 0, text, look)
        self.row += 1

    def _end(self) -> None:
        if self.printed.closing or self.printed.signature:
            self.row += 1
        for text in self.printed.closing:
            self._across(text, size=form.TEXT)
        signature = self.printed.signature
        if signature:
            self.row += 1
            self._across(f"{signature.position}          {signature.name}", size=form.TEXT)

    # -- the table -------------------------------------------------------------------------------------------------

    def _table(self) -> None:
        head = self._format(bold=True, font_size=form.TABLE, align="center", valign="vcenter", border=1)
        for column, about in enumerate(self.table.columns):
            self.sheet.write_string(self.row, column, escaped(about.title), head)
        self.sheet.repeat_rows(self.row)
        self._height([about.title for about in self.table.columns], bold=1.15)
        self.row += 1
        looks = [
            self._format(font_size=form.TABLE, align=about.align, valign="top", border=1)
            for about in self.table.columns
        ]
        for section in self.table.sections:
            if section.title:
                self._across(section.title, size=form.TABLE, bold=True, align="center", border=1)
            for row in section.rows:
                self._row(row, looks)

    def _row(self, row: list[str], looks: list[Any]) -> None:
        """One row, or more where a cell holds more than a workbook can: the rest stands below, without a number."""
        pieces = [[text[at : at + MAX_CELL] for at in range(0, len(text), MAX_CELL)] or [""] for text in row]
        for index in range(max(map(len, pieces), default=1)):
            for column, parts in enumerate(pieces):
                text = parts[index] if index < len(parts) else ""
                if text:
                    self.sheet.write_string(self.row, column, escaped(text), looks[column])
                else:
                    self.sheet.write_blank(self.row, column, None, looks[column])
            self._height([parts[index] if index < len(parts) else "" for parts in pieces])
            self.row += 1

    def _height(self, row: list[str], *, bold: float = 1) -> None:
        """High enough for its highest cell: not every program fits the rows when it opens a file."""
        taken = (
            form.lines_taken(text, width - form.CELL, form.TABLE * bold)
            for text, width in zip(row, self.widths, strict=True)
        )
        self.sheet.set_row(self.row, min(max(taken) * form.TABLE * _LINE + 3, MAX_HEIGHT))

    def _format(self, **about: Any) -> Any:
        key = tuple(sorted(about.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"font_name": FONT, "text_wrap": True, **about})
        return self.formats[key]
