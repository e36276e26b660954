"""The shapes of the data: names, kinds and limits of columns, and what is said of a value that does not fit.

A *procedure* is (procedure, subject, grade). RESULTS has one row per pupil and work, or (aggregated) one per school and
work; COUNTS and TALLIES are what a run needs of it, computed once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

Kind = Literal["text", "integer", "number", "flag"]

#: One primary point in the units of TALLIES, so that sums of points are exact.
HUNDREDTHS: Final = 100

PROCEDURES: Final = {
    "vpr": "ВПР",
    "oge": "ОГЭ",
    "ege": "ЕГЭ",
    "regional": "региональная работа",
    "in_school": "внутришкольная работа",
}
SUBJECTS: Final = {
    "rus": "русский язык",
    "mat": "математика",
    "mat_base": "математика (базовая)",
    "mat_prof": "математика (профильная)",
    "phys": "физика",
    "chem": "химия",
    "bio": "биология",
    "geo": "география",
    "hist": "история",
    "soc": "обществознание",
    "lit": "литература",
    "inf": "информатика",
    "world": "окружающий мир",
    "eng": "английский язык",
    "ger": "немецкий язык",
    "fra": "французский язык",
}
MARKS: Final = (2, 3, 4, 5)
GRADES: Final = (1, 11)
FIRST_YEAR: Final = 2000
#: More than this many participants of one procedure in one school is a slip of the hand.
MOST_PARTICIPANTS: Final = 5_000
#: Rounded shares of marks of one work may add to this many percent less or more than 100.
SHARES_SLACK: Final = 1.0


@dataclass(frozen=True)
class Column:
    """One column: its name, kind, title for people, and whether a table may lack it."""

    name: str
    kind: Kind
    title: str
    optional: bool = False


PROCEDURE_KEY: Final = (
    Column("year", "integer", "год работы"),
    Column("procedure", "text", "процедура"),
    Column("subject", "text", "предмет"),
    Column("grade", "integer", "класс"),
    Column("school_id", "text", "школа"),
)
RESULTS: Final = (
    *PROCEDURE_KEY,
    Column("pupil_id", "text", "код участника", optional=True),
    Column("mark", "integer", "отметка", optional=True),
    Column("passed", "flag", "минимум преодолён", optional=True),
    Column("score", "number", "первичный балл", optional=True),
    Column("max_score", "number", "максимальный балл", optional=True),
    Column("journal_mark", "integer", "отметка в журнале", optional=True),
    Column("participants", "integer", "участников", optional=True),
    Column("marks_2", "number", "отметок «2»", optional=True),
    Column("marks_3", "number", "отметок «3»", optional=True),
    Column("marks_4", "number", "отметок «4»", optional=True),
    Column("marks_5", "number", "отметок «5»", optional=True),
    Column("failed", "integer", "не сдали", optional=True),
    Column("absent", "integer", "отсутствовали", optional=True),
)
SCHOOLS: Final = (
    Column("school_id", "text", "школа"),
    Column("name", "text", "название", optional=True),
    Column("municipality_id", "text", "муниципалитет", optional=True),
    Column("region_id", "text", "регион", optional=True),
    Column("settlement", "integer", "тип населённого пункта", optional=True),
    Column("pupils", "integer", "обучающихся", optional=True),
)
#: A participant has a mark or `passed`; failed is mark 2 or not passed. One row per procedure, year and school.
COUNTS: Final = (
    *PROCEDURE_KEY,
    Column("participants", "integer", "участников"),
    Column("failed", "integer", "с отметкой «2» или не сдали"),
    Column("marks_2", "integer", "отметок «2»"),
    Column("marks_3", "integer", "отметок «3»"),
    Column("marks_4", "integer", "отметок «4»"),
    Column("marks_5", "integer", "отметок «5»"),
    Column("absent", "integer", "отсутствовали"),
)
#: One row per procedure, year, school and distinct work; `score` and `max_score` in hundredths of a primary point.
TALLIES: Final = (
    *PROCEDURE_KEY,
    Column("mark", "integer", "отметка", optional=True),
    Column("passed", "flag", "минимум преодолён", optional=True),
    Column("journal_mark", "integer", "отметка в журнале", optional=True),
    Column("score", "integer", "сотых первичного балла", optional=True),
    Column("max_score", "integer", "сотых максимального балла", optional=True),
    Column("pupils", "integer", "обучающихся"),
)
#: Rows that were not used: where they stand and why.
REJECTED: Final = (
    Column("file", "text", "файл"),
    Column("sheet", "text", "лист", optional=True),
    Column("row", "integer", "строка", optional=True),
    Column("column", "text", "столбец", optional=True),
    Column("value", "text", "значение", optional=True),
    Column("reason", "text", "причина"),
)

_IBIS: Final[dict[Kind, str]] = {"text": "string", "integer": "int64", "number": "float64", "flag": "boolean"}


def arrow_schema(columns: tuple[Column, ...]) -> pa.Schema:
    """The columns as a pyarrow schema."""
    import pyarrow as pa

    types = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "flag": pa.bool_()}
    return pa.schema([pa.field(one.name, types[one.kind]) for one in columns])


def ibis_schema(columns: tuple[Column, ...]) -> ibis.Schema:
    """The columns as an Ibis schema."""
    import ibis

    return ibis.schema({one.name: _IBIS[one.kind] for one in columns})


@dataclass(frozen=True)
class Check:
    """A reason to set a row aside: the column at fault and what is said; `{value}` is the value that was found."""

    column: str
    message: str

    def said(self, value: object) -> str:
        return self.message.format(value="" if value is None else value)


#: In the order in which they are looked for: a row is told the first that holds. Names are kept in reports.
CHECKS: Final[dict[str, Check]] = {
    "no_year": Check("year", "Не указан год работы. Впишите календарный год четырьмя цифрами."),
    "year": Check("year", "Год «{value}» невозможен: нужен календарный год с 2000-го по текущий."),
    "no_school": Check("school_id", "Не указана школа. Впишите её код, как в списке школ."),
    "unknown_school": Check("school_id", "Школы «{value}» нет в списке школ. Исправьте код или добавьте школу."),
    "procedure": Check("procedure", "Процедура «{value}» неизвестна. Возможны: vpr, oge, ege, regional, in_school."),
    "no_subject": Check("subject", "Не указан предмет."),
    "grade": Check("grade", "Класс «{value}» невозможен: нужно целое число от 1 до 11."),
    "mark": Check("mark", "Отметка «{value}» невозможна: бывают 2, 3, 4 и 5. Отсутствовавшему отметку не ставят."),
    "passed": Check("passed", "«{value}» в столбце passed не разобрано: нужно да или нет (true или false)."),
    "contradiction": Check("passed", "Отметка и признак «минимум преодолён» противоречат друг другу."),
    "score": Check("score", "Первичный балл «{value}» невозможен: он от 0 до максимального."),
    "max_score": Check("max_score", "Максимальный балл «{value}» невозможен: нужно число больше 0."),
    "journal_mark": Check("journal_mark", "Отметка в журнале «{value}» невозможна: бывают 2, 3, 4 и 5."),
    "participants": Check("participants", "Число участников «{value}» невозможно: нужно целое число от 0 до 5000."),
    "marks": Check("marks_2", "Отметок «{value}» быть не может: нужны неотрицательные числа или доли в процентах."),
    "sum": Check(
        "participants",
        "Отметки не складываются: их сумма {value}, а должна равняться числу участников или 100 процентам.",
    ),
    "failed": Check("failed", "Число не сдавших «{value}» невозможно: оно от 0 до числа участников."),
    "absent": Check("absent", "Число отсутствовавших «{value}» невозможно: нужно целое число от 0."),
    "two_kinds": Check("participants", "В строке и отметка одного обучающегося, и число участников: оставьте одно."),
}
