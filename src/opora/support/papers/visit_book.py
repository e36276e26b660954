"""The report of a visit as a workbook that is filled in without a network, and what a filled-in one holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opora.core.text import fold
from opora.exports import fillable
from opora.exports.filled import Problem, cell, opened, text
from opora.identification.reading.opening import Unreadable
from opora.support.forms.mentoring import TAUGHT
from opora.support.models.sheets import ObservationSheet
from opora.support.models.visits import Advice, NoteKind, Visit, VisitNote
from opora.ui import words

MARK = "opora-visit-1"  # the layout
REPORT, LESSONS, TALKS, ADVICE = "Отчёт", "Уроки", "Консультации", "Рекомендации"
SHEETS = (LESSONS, TALKS, ADVICE)
ROWS = 60  # of a sheet that can be filled in
_STAMP = "Копия № "  # the line that every copy bears below its rows
_STRANGE = "Это не файл отчёта о визите, выданный Опорой. Скачайте файл визита и заполните его."
_OTHER_SHEET = (
    "Этот файл сделан по другому листу наблюдения: с тех пор его сменили. Скачайте файл визита заново и перенесите в "
    "него записи."
)
_LONG = {"about": 300, "text": 3000, "advice": 500}
_SUBJECTS = {title: code for code, title in TAUGHT.items()}


def heads_of(sheet: ObservationSheet) -> dict[str, tuple[str, ...]]:
    return {
        LESSONS: ("Предмет", "Класс, тема", *sheet.criteria.values(), "Выводы"),
        TALKS: ("Предмет", "С кем, о чём", "Выводы"),
        ADVICE: ("Что сделать школе", "До какого дня"),
    }


def _widths(sheet: ObservationSheet) -> dict[str, tuple[int, ...]]:
    return {LESSONS: (20, 34, *[16] * len(sheet.criteria), 50), TALKS: (20, 44, 60), ADVICE: (80, 18)}


@dataclass(frozen=True, slots=True)
class Line:
    """One lesson, consultation or recommendation of the file; `place` is «Уроки, A4»."""

    kind: str  # a NoteKind, or «advice»
    about: str
    subject: str = ""
    marks: dict[str, int] = field(default_factory=dict)
    text: str = ""
    due: str = ""  # ISO, of a recommendation
    place: str = ""
    judged: str = ""  # the marks in words

    @property
    def key(self) -> tuple[str, str, str]:
        """By what it is the same as one that is written already."""
        return self.kind, self.subject, fold(self.about)

    @property
    def said(self) -> tuple[object, ...]:
        return self.marks, self.text, self.due

    @property
    def title(self) -> str:
        kind = "Рекомендация" if self.kind == "advice" else NoteKind(self.kind).label.capitalize()
        return ": ".join(filter(None, [kind, TAUGHT.get(self.subject, ""), self.about]))

    @property
    def detail(self) -> str:
        """What it says, in words."""
        until = f"до {words.day(dt.date.fromisoformat(self.due))}" if self.due else ""
        return "; ".join(filter(None, [self.judged, self.text, until])) or "без выводов"


def of_note(note: VisitNote) -> Line:
    marks = {key: int(mark) for key, mark in note.marks.items()}
    return Line(note.kind, note.about, note.subject, marks, note.text, judged=_judged(note.visit.sheet, marks))


def _judged(sheet: ObservationSheet, marks: dict[str, int]) -> str:
    return "; ".join(f"{title} — {word}" for title, word in sheet.said(marks))


def of_advice(advice: Advice) -> Line:
    return Line("advice", advice.text, due=advice.due.isoformat())


@dataclass(slots=True)
class Book:
    report: str = ""
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


# -- writing -------------------------------------------------------------------------------------------------------


def write(visit: Visit, notes: Sequence[VisitNote], advice: Sequence[Advice]) -> bytes:
    """With what is written already, so that it can be gone on with."""
    book = fillable.Book(f"Отчёт о визите {words.day(visit.day)}", visit.school.name, [MARK, visit.public_id])
    _front(book, visit)
    of_kind = {LESSONS: NoteKind.LESSON, TALKS: NoteKind.CONSULTATION}
    widths = _widths(visit.sheet)
    subjects = book.one_of(list(_SUBJECTS), "Выберите предмет из списка.")
    marks = book.one_of(visit.sheet.scale, "Выберите оценку из списка.")
    for name, heads in heads_of(visit.sheet).items():
        sheet = book.sheet(name, widths[name], 1)
        sheet.write_row(0, 0, heads, book.head)
        lines = [of_note(one) for one in notes if one.kind == of_kind.get(name)]
        lines = lines or ([of_advice(one) for one in advice] if name == ADVICE else [])
        for row in range(1, ROWS + 1):
            cells = _cells(name, lines[row - 1], visit.sheet) if row <= len(lines) else [""] * len(heads)
            for column, value in enumerate(cells):
                day = name == ADVICE and column == 1
                book.put(sheet, row, column, value, book.day if day else book.words)
        if name != ADVICE:
            sheet.data_validation(1, 0, ROWS, 0, subjects)
        if name == LESSONS:
            sheet.data_validation(1, 2, ROWS, 1 + len(visit.sheet.criteria), marks)
    return book.content()


def _front(book: fillable.Book, visit: Visit) -> None:
    sheet = book.sheet(REPORT, (30, 90))
    team = "; ".join(f"{one.mentor.name}: {one.subject_titles}" for one in visit.team.all())
    for row, (word, said) in enumerate(
        (("Школа", visit.school.name), ("День", words.day(visit.day)), ("Команда", team))
    ):
        sheet.write_string(row, 0, word, book.head)
        sheet.write_string(row, 1, said, book.plain)
    sheet.write_string(3, 0, "Отчёт о визите", book.head)
    book.put(sheet, 3, 1, visit.report, book.words)
    sheet.set_row(3, 200)


def _cells(name: str, line: Line, sheet: ObservationSheet) -> list[str | dt.date]:
    if name == ADVICE:
        return [line.about, dt.date.fromisoformat(line.due)]
    judged = sheet.criteria if name == LESSONS else {}
    marks = [sheet.scale[line.marks[key]] if key in line.marks else "" for key in judged]
    return [TAUGHT.get(line.subject, line.subject), line.about, *marks, line.text]


# -- reading -------------------------------------------------------------------------------------------------------


def read(path: Path, visit: Visit) -> Book:
    """Raises `Unreadable` where it is no workbook of this visit."""
    told, sheets = opened(path, MARK, _STRANGE)
    if not told or any(name not in sheets for name in (REPORT, *SHEETS)):
        raise Unreadable(_STRANGE)
    if told[0] != visit.public_id:
        raise Unreadable("Это файл другого визита. Откройте тот визит и загрузите файл там.")
    if heads_of(visit.sheet)[LESSONS] != _heads(sheets[LESSONS]):
        raise Unreadable(_OTHER_SHEET)
    book = Book()
    report = [cells for number, cells in sheets[REPORT] if number == 4]
    book.report = text(report[0][1])[:10_000] if report and len(report[0]) > 1 else ""
    for name, heads in heads_of(visit.sheet).items():
        for number, cells in _said(sheets[name], len(heads)):
            line = _Reading(name, heads, number, cells, book.problems).line(visit.sheet)
            if line is not None:
                book.lines.append(line)
    seen: dict[tuple[str, str, str], str] = {}
    for line in book.lines:
        if line.key in seen:
            sheet, _, cell = line.place.partition(", ")
            said = f"То же уже написано в {seen[line.key]}: оставьте одну строку или уточните, чем они различаются."
            book.problems.append(Problem(sheet, cell, line.about[:60], said))
        seen.setdefault(line.key, line.place)
    return book


def _heads(rows: Sequence[tuple[int, list[Any]]]) -> tuple[str, ...]:
    return tuple(text(cell) for number, cells in rows if number == 1 for cell in cells if text(cell))


def _said(rows: Sequence[tuple[int, list[Any]]], width: int) -> Iterator[tuple[int, list[Any]]]:
    """Rows below the head that say anything, with their numbers from 1."""
    for number, cells in rows:
        row = [*cells[:width], *[None] * (width - len(cells))]
        if 1 < number <= ROWS + 1 and any(text(cell) for cell in row) and not text(row[0]).startswith(_STAMP):
            yield number, row


class _Reading:
    """One row of a sheet; every mistake is written down with its cell and value."""

    def __init__(
        self, name: str, heads: tuple[str, ...], number: int, cells: list[Any], problems: list[Problem]
    ) -> None:
        self.name, self.heads, self.number, self.cells, self.problems = name, heads, number, cells, problems
        self.good = True

    def line(self, sheet: ObservationSheet) -> Line | None:
        place = f"{self.name}, {cell(self.number, 0)}"
        if self.name == ADVICE:
            made = Line("advice", self.words(0, "advice"), due=self.day(1), place=place)
        else:
            lesson = self.name == LESSONS
            subject, about = self.one_of(0, _SUBJECTS, "Предмет"), self.words(1, "about")
            known = {word: mark for mark, word in enumerate(sheet.scale)}
            columns = enumerate(sheet.criteria if lesson else (), start=2)
            said = {key: self.one_of(column, known, "Оценка", empty=True) for column, key in columns}
            marks = {key: mark for key, mark in said.items() if mark is not None}
            text = self.words(len(self.cells) - 1, "text", empty=True)
            kind = NoteKind.LESSON if lesson else NoteKind.CONSULTATION
            judged = _judged(sheet, marks) if self.good else ""
            made = Line(kind.value, about, str(subject or ""), marks, text, place=place, judged=judged)
        return made if self.good else None

    def wrong(self, column: int, said: str) -> None:
        self.good = False
        self.problems.append(Problem(self.name, cell(self.number, column), text(self.cells[column])[:60], said))

    def words(self, column: int, kind: str, *, empty: bool = False) -> str:
        said, most = text(self.cells[column]), _LONG[kind]
        if not said and not empty:
            self.wrong(column, f"Заполните «{self.heads[column]}» или очистите всю строку.")
        if len(said) > most:
            self.wrong(column, f"Длиннее {most} знаков: сократите.")
        return said

    def one_of(self, column: int, known: dict[str, Any], what: str, *, empty: bool = False) -> Any:
        said = text(self.cells[column])
        found = {word.lower(): value for word, value in known.items()}.get(said.lower())
        if found is None and (said or not empty):
            self.wrong(column, f"{what} выбирают из списка в ячейке: {', '.join(list(known)[:8])}…")
        return found

    def day(self, column: int) -> str:
        value = self.cells[column]
        if isinstance(value, dt.datetime):
            return value.date().isoformat()
        if isinstance(value, dt.date):
            return value.isoformat()
        try:
            day, month, year = map(int, text(value).split("."))
            return dt.date(year, month, day).isoformat()
        except (ValueError, OverflowError):
            self.wrong(column, "Нужна дата, например 15.01.2027.")
            return ""
