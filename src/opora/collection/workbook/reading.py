"""A filled-in workbook is read back: every answer with its cell, every mistake with sheet, cell and value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from opora.collection import values
from opora.collection.definition import Definition, Field, Kind
from opora.collection.rows import NAME, fits, unused
from opora.collection.values import Stored, Wrong
from opora.collection.workbook.layout import (
    ANSWER,
    FIRST,
    KEY,
    KEYS,
    MARK,
    NAMELESS,
    YES,
    Head,
    is_typed,
    option_key,
    row_key,
    row_name,
)
from opora.exports.fillable import HEAD
from opora.exports.filled import MOST_ROWS, Problem, cell, failed, text
from opora.identification.reading.opening import Unreadable, check_form
from opora.identification.reading.sheets import sheets_of

_SPARE = 10  # sheets that people added for themselves
_STRANGE = "Это не файл формы, выданный Опорой. Скачайте форму заново и заполните её."


@dataclass(slots=True)
class Filled:
    """`answers` of all questions that were found, None where left empty; `cells` says where they stand: by key, and
    of a row of a table and of its cells as in the names of inputs.

    `wrong` are the questions with a mistake in a cell: their answers are not to be taken.
    """

    head: Head
    answers: dict[str, Stored] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    wrong: set[str] = field(default_factory=set)

    def to_json(self) -> dict[str, Any]:
        plain = {"answers": self.answers, "cells": self.cells, "wrong": sorted(self.wrong)}
        return {"head": asdict(self.head), "problems": [asdict(one) for one in self.problems], **plain}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Filled:
        problems = [Problem(**one) for one in data["problems"]]
        return cls(Head(**data["head"]), data["answers"], data["cells"], problems, set(data["wrong"]))

    def mistake(self, key: str, sheet: str, cell: str, value: str, message: str) -> None:
        self.wrong.add(key)
        self.problems.append(Problem(sheet, cell, value[:60], message))


Rows = list[list[Any]]


class Workbook:
    """An opened file; raises `Unreadable` where it is none of ours. `path` is read until `filled` has returned."""

    def __init__(self, path: Path) -> None:
        check_form(path)
        self.sheets = {one.name: one for one in sheets_of(path)}
        told = _first(self.sheets.pop(HEAD).rows()) if HEAD in self.sheets else []
        said = [text(one) for one in _column(told, 0)[:5]]
        if len(said) < 4 or said[0] not in (MARK, NAMELESS) or not said[3].isdecimal():
            raise Unreadable(_STRANGE)
        copy = said[4] if said[0] == MARK and len(said) > 4 and fits(said[4]) else ""
        self.head = Head(said[1], said[2], int(said[3][:9]), copy)

    def filled(self, definition: Definition) -> Filled:
        """The answers; sheets may be asked once."""
        found = Filled(self.head)
        fields = {key: one for key, one in definition.fields.items() if is_typed(one)}
        single = {key: one for key, one in fields.items() if not one.is_table}
        chosen = {
            option_key(one, index): (one, option)
            for one in single.values()
            if one.kind == Kind.SEVERAL
            for index, option in enumerate(one.options)
        }
        missing = set(chosen)
        if len(self.sheets) > len(definition.sections) + len(fields) + _SPARE:
            raise Unreadable("В файле слишком много листов. Уберите те, которых не было в форме, и загрузите снова.")
        for name, sheet in self.sheets.items():
            rows = _first(sheet.rows())
            key = text(_at(rows, KEYS, 0))
            if key in fields and fields[key].is_table and key not in found.answers:
                _table(found, name, rows, fields[key])
                continue
            for row, cells in enumerate(rows[FIRST:], start=FIRST):
                key = text(cells[KEY]) if cells else ""
                value = cells[ANSWER] if len(cells) > ANSWER else None
                if key in missing:
                    missing.discard(key)
                    _option(found, name, row, *chosen[key], value)
                elif key in single and key not in found.answers:
                    found.cells[key] = _place(name, row, ANSWER)
                    found.answers[key] = _read(found, key, name, row, ANSWER, single[key], value)
        _told(found, fields, [chosen[key] for key in missing])
        return found


def _told(found: Filled, fields: dict[str, Field], lost: list[tuple[Field, str]]) -> None:
    """What of the form is not in the file: its answers are left as they are."""
    for one, option in lost:
        if one.key in found.answers:
            message = f"Строки «{one.title}: {option}» в файле нет: ответ на этот вопрос останется прежним."
            found.mistake(one.key, "", "", "", message)
    for key, one in fields.items():
        if key not in found.answers:
            message = f"Вопроса «{one.title}» в файле нет: ответ на него останется прежним."
            found.problems.append(Problem("", "", "", message))
        elif found.answers[key] == []:
            found.answers[key] = None


def _option(found: Filled, sheet: str, row: int, one: Field, option: str, value: Any) -> None:
    said = found.answers.setdefault(one.key, [])
    found.cells.setdefault(one.key, _place(sheet, row, ANSWER))
    word = text(value).lower()
    if word == YES and option not in said:
        said.append(option)
    elif word not in ("", YES, "нет"):
        message = f"Напишите «{YES}» или оставьте пустым."
        found.mistake(one.key, sheet, cell(row + 1, ANSWER), word, message)


def _table(found: Filled, sheet: str, rows: Rows, one: Field) -> None:
    """Rows left empty between others are no rows; what is worked out is not read."""
    heads = {text(key): index for index, key in enumerate(rows[KEYS])}
    columns = [(column, heads.get(f"{one.key}.{column.key}")) for column in one.columns if not column.formula]
    found.cells[one.key] = f"лист «{sheet}»"
    for column, index in columns:
        if index is None:
            message = f"Столбца «{column.title}» на листе нет: таблица останется прежней."
            found.mistake(one.key, sheet, "", "", message)
    answers: dict[str, dict[str, Stored]] = {}
    names = heads.get(row_key(one), len(rows[KEYS]))
    for row, cells in enumerate(rows[FIRST:], start=FIRST):
        said: dict[str, Stored] = {}
        name = unused(_name(found.head, cells[names] if len(cells) > names else None, row, len(answers)), answers)
        for column, index in columns:
            if index is None or index >= len(cells):
                continue
            found.cells[f"{one.key}-{name}-{column.key}"] = _place(sheet, row, index)
            stored = _read(found, one.key, sheet, row, index, column, cells[index])
            if stored is not None:
                said[column.key] = stored
        if said:
            found.cells[f"{one.key}-{name}"] = f"лист «{sheet}», строка {row + 1}"
            answers[name] = {NAME: name, **said}
    most = values.most_rows(one)
    if len(answers) > most:
        message = f"Заполнено строк больше {most}. Оставьте не больше {most}."
        found.mistake(one.key, sheet, cell(FIRST + most + 1, 0), str(len(answers)), message)
    found.answers[one.key] = list(answers.values()) or None


def _name(head: Head, given: Any, row: int, above: int) -> str:
    """What the row is called; one that was inserted by the place where it stands, before there were names by number."""
    name = text(given)
    if fits(name):
        return name
    return f"{row_name(head, row)}.0" if head.copy else str(above + 1)


def _read(found: Filled, key: str, sheet: str, row: int, column: int, one: Field, value: Any) -> Stored:
    said = text(value)
    if failed(value):
        message = "Формула в ячейке не дала значения. Впишите само значение."
        found.mistake(key, sheet, cell(row + 1, column), said, message)
        return None
    try:
        return values.read(one, said)
    except Wrong as wrong:
        found.mistake(key, sheet, cell(row + 1, column), said, str(wrong))
        return None


def _first(rows: Iterator[tuple[int, list[Any]]]) -> Rows:
    """The rows by their numbers from 0; what lies beyond any form is not looked at."""
    found: Rows = []
    for number, cells in rows:
        if number > MOST_ROWS:
            break
        found.extend([] for _ in range(len(found), number - 1))
        found.append(list(cells))
    return found


def _column(rows: Rows, index: int) -> list[Any]:
    return [cells[index] if len(cells) > index else None for cells in rows]


def _at(rows: Rows, row: int, column: int) -> Any:
    return rows[row][column] if len(rows) > row and len(rows[row]) > column else None


def _place(sheet: str, row: int, column: int) -> str:
    return f"лист «{sheet}», ячейка {cell(row + 1, column)}"
