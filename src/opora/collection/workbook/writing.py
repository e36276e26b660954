"""A form as a workbook that can be filled in without a network: a sheet by section and one by table."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import xlsxwriter

from opora.collection import values
from opora.collection.definition import LONGEST, Definition, Field, Kind, Section
from opora.collection.rows import NAME, named
from opora.collection.values import Stored
from opora.collection.workbook.layout import (
    ANSWER,
    EXACT,
    FIRST,
    HEAD,
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
from opora.exports.sheets import sheet_name
from opora.ui import words

_WIDTHS = {QUESTION: 48, ANSWER: 34, UNIT: 10, HINT: 60}
_LONGEST_MESSAGE = 255  # characters that a spreadsheet shows


def write(head: Head, title: str, organisation: str, definition: Definition, answers: Mapping[str, Stored]) -> bytes:
    """The workbook with what was answered so far; `title` is of the form."""
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": title, "subject": organisation})
    _Writer(book, definition, answers).all(head, title, organisation)
    book.close()
    return buffer.getvalue()


class _Writer:
    def __init__(self, book: Any, definition: Definition, answers: Mapping[str, Stored]) -> None:
        self.book = book
        self.definition = definition
        self.answers = answers
        self.names: set[str] = set()
        self.tables: dict[str, str] = {}  # the sheets of the tables by key
        top = {"valign": "top", "text_wrap": True}
        answer = {**top, "border": 1, "border_color": "#8A97A8", "locked": False}
        self.formats = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "note": book.add_format({"italic": True, "text_wrap": True}),
            "head": book.add_format(
                {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EEF2F7"}
            ),
            "text": book.add_format(top),
            "fixed": book.add_format({**top, "bg_color": "#EEF2F7"}),
            Kind.TEXT: book.add_format({**answer, "num_format": "@"}),
            Kind.CHOICE: book.add_format({**answer, "num_format": "@"}),
            Kind.SEVERAL: book.add_format({**answer, "num_format": "@"}),
            Kind.NUMBER: book.add_format({**answer, "num_format": "General", "align": "right"}),
            Kind.DATE: book.add_format({**answer, "num_format": "dd.mm.yyyy", "align": "left"}),
        }

    def all(self, head: Head, title: str, organisation: str) -> None:
        sheets = [(section, self.sheet(section.title)) for section in self.definition.sections]
        tables = [(one, self.sheet(one.title)) for one in self.definition.fields.values() if one.is_table]
        self.tables = {field.key: sheet.get_name() for field, sheet in tables}
        self.lists = self.sheet(HEAD)
        self.columns = 1
        self.lists.write_column(0, 0, [MARK, head.version, head.submission, str(head.revision), head.copy])
        for section, sheet in sheets:
            self.section(sheet, section, f"{title} — {organisation}")
        for field, sheet in tables:
            self.table(sheet, field, head)
        self.lists.very_hidden()

    def sheet(self, title: str) -> Any:
        """A sheet under a name that no other has."""
        name = sheet_name(title)
        number = 2
        while name.lower() in self.names:
            name = f"{sheet_name(title)[:27].strip()} {number}"
            number += 1
        self.names.add(name.lower())
        return self.book.add_worksheet(name)

    def dress(self, sheet: Any) -> None:
        sheet.protect("", {"format_columns": True, "format_rows": True})
        sheet.freeze_panes(FIRST, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def section(self, sheet: Any, section: Section, above: str) -> None:
        self.dress(sheet)
        sheet.set_column(KEY, KEY, None, None, {"hidden": True})
        for column, width in _WIDTHS.items():
            sheet.set_column(column, column, width)
        sheet.write_string(0, QUESTION, f"{section.title} ({above})", self.formats["title"])
        sheet.write_string(1, QUESTION, section.hint, self.formats["note"])
        sheet.write_row(FIRST - 1, QUESTION, ["Вопрос", "Ответ", "Единица", "Пояснение"], self.formats["head"])
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
        sheet.write_string(row, QUESTION, asked, self.formats["text"])
        sheet.write_string(row, UNIT, field.unit, self.formats["text"])
        sheet.write_string(row, HINT, " ".join(filter(None, [field.hint, _limits(field)])), self.formats["text"])

    def given(self, sheet: Any, row: int, field: Field) -> None:
        fixed = self.formats["fixed"]
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
            sheet.write_string(row, ANSWER, YES if option in chosen else "", self.formats[Kind.SEVERAL])
            rule = {"validate": "list", "source": [YES], **_said("Выберите «да» или оставьте пустым.")}
            sheet.data_validation(row, ANSWER, row, ANSWER, rule)
            row += 1
        return row

    def table(self, sheet: Any, field: Field, head: Head) -> None:
        self.dress(sheet)
        sheet.write_string(0, 0, _asked(field), self.formats["title"])
        sheet.set_row(KEYS, None, None, {"hidden": True})
        sheet.write_row(KEYS, 0, [field.key, *(f"{field.key}.{one.key}" for one in field.columns), row_key(field)])
        sheet.write_string(FIRST - 1, 0, "№", self.formats["head"])
        sheet.set_column(0, 0, 5)
        rows = named(self.answers.get(field.key) or [])
        names = len(field.columns) + 1  # a locked column behind those that are filled in
        sheet.set_column(names, names, None, None, {"hidden": True})
        last = FIRST + values.most_rows(field) - 1
        for index, one in enumerate(field.columns, start=1):
            unit = f", {one.unit}" if one.unit else ""
            sheet.write_string(FIRST - 1, index, f"{_asked(one)}{unit}", self.formats["head"])
            sheet.set_column(index, index, 24)
            for number in range(values.most_rows(field)):
                self.column(sheet, FIRST + number, index, one, rows[number] if number < len(rows) else {})
            if not one.formula:
                self.rule(sheet, (FIRST, index, last, index), one)
        for number in range(values.most_rows(field)):
            sheet.write_number(FIRST + number, 0, number + 1, self.formats["fixed"])
            name = rows[number][NAME] if number < len(rows) else row_name(head, FIRST + number)
            sheet.write_string(FIRST + number, names, name)

    def column(self, sheet: Any, row: int, index: int, one: Field, said: Mapping[str, Stored]) -> None:
        if one.formula:
            sheet.write_string(row, index, values.shown(one, said.get(one.key)), self.formats["fixed"])
        else:
            self.cell(sheet, row, index, one, said.get(one.key))

    def cell(self, sheet: Any, row: int, column: int, field: Field, stored: Stored) -> None:
        form = self.formats[field.kind]
        value = values.typed(field, stored)
        if stored is None:
            sheet.write_blank(row, column, None, form)
        elif isinstance(value, Decimal) and len(value.as_tuple().digits) <= EXACT:
            sheet.write_number(row, column, float(value), form)
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), form)
        else:
            sheet.write_string(row, column, str(stored), form)

    def rule(self, sheet: Any, place: tuple[int, int, int, int], field: Field) -> None:
        rule = self.validation(field)
        if field.hint and rule:
            rule |= {"input_title": "Пояснение", "input_message": field.hint[:_LONGEST_MESSAGE]}
        if rule:
            sheet.data_validation(*place, rule)

    def validation(self, field: Field) -> dict[str, Any]:
        if field.kind == Kind.CHOICE:
            self.lists.write_column(0, self.columns, field.options)
            letter = xlsxwriter.utility.xl_col_to_name(self.columns)
            self.columns += 1
            source = f"='{HEAD}'!${letter}$1:${letter}${len(field.options)}"
            return {"validate": "list", "source": source, **_said("Выберите ответ из списка.")}
        if field.kind == Kind.NUMBER:
            low, high = _limit(field.min, -(10**15)), _limit(field.max, 10**15)
            kind = "decimal" if field.decimals else "integer"
            rule = {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
            return rule | _said(" ".join(["Нужно число.", _limits(field)]).strip())
        if field.kind == Kind.DATE:
            return date_rule(field)
        most = int(field.max) if field.max is not None else LONGEST
        rule = {"validate": "length", "criteria": "<=", "value": most}
        return rule | _said(f"Не длиннее {most} знаков.")


def _said(message: str) -> dict[str, Any]:
    return {"error_title": "Не подходит", "error_message": message[:_LONGEST_MESSAGE], "ignore_blank": True}


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
