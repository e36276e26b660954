"""Tables as xlsx and csv."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from django.utils import timezone

from opora.core.actor import Actor
from opora.exports.cells import as_text, escaped
from opora.exports.stamping import Stamp, picture
from opora.exports.stamping.package import PROPERTY
from opora.ui.copies import Summed

Rows = Iterable[Sequence[object]]

_WIDTHS = range(8, 61)  # of a column, in characters
LARGEST = 1_048_576 - 4  # rows of a sheet, without its head and the line with the mark
FOOTER = 150  # characters of the line in the footer, which holds 255 with everything
_SAMPLE = 200  # rows looked at for the widths


def made_by(by: Actor, at: dt.datetime | None = None) -> str:
    """«Копия: Иванова А. П. (…), 20.08.2026 14:05», for the properties of a file; its mark comes when it leaves."""
    return f"Копия: {by.label}, {timezone.localtime(at):%d.%m.%Y %H:%M}"


def workbook(title: str, headers: Sequence[str], rows: Rows, *, by: Actor) -> bytes:
    """One sheet with a frozen head and a filter, texts never formulas, its maker in the properties."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    book.set_properties({"title": title, "author": by.label, "comments": made_by(by)})
    _sheet(book, title, headers, rows)
    book.close()
    return buffer.getvalue()


def _sheet(book: xlsxwriter.Workbook, title: str, headers: Sequence[str], rows: Rows) -> tuple[Any, int]:
    """The sheet with everything in it, and the number of its rows."""
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    date = book.add_format({"num_format": "dd.mm.yyyy", "valign": "top", "align": "left"})
    total = book.add_format({"bold": True, "top": 1})
    moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm", "valign": "top", "align": "left"})
    sheet = book.add_worksheet(sheet_name(title))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&RСтраница &P из &N")
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, headers, head)
    widths = [len(header) for header in headers]
    count = 0
    for count, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, dt.datetime):
                sheet.write_datetime(count, column, timezone.make_naive(value) if value.tzinfo else value, moment)
            elif isinstance(value, dt.date):
                sheet.write_datetime(count, column, dt.datetime.combine(value, dt.time()), date)
            elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
                sheet.write_number(count, column, float(value), text)
            elif value is not None:
                sheet.write_string(count, column, as_text(value), text)
            if count <= _SAMPLE:
                widths[column] = max(widths[column], len(as_text(value)))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(max(width + 2, _WIDTHS.start), _WIDTHS.stop))
    if headers:
        sheet.autofilter(0, 0, count, len(headers) - 1)
    if isinstance(rows, Summed):  # below what is filtered and sorted
        for column, value in enumerate(rows.foot):
            if isinstance(value, Decimal):
                sheet.write_number(count + 1, column, float(value), total)
            else:
                sheet.write(count + 1, column, value, total)
    return sheet, count


def pour_workbook(
    file: IO[bytes], title: str, headers: Sequence[str], rows: Rows, *, stamp: Stamp, folder: Path
) -> None:
    """The same of very many rows: written row by row into `folder`, packed into `file`, marked as every copy is.

    What a mark added afterwards would need the whole file in memory for.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True, "tmpdir": str(folder)}
    book = xlsxwriter.Workbook(file, options)
    properties = {"title": title, "author": stamp.who, "comments": stamp.line, "keywords": stamp.code}
    book.set_properties(properties)
    book.set_custom_property(PROPERTY, stamp.line)
    try:
        sheet, count = _sheet(book, title, headers, rows)
    except BaseException:  # stopped: the files of the rows go with their folder
        for begun in book.worksheets():
            begun.row_data_fh.close()
        raise
    sheet.write_string(count + 2, 0, stamp.line)
    code = io.BytesIO(picture.png(stamp.mark, side=picture.SIDE * 1.5))
    sheet.insert_image(0, len(headers) + 1, "copy.png", {"image_data": code, "description": "Метка копии"})
    line = stamp.line[:FOOTER].replace("&", "&&")
    printed = io.BytesIO(picture.png(stamp.mark, side=picture.SIDE))
    footer = {"image_center": "copy.png", "image_data_center": printed}
    sheet.set_footer(f"&L&7{line}&C&G&RСтраница &P из &N", footer)
    sheet.set_margins(bottom=0.9)  # inch: room for the code
    book.close()


def pour_comma_separated(file: IO[bytes], headers: Sequence[str], rows: Rows, *, stamp: Stamp) -> None:
    """The same as csv."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([escaped(header) for header in headers])
    writer.writerows([as_text(value) for value in row] for row in rows)
    writer.writerow([escaped(stamp.line)])
    text.flush()
    text.detach()


def comma_separated(headers: Sequence[str], rows: Rows) -> bytes:
    """UTF-8 with BOM and «;», as Russian spreadsheet programs open it by a double press."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([escaped(header) for header in headers])
    writer.writerows([as_text(value) for value in row] for row in rows)
    if isinstance(rows, Summed):
        writer.writerow([as_text(value) for value in rows.foot])
    return buffer.getvalue().encode("utf-8-sig")


def sheet_name(title: str) -> str:
    """At most 31 characters, without those that a sheet's name may not hold."""
    return "".join(c for c in title if c not in "[]:*?/\\'")[:31].strip() or "Лист1"
