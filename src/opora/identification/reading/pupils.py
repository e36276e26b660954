"""A row of one pupil -> the part of RESULTS that tells of him: the mark, or the points that a scale turns into one."""

from __future__ import annotations

from typing import Any, Final

from opora.identification.columns import CHECKS
from opora.identification.reading.cells import ABSENT, Bad, is_absent, is_empty, text_of
from opora.identification.reading.context import Context
from opora.identification.reading.scales import Key
from opora.identification.reading.state import Stop, Waits
from opora.identification.reading.words import task_maximum

EMPTY: Final = (None,) * 6
Made = tuple[str | None, int | None, bool | None, float | None, float | None, int | None]


def convert(to: Context, row: list[Any], fields: dict[str, int], key: tuple[int, str, str, int, str]) -> Made:
    """pupil_id, mark, passed, score, max_score, journal_mark; nothing after the code for an absent pupil.

    Raises `Stop` for a row that means nothing and `Waits` where a scale is missing.
    """
    pupil = _pupil(row, fields)
    variant = row[fields["variant"]] if "variant" in fields else None
    if variant is not None and is_absent(text_of(variant)):
        return (pupil, *EMPTY[1:])
    get = to.columns.get
    mark, passed, score = get(row, fields, "mark"), get(row, fields, "passed"), get(row, fields, "score")
    if ABSENT in (mark, passed, score):
        return (pupil, *EMPTY[1:])
    if score is None and to.columns.tasks:
        score = _sum(to, row)
    most = get(row, fields, "max_score") or to.tasks_maximum
    procedure, (year, _, subject, grade, _) = key[1], key
    scale_key: Key = (procedure, year, subject, grade)
    scale = to.state.scales.of(scale_key) if score is not None else None
    most = most or (scale.most if scale else None)
    if score is not None and most is not None and score > most:
        raise Stop(
            _header(to, fields, "score"), _plain(score), f"Балл {_plain(score)} больше наибольшего ({_plain(most)})."
        )
    if mark is None and passed is None:
        if to.sheet.layout == "own_pupils" and not fields.keys().isdisjoint(("mark", "passed")):
            return (pupil, *EMPTY[1:])  # our own columns say it themselves; points alone make no participant
        if score is None:
            if not is_empty(variant) or (pupil is None and to.sheet.layout != "own_pupils"):
                raise Stop(
                    _header(to, fields, "score"),
                    "",
                    "В строке нет ни отметки, ни баллов, ни слова «отсутствовал».",
                    "missing",
                )
            return (pupil, *EMPTY[1:])
        if scale is None:
            raise Waits(scale_key)
        mark, passed = scale.mark(score), scale.passed(score)
    if mark is not None and passed is not None and passed != (mark > 2):
        raise Stop(_header(to, fields, "passed"), text_of(row[fields["passed"]]), CHECKS["contradiction"].said(passed))
    return pupil, mark, passed, score, most, _journal(to, row, fields)


def _pupil(row: list[Any], fields: dict[str, int]) -> str | None:
    """The code, with the class where the file names it: codes are told apart inside a class only."""
    code = text_of(row[fields["pupil_id"]]) if "pupil_id" in fields else ""
    if not code:
        return None
    letter = text_of(row[fields["class_name"]]) if "class_name" in fields else ""
    return f"{letter}/{code}" if letter and not letter.isdigit() else code


def _sum(to: Context, row: list[Any]) -> float | None:
    """Points of the tasks together; none where nothing is written for any of them."""
    total = None
    for index in to.columns.tasks:
        points = to.columns.read("task", row[index])
        if type(points) is Bad:
            raise Stop(to.columns.headers[index], row[index], points.reason)
        if points is not None:
            total = (total or 0.0) + points
    return total


def _journal(to: Context, row: list[Any], fields: dict[str, int]) -> int | None:
    """The mark of the term before; an impossible one is told and left out, the work itself is sound."""
    index = fields.get("journal_mark")
    if index is None:
        return None
    value = to.columns.read("journal_mark", row[index])
    if type(value) is Bad:
        to.note("journal_mark", f"{value.reason} Работа принята без неё.")
        return None
    return None if value is ABSENT else value


def maximum_of_tasks(headers: list[str], tasks: list[int]) -> float | None:
    """The greatest sum that the headers of the tasks tell («5К1 (1б)»), where every one of them does."""
    found = [task_maximum(headers[index]) for index in tasks]
    known = [one for one in found if one is not None]
    return float(sum(known)) if known and len(known) == len(found) else None


def _header(to: Context, fields: dict[str, int], field: str) -> str:
    return to.columns.headers[fields[field]] if field in fields else ""


def _plain(number: float) -> str:
    return f"{number:g}".replace(".", ",")
