"""A form as a workbook that can be filled in without a network: a sheet by section and one by table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from opora.collection import values
from opora.collection.definition import LONGEST, Definition, Field, Kind, Section
from opora.collection.rows import NAME, named
from opora.collection.values import Stored
from opora.collection.workbook.layout import (
    ANSWER,
    EXACT,
    FIRST,
    HINT,
    KEY,
    KEYS,
    MARK,
    QUESTION,
    UNIT,
    YES,
    Head,
    is_typed,
    option_key,
    row_key,
    row_name,
)
from opora.collection.workbook.limits import date_rule
from opora.exports.fillable import Book, hinted, rule
from opora.ui import words

_WIDTHS = (0, 48, 34, 10, 60)  # of the columns of a section: key, question, answer, unit, hint


def write(head: Head, title: str, organisation: str, definition: Definition, answers: Mapping[str, Stored]) -> bytes:
    """The workbook with what was answered so far; `title` is of the form."""
    book = Book(title, organisation, [MARK, head.version, head.submission, str(head.revision), head.copy])
    _Writer(book, definition, answers).all(head, title, organisation)
    return book.content()


class _Writer:
    def __init__(self, book: Book, definition: Definition, answers: Mapping[str, Stored]) -> None:
        self.book = book
        self.definition = definition
        self.answers = answers
        self.tables: dict[str, str] = {}  # the sheets of the tables by key
        self.formats = {Kind.NUMBER: book.number, Kind.DATE: book.day}

    def all(self, head: Head, title: str, organisation: str) -> None:
        sheets = [(one, self.book.sheet(one.title, _WIDTHS, FIRST)) for one in self.definition.sections]
        tables = [
            (one, self.book.sheet(one.title, (5, *[24] * len(one.columns)), FIRST))
            for one in self.definition.fields.values()
            if one.is_table
        ]
        self.tables = {field.key: sheet.get_name() for field, sheet in tables}
        for section, sheet in sheets:
            self.section(sheet, section, f"{title} — {organisation}")
        for field, sheet in tables:
            self.table(sheet, field, head)

    def section(self, sheet: Any, section: Section, above: str) -> None:
        sheet.set_column(KEY, KEY, None, None, {"hidden": True})
        sheet.write_string(0, QUESTION, f"{section.title} ({above})", self.book.title)
        sheet.write_string(1, QUESTION, section.hint, self.book.note)
        sheet.write_row(FIRST - 1, QUESTION, ["Вопрос", "Ответ", "Единица", "Пояснение"], self.book.head)
        row = FIRST
        for field in section.fields:
            if field.kind == Kind.SEVERAL and is_typed(field):
                row = self.options(sheet, row, field)
                continue
            self.question(sheet, row, field.key, _asked(field), field)
            self.given(sheet, row, field)
            row += 1

    def question(self, sheet: Any, row: int, key: str, asked: str, field: Field) -> None:
        sheet.write_string(row, KEY, key)
        sheet.write_string(row, QUESTION, asked, self.book.plain)
        sheet.write_string(row, UNIT, field.unit, self.book.plain)
        sheet.write_string(row, HINT, " ".join(filter(None, [field.hint, _limits(field)])), self.book.plain)

    def given(self, sheet: Any, row: int, field: Field) -> None:
        fixed = self.book.fixed
        if field.is_table:
            name = self.tables[field.key].replace("'", "''")
            sheet.write_url(row, ANSWER, f"internal:'{name}'!A1", fixed, f"Лист «{self.tables[field.key]}»")
        elif field.kind == Kind.FILE:
            sheet.write_string(row, ANSWER, "Файл прикладывается на сайте", fixed)
        elif field.formula:
            sheet.write_string(row, ANSWER, values.shown(field, self.answers.get(field.key)), fixed)
        else:
            self.cell(sheet, row, ANSWER, field, self.answers.get(field.key))
            self.rule(sheet, (row, ANSWER, row, ANSWER), field)

    def options(self, sheet: Any, row: int, field: Field) -> int:
        """A row for each option, to be answered by «да»; the next free row."""
        chosen = self.answers.get(field.key) or []
        for index, option in enumerate(field.options):
            self.question(sheet, row, option_key(field, index), f"{_asked(field)}: {option}", field)
            self.book.put(sheet, row, ANSWER, YES if option in chosen else "", self.book.words)
            known = self.book.one_of([YES], "Выберите «да» или оставьте пустым.")
            sheet.data_validation(row, ANSWER, row, ANSWER, known)
            row += 1
        return row

    def table(self, sheet: Any, field: Field, head: Head) -> None:
        sheet.write_string(0, 0, _asked(field), self.book.title)
        sheet.set_row(KEYS, None, None, {"hidden": True})
        sheet.write_row(KEYS, 0, [field.key, *(f"{field.key}.{one.key}" for one in field.columns), row_key(field)])
        sheet.write_string(FIRST - 1, 0, "№", self.book.head)
        sheet.set_column(0, 0, 5)
        rows = named(self.answers.get(field.key) or [])
        names = len(field.columns) + 1  # a locked column behind those that are filled in
        sheet.set_column(names, names, None, None, {"hidden": True})
        last = FIRST + values.most_rows(field) - 1
        for index, one in enumerate(field.columns, start=1):
            unit = f", {one.unit}" if one.unit else ""
            sheet.write_string(FIRST - 1, index, f"{_asked(one)}{unit}", self.book.head)
            for number in range(values.most_rows(field)):
                self.column(sheet, FIRST + number, index, one, rows[number] if number < len(rows) else {})
            if not one.formula:
                self.rule(sheet, (FIRST, index, last, index), one)
        for number in range(values.most_rows(field)):
            sheet.write_number(FIRST + number, 0, number + 1, self.book.fixed)
            name = rows[number][NAME] if number < len(rows) else row_name(head, FIRST + number)
            sheet.write_string(FIRST + number, names, name)

    def column(self, sheet: Any, row: int, index: int, one: Field, said: Mapping[str, Stored]) -> None:
        if one.formula:
            sheet.write_string(row, index, values.shown(one, said.get(one.key)), self.book.fixed)
        else:
            self.cell(sheet, row, index, one, said.get(one.key))

    def cell(self, sheet: Any, row: int, column: int, field: Field, stored: Stored) -> None:
        form = self.formats.get(field.kind, self.book.words)
        value = values.typed(field, stored)
        if isinstance(value, dt.date) or (isinstance(value, Decimal) and len(value.as_tuple().digits) <= EXACT):
            self.book.put(sheet, row, column, value, form)
        else:
            self.book.put(sheet, row, column, None if stored is None else str(stored), form)

    def rule(self, sheet: Any, place: tuple[int, int, int, int], field: Field) -> None:
        sheet.data_validation(*place, hinted(self.validation(field), field.hint))

    def validation(self, field: Field) -> dict[str, Any]:
        if field.kind == Kind.CHOICE:
            return self.book.one_of(field.options, "Выберите ответ из списка.")
        if field.kind == Kind.NUMBER:
            low, high = _limit(field.min, -(10**15)), _limit(field.max, 10**15)
            kind = "decimal" if field.decimals else "integer"
            message = " ".join(["Нужно число.", _limits(field)]).strip()
            return rule(message, validate=kind, criteria="between", minimum=low, maximum=high)
        if field.kind == Kind.DATE:
            return date_rule(field)
        most = int(field.max) if field.max is not None else LONGEST
        return rule(f"Не длиннее {most} знаков.", validate="length", criteria="<=", value=most)


def _limit(limit: Decimal | None, otherwise: int) -> int | float:
    if limit is None:
        return otherwise
    return int(limit) if limit == int(limit) else float(limit)


def _asked(field: Field) -> str:
    return f"{field.title} *" if field.required else field.title


def _limits(field: Field) -> str:
    """«От 0 до 500, целое.» of a number."""
    if field.kind != Kind.NUMBER or field.formula:
        return ""
    low = f"от {words.number(field.min)}" if field.min is not None else ""
    high = f"до {words.number(field.max)}" if field.max is not None else ""
    whole = f"знаков после запятой — до {field.decimals}" if field.decimals else "целое"
    found = ", ".join(filter(None, [f"{low} {high}".strip(), whole]))
    return f"{found[0].upper()}{found[1:]}."
