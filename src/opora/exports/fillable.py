"""Workbooks that people fill in without a network: locked but for what is asked, answers chosen from lists, checked.

A hidden sheet says in its first cell of which layout the file is, below for what it was made, and beside it what is
chosen from. `exports.filled` reads such a file back.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from opora.exports.sheets import sheet_name

HEAD = "Опора"  # the hidden sheet
_MESSAGE = 255  # characters that a spreadsheet shows
_LOCKED = {"format_columns": True, "format_rows": True}


class Book:
    """A workbook being written: texts stay texts, heads are locked, what is to be filled in is framed.

    The formats: `title`, `note`, `head`, `plain` and `fixed` are locked; `words`, `number` and `day` are filled in.
    """

    def __init__(self, title: str, about: str, told: Sequence[str]) -> None:
        self.buffer = io.BytesIO()
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book = xlsxwriter.Workbook(self.buffer, {**options, "in_memory": True})
        self.book.set_properties({"title": title, "subject": about})
        top = {"valign": "top", "text_wrap": True}
        answer = {**top, "border": 1, "border_color": "#8A97A8", "locked": False}
        fixed = {**top, "bg_color": "#EEF2F7"}
        self.title = self.book.add_format({"bold": True, "font_size": 14})
        self.note = self.book.add_format({"italic": True, "text_wrap": True})
        self.head = self.book.add_format({**fixed, "bold": True, "bottom": 1})
        self.plain = self.book.add_format(top)
        self.fixed = self.book.add_format(fixed)
        self.words = self.book.add_format({**answer, "num_format": "@"})
        self.number = self.book.add_format({**answer, "num_format": "General", "align": "right"})
        self.day = self.book.add_format({**answer, "num_format": "dd.mm.yyyy", "align": "left"})
        self.told = told
        self._names = {HEAD.lower()}
        self._lists: dict[tuple[str, ...], str] = {}  # what is chosen from, and where it stands

    def sheet(self, title: str, widths: Sequence[int], frozen: int = 0) -> Any:
        """A locked sheet under a name that no other has; its first rows stay in sight."""
        name = sheet_name(title)
        number = 2
        while name.lower() in self._names:
            name = f"{sheet_name(title)[:27].strip()} {number}"
            number += 1
        self._names.add(name.lower())
        made = self.book.add_worksheet(name)
        made.protect("", _LOCKED)
        if frozen:
            made.freeze_panes(frozen, 0)
        made.set_landscape()
        made.set_paper(9)
        made.fit_to_pages(1, 0)
        for column, width in enumerate(widths):
            made.set_column(column, column, width)
        return made

    def put(self, sheet: Any, row: int, column: int, value: str | dt.date | Decimal | int | None, form: Any) -> None:
        """A cell from row and column 0; nothing is an empty cell of that form."""
        if value is None or value == "":
            sheet.write_blank(row, column, None, form)
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), form)
        elif isinstance(value, str):
            sheet.write_string(row, column, value, form)
        else:
            sheet.write_number(row, column, float(value), form)

    def one_of(self, options: Sequence[str], message: str) -> dict[str, Any]:
        """The rule of a cell that is chosen from a list."""
        known = tuple(options)
        if known not in self._lists:
            letter = xl_col_to_name(1 + len(self._lists))
            self._lists[known] = f"='{HEAD}'!${letter}$1:${letter}${len(known)}"
        return rule(message, validate="list", source=self._lists[known])

    def content(self) -> bytes:
        hidden = self.book.add_worksheet(HEAD)
        for column, words in enumerate([self.told, *self._lists]):
            for row, word in enumerate(words):
                hidden.write_string(row, column, word)
        hidden.very_hidden()
        self.book.close()
        return self.buffer.getvalue()


def rule(message: str, **rule: Any) -> dict[str, Any]:
    """A check of a cell that says what is wrong."""
    return {**rule, "error_title": "Не подходит", "error_message": message[:_MESSAGE], "ignore_blank": True}


def hinted(rule: dict[str, Any], hint: str) -> dict[str, Any]:
    """The same, with what is shown before anything is typed."""
    return {**rule, "input_title": "Пояснение", "input_message": hint[:_MESSAGE]} if hint else rule
