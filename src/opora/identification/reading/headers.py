"""The rows of headers of a sheet: one to three, with merged cells, below titles and above a row of column numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from opora.identification.reading import facts, words
from opora.identification.reading.cells import text_of
from opora.identification.reading.mapping import MARKS, OF_PUPIL, OF_SCHOOL, Bound, Mapping, signature

#: Rows of a sheet in which the headers are looked for.
HEAD: Final = 40
MAX_DEPTH: Final = 3
_SHARED: Final = frozenset(
    "year procedure subject grade class_name school_id school_name group municipality pupil_id".split()
)
_RESULTS: Final = OF_PUPIL | OF_SCHOOL | {"task"}
_SCHOOL: Final = frozenset("school_id school_name group".split())

LAYOUTS: Final[dict[str, str]] = {
    "own_pupils": "столбцы Опоры, по обучающимся",
    "own_counts": "столбцы Опоры, по школам",
    "fisoko_2020": "протокол ФИС ОКО 2020 года",
    "fisoko_2021": "протокол ФИС ОКО 2021 года",
    "fisoko_2022": "протокол ФИС ОКО 2022 года и позже",
    "groups": "группы участников (статистика по отметкам)",
    "ege": "таблица экзамена по предметам",
    "flat": "плоская таблица по школам",
    "pupils": "таблица по обучающимся",
    "counts": "таблица по школам",
    "given": "столбцы указаны человеком",
    "unknown": "заголовки не распознаны",
}
#: Layouts that hold ВПР and nothing else.
OF_VPR: Final = frozenset(("fisoko_2020", "fisoko_2021", "fisoko_2022"))


@dataclass(slots=True)
class Head:
    """Where the headers stand (indexes among the rows given) and what they say."""

    first: int
    last: int
    mapping: Mapping
    layout: str
    titles: list[str] = field(default_factory=list)  # texts above

    @property
    def is_known(self) -> bool:
        return self.layout != "unknown"


def find(rows: Sequence[Sequence[Any]], merged: Sequence[tuple[int, int, int, int]], given: Sequence[Mapping]) -> Head:
    """The likeliest headers among the first rows. `merged` counts rows as `rows` does; `given` wins by signature."""
    texts = [[text_of(cell) for cell in row] for row in rows[:HEAD]]
    best: tuple[int, Head] | None = None
    for first, row in enumerate(texts):
        if sum(map(bool, row)) < 2 or is_numbering(row):
            continue
        for depth in range(1, MAX_DEPTH + 1):
            lines = texts[first : first + depth]
            if len(lines) < depth or not _is_header(lines[-1]):
                break
            head = _head(texts, first, depth, merged, given)
            weight = 2 * sum(bool(one.field) and one.field != "task" for one in head.mapping.columns)
            weight += 2 * min(sum(one.field == "task" for one in head.mapping.columns), 3)
            weight += 2000 * (head.layout == "given") + 200 * head.is_known
            weight += depth > 1 and all(words.is_unit(one) for one in lines[-1] if one)
            if weight and (best is None or weight > best[0]):
                best = weight, head
    if best is not None and (best[1].is_known or best[0] > 2):
        return best[1]
    widest = max(range(len(texts)), key=lambda one: (sum(map(bool, texts[one])), -one), default=0)
    return _head(texts, widest, 1, merged, given) if texts else Head(0, 0, Mapping(()), "unknown")


def is_numbering(row: Sequence[str]) -> bool:
    """A row «1 2 3 4 …» that numbers the columns."""
    numbers = [one for one in row if one]
    return len(numbers) > 2 and numbers == [str(number) for number in range(1, len(numbers) + 1)]


def _is_header(row: Sequence[str]) -> bool:
    """Words, and of numbers only years and «2 3 4 5» in this order."""
    filled = [one for one in row if one]
    numbers = [one for one in filled if re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?\s*%?", one)]
    marks = [one for one in numbers if not re.fullmatch(r"20\d\d", one)]
    if marks and marks != ["2", "3", "4", "5"] * (len(marks) // 4):
        return False
    return (
        bool(filled)
        and not is_numbering(row)
        and (len(marks) == len(filled) or len(numbers) < len(filled) or bool(marks))
    )


def _head(
    texts: list[list[str]],
    first: int,
    depth: int,
    merged: Sequence[tuple[int, int, int, int]],
    given: Sequence[Mapping],
) -> Head:
    paths = _paths(texts[first : first + depth], first, merged)
    recognised = _bound(paths)
    mark = signature((one.header, one.field == "task") for one in recognised if one.header)
    titles = [" ".join(dict.fromkeys(one for one in row if one)) for row in texts[:first]]
    titles = [one for one in titles if one]
    chosen = next((one for one in given if one.signature in ("", mark)), None)
    if chosen is not None and chosen.signature:
        layout = "given"
    elif chosen is not None:
        known = {one.header for one in chosen.columns if one.field}
        layout = "given" if known and known <= {one.header for one in recognised} else _layout(recognised)
        chosen = chosen if layout == "given" else None
    else:
        layout = _layout(recognised)
    columns = tuple(recognised)
    constants: dict[str, str] = {}
    if chosen is not None:
        by_header = {one.header: one for one in chosen.columns}
        columns = tuple(
            by_header.get(one.header, one if one.field == "task" else Bound(one.header)) for one in recognised
        )
        constants = dict(chosen.constants)
    return Head(first, first + depth - 1, Mapping(columns, constants, mark), layout, titles)


def _paths(lines: list[list[str]], first: int, merged: Sequence[tuple[int, int, int, int]]) -> list[str]:
    """The header of each column: its texts from top to bottom joined by « | »."""
    width = max(len(line) for line in lines)
    grid = [line + [""] * (width - len(line)) for line in lines]
    depth = len(grid)
    for row in range(depth - 1):
        if merged:
            continue
        for column in range(1, width):  # without merged cells known: a heading goes on over headers below it
            below = any(grid[lower][column] for lower in range(row + 1, depth))
            starts_above = any(grid[upper][column] for upper in range(row))
            if not grid[row][column] and below and not starts_above and grid[row][column - 1]:
                left_below = any(grid[lower][column - 1] for lower in range(row + 1, depth))
                grid[row][column] = grid[row][column - 1] if left_below else ""
    for top, left, _, right in merged:
        if first <= top < first + depth and right > left:
            for column in range(left, min(right, width - 1) + 1):
                grid[top - first][column] = grid[top - first][left] if left < width else ""
    paths = []
    for column in range(width):
        parts = [grid[row][column] for row in range(depth)]
        paths.append(" | ".join(dict.fromkeys(part for part in parts if part)))
    return _numbered(paths)


def _numbered(paths: list[str]) -> list[str]:
    """Equal headers told apart: the second «Балл» is «Балл (2)»."""
    seen: dict[str, int] = {}
    result = []
    for path in paths:
        seen[path] = seen.get(path, 0) + 1
        result.append(f"{path} ({seen[path]})" if path and seen[path] > 1 else path)
    return result


def _bound(paths: Sequence[str]) -> list[Bound]:
    taken: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
    result = []
    for path in paths:
        name = words.field_of(path) if path else ""
        block = _facts_of(path) if name and name not in _SHARED else ()
        if name and name != "task" and (name, block) in taken:
            name = ""
        taken.add((name, block))
        result.append(Bound(path, name, block if name else ()))
    result = _without_lone_marks(_subject_by_name(result))
    fields = {one.field for one in result}
    if "group" in fields:  # the group names the school: «Наименование» beside it would only repeat it
        result = [Bound(one.header) if one.field == "school_name" else one for one in result]
    return result


def _without_lone_marks(columns: list[Bound]) -> list[Bound]:
    """Beside marks or points of pupils, a «3» that has no «2», «4» and «5» beside it is the number of a task."""
    if {"mark", "score"}.isdisjoint(one.field for one in columns):
        return columns
    return [
        Bound(one.header)
        if one.field in MARKS and not {other.field for other in columns if other.facts == one.facts}.issuperset(MARKS)
        else one
        for one in columns
    ]


def _subject_by_name(columns: list[Bound]) -> list[Bound]:
    """A subject told by a code and by its name is read by the name: codes differ from work to work."""
    named = [one for one in columns if not one.field and words.field_of(words.unnumbered(one.header)) == "subject"]
    coded = [one for one in columns if one.field == "subject" and words.normal(one.header).startswith("код")]
    if not named or not coded:
        return columns
    return [
        Bound(one.header, "subject") if one is named[0] else Bound(one.header) if one in coded else one
        for one in columns
    ]


def _facts_of(path: str) -> tuple[tuple[str, str], ...]:
    """What the upper rows of a header say of its block: subject, year, grade."""
    parts = path.split(" | ")[:-1]
    found: dict[str, str] = {}
    for part in parts:
        if subject := facts.subject_in(part):
            found["subject"] = subject
        if year := facts.year_in(part)[0]:
            found["year"] = year
        if grade := facts.grade_in(part):
            found["grade"] = grade
        if procedure := facts.procedure_in(part):
            found["procedure"] = procedure
    return tuple(sorted(found.items()))


def _layout(columns: Sequence[Bound]) -> str:
    fields = {one.field for one in columns}
    headers = {words.normal(one.header) for one in columns}
    if fields.isdisjoint(_SCHOOL) or fields.isdisjoint(_RESULTS):
        return "unknown"
    counts = not fields.isdisjoint({"marks_2", "failed", "failed_share"})
    if {"school_id", "subject", "year"} <= headers:
        return "own_counts" if counts else "own_pupils"
    if {"user", "klass"} <= headers or {"user", "otc"} <= headers or {"user", "sum"} <= headers:
        return "fisoko_2020"
    if "логин школы" in headers and "номер обучающегося" in headers:
        return "fisoko_2021"
    if "пользователь" in headers and ("наименование класса" in headers or "task" in fields):
        return "fisoko_2022"
    if "group" in fields:
        return "groups"
    if counts and any(dict(one.facts).get("subject") for one in columns):
        return "ege"
    if counts:
        return "flat" if {"year", "subject"} & fields else "counts"
    return "pupils"
