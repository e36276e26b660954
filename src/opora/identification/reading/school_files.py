"""A file of schools -> SCHOOLS with its context columns; a school met twice is set aside with both places."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from opora.identification.columns import SCHOOLS
from opora.identification.reading.cells import is_empty, number_of, text_of
from opora.identification.reading.delimited import Broken
from opora.identification.reading.model import Rejected
from opora.identification.reading.opening import Unreadable
from opora.identification.reading.sheets import Sheet, sheets_of
from opora.identification.reading.words import normal

if TYPE_CHECKING:
    import os

    import pyarrow as pa

_HEADERS: Final = tuple(
    (name, re.compile(words))
    for name, words in (
        ("school_id", r"school_id|логин(?: (?:школы|оо|оу))?|код(?: (?:школы|оо|оу|организации).*)?|пользователь|id"),
        ("name", r"name|оо|школа|(?:краткое |полное )?наименование(?: (?:оо|оу|школы|организации).*)?|название.*"
                 r"|образовательная организация"),
        ("municipality_id", r"municipality_id|код (?:мо|муниципалитета|ате)|подчинена \(код\)"),
        ("municipality", r"municipality|муниципалитет|муниципальное образование|мо|ате|район|территория"),
        ("region_id", r"region_id|регион|код региона|субъект(?: рф)?"),
        ("settlement", r"settlement|тип населенного пункта|населенный пункт|местность"),
        ("pupils", r"pupils|обучающихся|(?:количество|число|всего|численность) (?:обуча|уча|учени)\w+(?: .*)?"),
    )
)  # fmt: skip
_SETTLEMENTS: Final = (
    (1, re.compile(r"1|.*(?:областной|краевой|региональн\w*|республиканский) центр.*|столица.*")),
    (4, re.compile(r"4|сел\w*|деревн\w*|хутор\w*|станиц\w*|аул\w*|сельск\w*.*|поселок сельского типа|[сдх]\.\s?.+")),
    (3, re.compile(r"3|пгт\b.*|пос[её]лок городского типа.*|рабочий пос[её]лок.*|рп\b.*")),
    (2, re.compile(r"2|город\w*.*|г\.\s?.+")),
)
_MOST_PUPILS: Final = 20_000
_HEAD: Final = 20


@dataclass(slots=True)
class SchoolsReading:
    table: pa.Table
    rejected: list[Rejected] = field(default_factory=list)


class _Wrong(Exception):
    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, value, reason


def read_schools(path: str | os.PathLike[str], *, name: str = "") -> SchoolsReading:
    """SCHOOLS of a csv, xlsx or parquet; columns that are not of SCHOOLS stay, numbers where all of them are."""
    file = name or Path(path).name
    schools = _Schools(file)
    try:
        for sheet in sheets_of(Path(path)):
            if not sheet.hidden:
                schools.sheet(sheet)
        if not schools.rows and not schools.rejected:
            schools.rejected.append(_whole(file, "В файле нет столбца с кодом (логином) школы."))
    except Unreadable as error:
        schools.rejected.append(_whole(file, str(error)))
    return SchoolsReading(schools.table(), schools.rejected)


def _whole(file: str, reason: str) -> Rejected:
    return Rejected(file, "", None, "", "", reason)


class _Schools:
    def __init__(self, file: str) -> None:
        self.file = file
        self.rows: dict[str, dict[str, Any]] = {}
        self.places: dict[str, int] = {}
        self.rejected: list[Rejected] = []
        self.extra: dict[str, None] = {}

    def sheet(self, sheet: Sheet) -> None:
        columns: dict[int, str] = {}
        headers: list[str] = []
        for number, row in sheet.rows():
            if not columns:
                if number > _HEAD:
                    return
                headers = [text_of(cell) if not isinstance(cell, Broken) else cell.text for cell in row]
                columns = _columns(headers)
                continue
            if all(is_empty(cell) for cell in row):
                continue
            try:
                self._row(columns, row, number)
            except _Wrong as wrong:
                self.rejected.append(Rejected(self.file, sheet.name, number, wrong.column, wrong.value, wrong.reason))

    def _row(self, columns: dict[int, str], row: list[Any], number: int) -> None:
        if isinstance(row[0], Broken):
            raise _Wrong("", row[0].text[:200], "Строка не разобрана: в ней не закрыта кавычка.")
        said = {name: text_of(row[index]) for index, name in columns.items() if index < len(row)}
        school_id = said.get("school_id", "")
        if sum(map(bool, said.values())) <= 1 and not re.search(r"\d", school_id):
            return  # a heading or a footer
        if not school_id:
            raise _Wrong("school_id", "", "Не указан код школы.")
        values: dict[str, Any] = {name: text or None for name, text in said.items()}
        values["settlement"] = _settlement(said.get("settlement", ""))
        values["pupils"] = _pupils(said.get("pupils", ""))
        if "municipality" in said:
            values["municipality_id"] = values.get("municipality_id") or values["municipality"]
        if school_id in self.rows:
            self._twice(school_id, values, number)
        self.rows[school_id] = values
        self.places[school_id] = number
        self.extra.update(dict.fromkeys(name for name in said if name not in _NAMES))

    def _twice(self, school_id: str, values: dict[str, Any], number: int) -> None:
        first, place = self.rows[school_id], self.places[school_id]
        if first.get("municipality_id") != values.get("municipality_id"):
            reason = (
                f"Школа уже есть в строке {place} в муниципалитете «{first.get('municipality_id') or 'не указан'}», а "
                f"здесь «{values.get('municipality_id') or 'не указан'}». Оставлена первая: проверьте, что верно."
            )
        else:
            reason = f"Школа уже есть в строке {place}. Оставлена первая строка."
        raise _Wrong("school_id", school_id, reason)

    def table(self) -> pa.Table:
        import pyarrow as pa

        rows = [self.rows[one] for one in sorted(self.rows)]
        types = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "flag": pa.bool_()}
        columns = {one.name: pa.array([row.get(one.name) for row in rows], types[one.kind]) for one in SCHOOLS}
        for name in self.extra:
            texts = [row.get(name) for row in rows]
            numbers = [None if text is None else number_of(text) for text in texts]
            proved = all(text is None or number is not None for text, number in zip(texts, numbers, strict=True))
            columns[name] = pa.array(numbers, pa.float64()) if proved else pa.array(texts, pa.string())
        return pa.table(columns)


_NAMES: Final = frozenset(one.name for one in SCHOOLS)


def _columns(headers: list[str]) -> dict[int, str]:
    """Column number -> name; nothing where no column holds the code of a school."""
    found: dict[int, str] = {}
    for name, pattern in _HEADERS:
        for index, header in enumerate(headers):
            if index not in found and name not in found.values() and pattern.fullmatch(normal(header)):
                found[index] = name
    if "school_id" not in found.values():
        return {}
    for index, header in enumerate(headers):
        if header and index not in found and header not in found.values():
            found[index] = header
    return found


def _settlement(text: str) -> int | None:
    words = text.lower().replace("ё", "е").strip()
    if not words:
        return None
    for kind, pattern in _SETTLEMENTS:
        if pattern.fullmatch(words):
            return kind
    raise _Wrong(
        "settlement",
        text,
        f"Тип населённого пункта «{text}» не разобран. Нужно: 1 – региональный центр, 2 – город, 3 – посёлок "
        "городского типа, 4 – село.",
    )


def _pupils(text: str) -> int | None:
    if not text or text in ("-", "–"):
        return None
    number = number_of(text)
    if number is None or not number.is_integer() or not 0 <= number <= _MOST_PUPILS:
        raise _Wrong(
            "pupils", text, f"Число обучающихся «{text}» невозможно: нужно целое число от 0 до {_MOST_PUPILS}."
        )
    return int(number)
