"""Workbooks that people fill in without a network and hand back: how they look, and what a filled-in one is asked.

A hidden sheet says in its first cell of which layout the file is, and below for what it was made.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from opora.identification.reading.opening import Unreadable, check_form
from opora.identification.reading.sheets import FORMULA, sheets_of

HEAD = "Опора"  # the hidden sheet
MOST_ROWS = 2000  # of a sheet that are looked at
FAILED = ("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!")  # what a spreadsheet says of a formula
_MESSAGE = 255  # characters that a spreadsheet shows


@dataclass(frozen=True, slots=True)
class Problem:
    """What cannot be taken, as people find it in their file; the whole file where `sheet` is empty."""

    sheet: str
    cell: str
    value: str
    message: str


class Book:
    """A workbook being written: texts stay texts, heads are locked, what is to be filled in is framed."""

    def __init__(self, title: str, about: str, told: Sequence[str]) -> None:
        self.buffer = io.BytesIO()
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book = xlsxwriter.Workbook(self.buffer, {**options, "in_memory": True})
        self.book.set_properties({"title": title, "subject": about})
        top = {"valign": "top", "text_wrap": True}
        answer = {**top, "border": 1, "border_color": "#8A97A8", "locked": False}
        fixed = {**top, "bg_color": "#EEF2F7"}
        self.title = self.book.add_format({"bold": True, "font_size": 14})
        self.head = self.book.add_format({**fixed, "bold": True, "bottom": 1})
        self.fixed = self.book.add_format(fixed)
        self.number = self.book.add_format({**answer, "num_format": "0", "align": "right"})
        self.choice = self.book.add_format({**answer, "num_format": "@"})
        self.told = told

    def sheet(self, name: str, frozen: int) -> Any:
        """A locked sheet whose first rows stay in sight."""
        made = self.book.add_worksheet(name)
        made.protect("", {"format_columns": True, "format_rows": True})
        made.freeze_panes(frozen, 0)
        made.set_landscape()
        made.set_paper(9)
        made.fit_to_pages(1, 0)
        return made

    def content(self) -> bytes:
        hidden = self.book.add_worksheet(HEAD)
        hidden.write_column(0, 0, self.told)
        hidden.very_hidden()
        self.book.close()
        return self.buffer.getvalue()


def rule(message: str, **rule: Any) -> dict[str, Any]:
    """A check of a cell that says what is wrong."""
    return {**rule, "error_title": "Не подходит", "error_message": message[:_MESSAGE], "ignore_blank": True}


def opened(path: Path, mark: str, strange: str) -> tuple[list[str], dict[str, list[tuple[int, list[Any]]]]]:
    """What the hidden sheet says below its mark, and the rows of the others with their numbers from 1.

    Raises `Unreadable`, in the words of `strange` where it is no workbook of this kind.
    """
    check_form(path)
    sheets = {one.name: list(takewhile(lambda row: row[0] <= MOST_ROWS, one.rows())) for one in sheets_of(path)}
    told = [text(cells[0]) if cells else "" for _, cells in sheets.pop(HEAD, [])]
    if not told or told[0] != mark:
        raise Unreadable(strange)
    return told[1:], sheets


def text(value: Any) -> str:
    """What a person would have typed into the cell."""
    if value is None:
        return ""
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f") if abs(value) < 1e16 else repr(value)
    return str(value).strip()


def failed(value: Any) -> bool:
    """Whether a formula stands there that gave nothing."""
    return value is FORMULA or text(value) in FAILED


def cell(row: int, column: int) -> str:
    """«C5» of row 5 and column 2: rows from 1 as people count them, columns from 0."""
    return str(xl_rowcol_to_cell(row - 1, column))
