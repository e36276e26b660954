"""Workbooks of `exports.fillable` that people filled in and handed back: what a cell says, and where it stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from opora.exports.fillable import HEAD
from opora.identification.reading.opening import Unreadable, check_form
from opora.identification.reading.sheets import FORMULA, sheets_of

MOST_ROWS = 2000  # of a sheet that are looked at
FAILED = ("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!")  # what a spreadsheet says of a formula


@dataclass(frozen=True, slots=True)
class Problem:
    """What cannot be taken, as people find it in their file; the whole file where `sheet` is empty."""

    sheet: str
    cell: str
    value: str
    message: str


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
    """What a person would have typed into the cell; a day as ISO."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f") if abs(value) < 1e16 else repr(value)
    return str(value).strip()


def failed(value: Any) -> bool:
    """Whether a formula stands there that gave nothing."""
    return value is FORMULA or text(value) in FAILED


def cell(row: int, column: int) -> str:
    """«C5» of row 5 and column 2: rows from 1 as people count them, columns from 0."""
    return str(xl_rowcol_to_cell(row - 1, column))
