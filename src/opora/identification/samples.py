"""Files as regions get them, with their dirt, made of known results: for tests of reading and for the demo region.

Every writer takes works that are known and a `Random`, and leaves a file of one layout; what stands in it is what the
reading must find. Dirt is what was met in real files: absent pupils, tasks not attempted, changed logins, totals.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

SUBJECTS: Final = {
    "rus": ("Русский язык", "русскому языку"),
    "mat": ("Математика", "математике"),
    "mat_base": ("Математика (базовый уровень)", "математике базового уровня"),
    "mat_prof": ("Математика (профильный уровень)", "математике профильного уровня"),
}


@dataclass(frozen=True)
class SampleSchool:
    """`login` is how files name it; the list of schools may hold another prefix."""

    login: str
    name: str
    municipality: str


@dataclass(frozen=True)
class SampleWork:
    """One pupil's work: `score` is none for an absent pupil; `tasks` add to it, none of them for «не пройд.»."""

    school: SampleSchool
    pupil: str
    letter: str  # «5А»
    tasks: tuple[int | None, ...] = ()
    score: int | None = None
    journal_mark: int | None = None
    gender: str = "м"


@dataclass(frozen=True)
class SampleCounts:
    """One school's work in counts; `marks` are of 2, 3, 4, 5."""

    school: SampleSchool
    year: int
    subject: str
    grade: int
    marks: tuple[int, int, int, int] = (0, 0, 0, 0)
    failed: int | None = None
    participants: int = 0

    @property
    def total(self) -> int:
        return self.participants or sum(self.marks)


@dataclass
class Sample:
    """A file that was written, and the name under which a region would send it."""

    path: Path
    rows: int = 0
    dirt: dict[str, int] = field(default_factory=dict)


_GENDERS: Final = ("м", "ж", "М", "Ж")
_NOT_TRIED: Final = ("X", "x", "Х", "не пройд.")


def split(score: int, maxima: Sequence[int], random: Random) -> tuple[int | None, ...]:
    """Points of tasks that add to `score`; some of those without a point were not attempted."""
    tasks = [0] * len(maxima)
    places = [place for place, most in enumerate(maxima) for _ in range(most)]
    for place in random.sample(places, min(score, len(places))):
        tasks[place] += 1
    return tuple(None if not one and random.random() < 0.3 else one for one in tasks)


def fisoko_2020(path: Path, works: Iterable[SampleWork], maxima: Sequence[int], random: Random) -> Sample:
    """The protocol of autumn 2020: English headers, «var-1» tells who was absent."""
    head = ["groups", "user", "id", "code", "otc", "gender", "klass", "var-1", "sum"]
    head += [f"a-{number}-grade" for number in range(1, len(maxima) + 1)] + ["Учебник"]

    def row(work: SampleWork) -> list[Any]:
        journal = work.journal_mark or "нет отметки"
        start = ["oo", work.school.login, work.pupil, work.pupil, journal, random.choice(_GENDERS), work.letter]
        if work.score is None:
            return [*start, "отсутствовал", "", *("" for _ in maxima), ""]
        return [*start, random.randint(1, 20), work.score, *_tasks(work, random), "Учебник"]

    return _table(path, [head], [row(work) for work in works])


def fisoko_2021(path: Path, works: Iterable[SampleWork], maxima: Sequence[int], random: Random) -> Sample:
    """The protocol of 2021: Russian headers, points of tasks before the sum."""
    head = ["логин школы", "класс", "номер обучающегося", "пол", "отметка за предыдущую четверть/триместр", "вариант"]
    head += [f"балл за {number}" for number in range(1, len(maxima) + 1)] + ["Учебник", "всего баллов"]

    def row(work: SampleWork) -> list[Any]:
        journal = work.journal_mark or "нет отметки"
        start = [work.school.login, work.letter, work.pupil, random.choice(_GENDERS), journal]
        if work.score is None:
            return [*start, "отсутствовал", *("" for _ in maxima), "", ""]
        return [*start, random.randint(1, 20), *_tasks(work, random), "Учебник", work.score]

    return _table(path, [head], [row(work) for work in works])


def fisoko_2022(path: Path, works: Sequence[SampleWork], maxima: Sequence[int], random: Random) -> Sample:
    """The workbook of 2022 and later: sheets «Классы» and «Протокол», maxima in the headers («5К1 (1б)»)."""
    import xlsxwriter

    head = ["Пользователь", "Код", "Пол", "Вариант"]
    head += [f"{number}{'К1' if number % 5 == 0 else ''} ({most}б)" for number, most in enumerate(maxima, 1)]
    head += ["Наименование класса", "Отметка за предыдущий триместр/ четверть/полугодие", "Итого баллов", "Учебник"]
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        classes = book.add_worksheet("Классы")
        pairs = sorted({(work.school.login, work.letter) for work in works})
        for number, cells in enumerate([("Пользователь", "Наименование класса"), *pairs]):
            classes.write_row(number, 0, cells)
        protocol = book.add_worksheet("Протокол")
        protocol.write_row(0, 0, head)
        for number, work in enumerate(works, 1):
            journal = work.journal_mark or "нет отметки"
            start = [work.school.login, work.pupil, random.choice(_GENDERS)]
            if work.score is None:
                protocol.write_row(
                    number, 0, [*start, "отсутствовал", *("" for _ in maxima), work.letter, journal, "", ""]
                )
                continue
            row = [*start, random.randint(1, 20), *_tasks(work, random), work.letter, journal, work.score, "Учебник"]
            protocol.write_row(number, 0, row)
    return Sample(path, len(works))


def _tasks(work: SampleWork, random: Random) -> list[Any]:
    return [random.choice(_NOT_TRIED) if one is None else one for one in work.tasks]


def groups(path: Path, counts: Sequence[SampleCounts], region: str = "Луговой край") -> Sample:
    """«Группы участников …» in shares: two rows of headers, a block for each year, region and municipalities above."""
    import xlsxwriter

    years = sorted({one.year for one in counts})
    schools = list(dict.fromkeys(one.school for one in counts))
    by_place = {(one.school, one.year): one for one in counts}
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Статистика по отметкам")
        sheet.merge_range(0, 0, 1, 0, "Группы участников")
        for block, year in enumerate(years):
            left = 1 + block * 6
            sheet.merge_range(0, left, 0, left + 5, year)
            sheet.write_row(1, left, ["Кол-во ОО", "Кол-во участников", "2", "3", "4", "5"])
        lines: list[tuple[str, list[SampleSchool]]] = [("Вся выборка", schools), (region, schools)]
        for municipality in dict.fromkeys(one.municipality for one in schools):
            inside = [one for one in schools if one.municipality == municipality]
            lines.append((municipality, inside))
            lines += [(f"{one.name} ({one.login})", [one]) for one in inside]
        for number, (title, members) in enumerate(lines, 2):
            sheet.write(number, 0, title)
            for block, year in enumerate(years):
                found = [by_place[one, year] for one in members if (one, year) in by_place]
                if total := sum(one.total for one in found):
                    marks = [round(100 * sum(one.marks[mark] for one in found) / total, 2) for mark in range(4)]
                    sheet.write_row(number, 1 + block * 6, [len(found), total, *marks])
    return Sample(path, len(schools))


def flat(path: Path, counts: Iterable[SampleCounts], *, percent: bool = False) -> Sample:
    """«Год, Класс, Предмет, Муниципалитет, Логин, ОО, Кол-во участников, 2, 3, 4, 5»."""
    head = ["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников", "2", "3", "4", "5"]
    rows = []
    for one in counts:
        marks: list[Any] = list(one.marks)
        if percent:
            marks = [f"{100 * mark / max(one.total, 1):.2f}".replace(".", ",") for mark in one.marks]
        place = [one.school.municipality, one.school.login, one.school.name]
        rows.append([one.year, one.grade, SUBJECTS[one.subject][0], *place, one.total, *marks])
    return _table(path, [head], rows)


def ege(path: Path, counts: Sequence[SampleCounts], title: str = "Результаты ЕГЭ 2023 года") -> Sample:
    """Three rows of headers (subject, figure, unit), municipality cells merged over their schools, rows «всего»."""
    import xlsxwriter

    subjects = list(dict.fromkeys(one.subject for one in counts))
    schools = sorted({one.school for one in counts}, key=lambda one: (one.municipality, one.login))
    by_place = {(one.school, one.subject): one for one in counts}
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Результаты")
        wide = book.add_format({"text_wrap": True})
        sheet.write(0, 0, title)
        for column, text in enumerate(("Муниципалитет", "Код ОО", "Наименование ОО")):
            sheet.merge_range(2, column, 4, column, text)
        for block, subject in enumerate(subjects):
            left = 3 + block * 4
            sheet.merge_range(2, left, 2, left + 3, SUBJECTS[subject][0])
            sheet.merge_range(3, left, 4, left, "Кол-во участ-\nников", wide)
            sheet.merge_range(3, left + 1, 3, left + 2, "Не преодолели минимальный порог")
            sheet.write_row(4, left + 1, ["чел.", "%"])
            sheet.merge_range(3, left + 3, 4, left + 3, "Средний балл")
        row = 5
        for municipality in dict.fromkeys(one.municipality for one in schools):
            inside = [one for one in schools if one.municipality == municipality]
            if len(inside) > 1:
                sheet.merge_range(row, 0, row + len(inside) - 1, 0, municipality)
            else:
                sheet.write(row, 0, municipality)
            for school in inside:
                sheet.write_row(row, 1, [school.login, school.name])
                for block, subject in enumerate(subjects):
                    if one := by_place.get((school, subject)):
                        _exam_cells(sheet, row, 3 + block * 4, one.total, one.failed or 0)
                row += 1
            sheet.write(row, 0, f"{municipality} всего")
            for block, subject in enumerate(subjects):
                found = [by_place[one, subject] for one in inside if (one, subject) in by_place]
                _exam_cells(
                    sheet, row, 3 + block * 4, sum(one.total for one in found), sum(one.failed or 0 for one in found)
                )
            row += 1
        sheet.write(row + 1, 0, "Исполнитель: Иванова И. И.")
    return Sample(path, len(counts))


def _exam_cells(sheet: Any, row: int, left: int, total: int, failed: int) -> None:
    sheet.write_row(row, left, [total, failed, round(100 * failed / max(total, 1), 2), 61.5])


def _table(path: Path, heads: Sequence[Sequence[Any]], rows: Sequence[Sequence[Any]]) -> Sample:
    write_rows(path, [*heads, *rows])
    return Sample(path, len(rows))


def write_rows(path: Path, rows: Iterable[Sequence[Any]], *, encoding: str = "cp1251", delimiter: str = ";") -> None:
    """Rows as an xlsx or a csv, by the ending."""
    if path.suffix == ".xlsx":
        import xlsxwriter

        with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
            sheet = book.add_worksheet("Лист1")
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        return
    with path.open("w", encoding=encoding, newline="", errors="replace") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)


PROTOCOLS: Final[dict[int, Callable[..., Sample]]] = {2020: fisoko_2020, 2021: fisoko_2021, 2022: fisoko_2022}
