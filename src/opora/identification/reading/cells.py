"""Single cells: what their texts mean, and what is said of those that mean nothing."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import Any, Final

from opora.decrees.formats.cleaning import clean
from opora.identification.columns import CHECKS, FIRST_YEAR, GRADES, MARKS, MOST_PARTICIPANTS, PROCEDURES
from opora.identification.reading import facts
from opora.identification.reading.sheets import FORMULA

_ABSENT = re.compile(
    r"отсут\w*|не\s?яв\w*|неявка|н|н/я|н\.я\.?|н/б|нб|не писал[аи]?|не участвовал[аи]?|болен|больна|болел[аи]?|absent"
)
_NOTHING: Final = frozenset(
    ("", "-", "–", "—", "нет отметки", "нет оценки", "нет данных", "н/а", "н/д", "не аттестован",
     "na", "n/a", "nan", "none", "null")
)  # fmt: skip
_NOT_TRIED: Final = frozenset(
    ("x", "х", "×", "не пройд.", "не пройд", "не пройдено", "не приступал", "не приступил", "n")
)
_YES: Final = frozenset(
    ("1", "да", "true", "+", "зачет", "зач", "зач.", "сдал", "сдала", "преодолел", "преодолен", "пройден", "yes")
)
_NO: Final = frozenset(
    ("0", "нет", "false", "незачет", "не зачет", "незач", "незач.", "не сдал", "не сдала", "не преодолел",
     "не преодолен", "no")
)  # fmt: skip
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_ERROR = re.compile(r"#(?:дел|знач|ссылка|имя|число|н/д|пусто|div|value|ref|name|num|n/a|null).*", re.IGNORECASE)
_FORMULA_SAID: Final = (
    "В ячейке формула, значение которой не вычислено. Откройте файл в табличном редакторе, дождитесь пересчёта "
    "и сохраните."
)
_ERROR_SAID: Final = "В ячейке ошибка формулы «{value}». Исправьте формулу или впишите значение."


@dataclass(frozen=True, slots=True)
class Bad:
    """A cell that means nothing: what is said of it."""

    reason: str


class Absent:
    """The pupil did not write the work."""


ABSENT: Final = Absent()


def text_of(cell: Any) -> str:
    """A cell as one clean line: whole numbers without a fraction, no invisible characters."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        if cell.isascii() and cell.isprintable() and cell[:1] != " " and cell[-1:] != " " and "  " not in cell:
            return cell
        return " ".join(clean(cell).split())
    if isinstance(cell, bool):
        return "да" if cell else "нет"
    if isinstance(cell, float):
        if math.isnan(cell):
            return ""
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.12g}".replace(".", ",")
    if isinstance(cell, dt.datetime):
        return f"{cell:%d.%m.%Y}"
    if isinstance(cell, dt.date):
        return f"{cell:%d.%m.%Y}"
    return " ".join(clean(str(cell)).split())


def is_empty(cell: Any) -> bool:
    return (
        cell is None or (isinstance(cell, str) and not cell.strip()) or (isinstance(cell, float) and math.isnan(cell))
    )


def number_of(text: str) -> float | None:
    """«12,50», «1 024», «35 %» as a number; a quotient of nothing is none."""
    compact = text.replace(" ", "").removesuffix("%")
    if not _NUMBER.fullmatch(compact) or len(compact) > 18:
        return None
    return float(compact.replace(",", "."))


def unfit(cell: Any, text: str) -> Bad | None:
    """What is wrong with a cell whatever it should hold: a formula, an error of one, a date."""
    if cell is FORMULA or text.startswith("="):
        return Bad(_FORMULA_SAID)
    if _ERROR.fullmatch(text):
        return Bad(_ERROR_SAID.format(value=text))
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        return Bad(
            f"Вместо числа дата «{text}»: табличный редактор принял число за дату. Впишите значение заново как текст."
        )
    return None


def is_absent(text: str) -> bool:
    return _ABSENT.fullmatch(text.lower().replace("ё", "е")) is not None


def is_nothing(text: str) -> bool:
    return text.lower().replace("ё", "е") in _NOTHING


def _whole(cell: Any, check: str, least: int, most: int) -> int | Absent | Bad | None:
    text = text_of(cell)
    if is_nothing(text):
        return None
    if is_absent(text):
        return ABSENT
    if bad := unfit(cell, text):
        return bad
    number = number_of(text)
    if number is None or not number.is_integer() or not least <= number <= most or text.endswith("%"):
        return Bad(CHECKS[check].said(text))
    return int(number)


def mark(cell: Any) -> int | Absent | Bad | None:
    return _whole(cell, "mark", MARKS[0], MARKS[-1])


def journal_mark(cell: Any) -> int | Absent | Bad | None:
    return _whole(cell, "journal_mark", MARKS[0], MARKS[-1])


def passed(cell: Any) -> bool | Absent | Bad | None:
    text = text_of(cell)
    words = text.lower().replace("ё", "е")
    if is_absent(words):
        return ABSENT
    if words in _YES:
        return True
    if words in _NO:
        return False
    if is_nothing(words):
        return None
    return unfit(cell, text) or Bad(CHECKS["passed"].said(text))


def score(cell: Any) -> float | Absent | Bad | None:
    """Primary points; a task not attempted gives none of the whole work."""
    text = text_of(cell)
    words = text.lower().replace("ё", "е")
    if is_nothing(words) or words in _NOT_TRIED:
        return None
    if is_absent(words):
        return ABSENT
    if bad := unfit(cell, text):
        return bad
    number = number_of(text)
    if number is None or number < 0 or text.endswith("%"):
        return Bad(CHECKS["score"].said(text))
    return number


def task(cell: Any) -> float | Bad | None:
    """Points of one task: 0 where it was not attempted, none where nothing is written."""
    text = text_of(cell)
    if text.lower() in _NOT_TRIED:
        return 0.0
    found = score(cell)
    return None if isinstance(found, Absent) else found


def year(cell: Any, latest: int) -> int | Bad | None:
    text = text_of(cell)
    if not text:
        return None
    if isinstance(cell, dt.date):
        return cell.year if FIRST_YEAR <= cell.year <= latest else Bad(CHECKS["year"].said(cell.year))
    if bad := unfit(cell, text):
        return bad
    said, _ = facts.year_in(text)
    found = int(said) if said else number_of(text)
    if found is None or found != int(found) or not FIRST_YEAR <= found <= latest:
        return Bad(CHECKS["year"].said(text))
    return int(found)


def procedure(cell: Any) -> str | Bad | None:
    text = text_of(cell)
    if not text:
        return None
    if text.lower() in PROCEDURES:
        return text.lower()
    return facts.procedure_in(text) or Bad(CHECKS["procedure"].said(text))


def grade(cell: Any) -> int | Bad | None:
    text = text_of(cell)
    if not text:
        return None
    if bad := unfit(cell, text):
        return bad
    said = facts.grade_of(text)
    if not said or not GRADES[0] <= int(said) <= GRADES[1]:
        return Bad(CHECKS["grade"].said(text))
    return int(said)


def participants(cell: Any) -> int | Absent | Bad | None:
    return _whole(cell, "participants", 0, MOST_PARTICIPANTS)


def absent(cell: Any) -> int | Absent | Bad | None:
    return _whole(cell, "absent", 0, MOST_PARTICIPANTS)


def failed(cell: Any) -> int | Absent | Bad | None:
    return _whole(cell, "failed", 0, MOST_PARTICIPANTS)


def amount(cell: Any) -> float | Bad | None:
    """A number of marks or their share in percent: which of the two the row tells."""
    text = text_of(cell)
    if is_nothing(text):
        return None
    if bad := unfit(cell, text):
        return bad
    number = number_of(text)
    if number is None or not 0 <= number <= MOST_PARTICIPANTS:
        return Bad(CHECKS["marks"].said(text))
    return number


def count(cell: Any) -> int:
    """How many schools a row sums up; 0 where that is not said."""
    number = number_of(text_of(cell))
    return int(number) if number is not None and number.is_integer() and 0 <= number < 10**6 else 0
