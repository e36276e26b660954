"""The results of one school in one study as a workbook that is filled in without a network, and what it holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opora.development.models.studies import MARKS, StudySchool
from opora.exports.fillable import Book, rule
from opora.exports.filled import Problem, cell, failed, opened, text
from opora.identification.columns import MOST_PARTICIPANTS
from opora.identification.reading.opening import Unreadable
from opora.ui import words

MARK = "opora-study-1"  # the layout
SHEET = "Результаты"
HEADS = ("Класс", "Писали работу", *(f"Отметок «{one}»" for one in MARKS), "Не писали", "Всего учеников")
FIRST = 6  # row from 1 of the first class
LONGEST = 9  # digits that are read as a number
YES, NO = "да", "нет"
WROTE, NUMBERS = 1, range(2, 2 + len(MARKS) + 1)
_STRANGE = "Это не файл результатов, выданный Опорой. Скачайте его на странице исследования и заполните."


@dataclass(slots=True)
class Brought:
    """`counts`: the numbers of each class that could be read, as the action takes them."""

    counts: dict[int, list[int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def write(row: StudySchool) -> bytes:
    """With what is entered already, so that it can be gone on with."""
    study = row.study
    book = Book(f"Результаты: {study.title}", row.school.name, [MARK, study.public_id, row.public_id])
    sheet = book.sheet(SHEET, (12, *[16] * NUMBERS.stop), FIRST - 1)
    until = f"Работа идёт {words.day(study.opens)} — {words.day(study.closes)}. Имён учеников не нужно."
    how = "Сколько учеников получило каждую отметку и сколько не писало; нет таких — 0. Класс не писал — «нет»."
    for number, said in enumerate((study.title, row.school.name, f"{study.what}. {until}", how)):
        sheet.write_string(number, 0, said, book.title if not number else None)
    sheet.write_row(FIRST - 2, 0, HEADS, book.head)
    for number, grade in enumerate(study.grades, start=FIRST):
        known = row.counts.get(str(grade))
        sheet.write_number(number - 1, 0, grade, book.fixed)
        sheet.write_string(number - 1, WROTE, NO if known and not any(known) else YES, book.words)
        for column, at in zip(NUMBERS, range(len(NUMBERS)), strict=True):
            book.put(sheet, number - 1, column, known[at] if known and any(known) else None, book.number)
        total = f"=SUM({cell(number, NUMBERS.start)}:{cell(number, NUMBERS.stop - 1)})"
        sheet.write_formula(number - 1, NUMBERS.stop, total, book.fixed, sum(known or ()))
    last = FIRST + len(study.grades) - 2
    whole = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": MOST_PARTICIPANTS}
    sheet.data_validation(
        FIRST - 1, NUMBERS.start, last, NUMBERS.stop - 1, rule(f"Целое число от 0 до {MOST_PARTICIPANTS}.", **whole)
    )
    answers = book.one_of([YES, NO], f"Выберите «{YES}» или «{NO}».")
    sheet.data_validation(FIRST - 1, WROTE, last, WROTE, answers)
    return book.content()


def read(path: Path, row: StudySchool) -> Brought:
    """Every mistake with its cell. Raises `Unreadable` where it is no workbook of this study and school."""
    told, sheets = opened(path, MARK, _STRANGE)
    if len(told) < 2 or SHEET not in sheets:
        raise Unreadable(_STRANGE)
    if told[0] != row.study.public_id:
        raise Unreadable("Это файл другого исследования. Откройте то исследование и загрузите файл там.")
    if told[1] != row.public_id:
        raise Unreadable(f"Это файл другой школы, а здесь результаты школы «{row.school}».")
    found, grades = Brought(), {str(one): one for one in row.study.grades}
    for number, cells in sheets[SHEET]:
        said = [*cells[: NUMBERS.stop], *[None] * (NUMBERS.stop - len(cells))]
        grade = grades.get(text(said[0]))
        if number < FIRST or grade is None:
            continue
        if grade in found.counts:
            _wrong(found, number, 0, said, f"{grade} класс уже есть выше: оставьте одну строку.")
            continue
        found.counts[grade] = _numbers(found, number, said)
    for grade in row.study.grades:
        if grade not in found.counts:
            found.problems.append(Problem(SHEET, "", "", f"Строки «{grade} класс» в файле нет. Скачайте файл заново."))
    if not found.problems and not any(sum(one) for one in found.counts.values()):
        found.problems.append(Problem(SHEET, "", "", "Во всех классах нули: внесите, сколько учеников писало работу."))
    return found


def _numbers(found: Brought, number: int, said: list[Any]) -> list[int]:
    wrote = text(said[WROTE]).lower()
    given = [column for column in NUMBERS if text(said[column]) not in ("", "0")]
    if wrote not in (YES, NO, ""):
        _wrong(found, number, WROTE, said, f"Выберите «{YES}» или «{NO}».")
    if wrote == NO:
        for column in given:
            _wrong(found, number, column, said, "Отмечено, что класс не писал: очистите ячейку или выберите «да».")
        return [0] * len(NUMBERS)
    return [_number(found, number, column, said) for column in NUMBERS]


def _number(found: Brought, number: int, column: int, said: list[Any]) -> int:
    value = text(said[column])
    if failed(said[column]):
        _wrong(found, number, column, said, "Формула в ячейке не дала значения. Впишите само число.")
    elif not value:
        _wrong(found, number, column, said, f"Заполните «{HEADS[column]}»; нет таких — 0.")
    elif not (value.isascii() and value.isdecimal() and len(value) <= LONGEST) or int(value) > MOST_PARTICIPANTS:
        _wrong(found, number, column, said, f"Нужно целое число от 0 до {MOST_PARTICIPANTS}.")
    else:
        return int(value)
    return 0


def _wrong(found: Brought, number: int, column: int, said: list[Any], message: str) -> None:
    found.problems.append(Problem(SHEET, cell(number, column), text(said[column])[:60], message))
