"""How the columns of a sheet are understood: what a page shows, a person corrects and the application remembers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

#: What a column of a file may hold, with titles for people. Those of one row of RESULTS, and what helps to make them.
FIELDS: Final[dict[str, str]] = {
    "year": "год работы",
    "procedure": "процедура",
    "subject": "предмет",
    "grade": "класс (параллель)",
    "class_name": "класс с буквой",
    "school_id": "код (логин) школы",
    "school_name": "название школы",
    "group": "группа участников (регион, муниципалитет или школа)",
    "municipality": "муниципалитет",
    "pupil_id": "код участника",
    "variant": "вариант («отсутствовал» – не писал)",
    "mark": "отметка",
    "passed": "минимум преодолён",
    "score": "первичный балл",
    "max_score": "максимальный балл",
    "journal_mark": "отметка в журнале",
    "task": "балл за задание",
    "participants": "число участников",
    "marks_2": "отметок «2»: число или процент",
    "marks_3": "отметок «3»: число или процент",
    "marks_4": "отметок «4»: число или процент",
    "marks_5": "отметок «5»: число или процент",
    "failed": "не преодолели минимум: число",
    "failed_share": "не преодолели минимум: процент",
    "absent": "отсутствовали: число",
    "schools": "число школ в строке (больше одной – итог)",
}
#: Facts that may stand in headers, sheet or file names instead of a column.
FACTS: Final = ("year", "procedure", "subject", "grade")
#: Numbers of marks of a school, and what tells the result of a school or of a pupil.
MARKS: Final = ("marks_2", "marks_3", "marks_4", "marks_5")
OF_SCHOOL: Final = frozenset((*MARKS, "failed", "failed_share"))
OF_PUPIL: Final = frozenset(("mark", "passed", "score"))
_YEAR = re.compile(r"\b20\d\d\b")


@dataclass(frozen=True, slots=True)
class Bound:
    """One column of a sheet: its header (rows of headers joined by « | »), what it holds, facts of its block."""

    header: str
    field: str = ""  # of FIELDS; empty is not read
    facts: tuple[tuple[str, str], ...] = ()  # («subject», «rus») of a column that stands under «Русский язык»


@dataclass(frozen=True, slots=True)
class Mapping:
    """The columns of a sheet in order, and constants for what no column says. Equal signatures have equal headers."""

    columns: tuple[Bound, ...]
    constants: dict[str, str] = field(default_factory=dict)
    signature: str = ""

    def to_json(self) -> dict[str, Any]:
        columns = [{"header": one.header, "field": one.field, "facts": dict(one.facts)} for one in self.columns]
        return {"signature": self.signature, "columns": columns, "constants": dict(self.constants)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Mapping:
        """Raises `ValueError` for what is no mapping or names an unknown field."""
        try:
            columns = tuple(
                Bound(str(one["header"]), str(one.get("field", "")), tuple(sorted(dict(one.get("facts", {})).items())))
                for one in data["columns"]
            )
            constants = {str(key): str(value) for key, value in dict(data.get("constants", {})).items()}
            mapping = cls(columns, constants, str(data.get("signature", "")))
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("это не соответствие столбцов") from error
        for name in [one.field for one in columns if one.field] + list(constants):
            if name not in FIELDS:
                raise ValueError(f"столбца «{name}» нет")
        return mapping

    def with_field(self, header: str, name: str) -> Mapping:
        """The same with another meaning of one column."""
        columns = tuple(replace(one, field=name) if one.header == header else one for one in self.columns)
        return replace(self, columns=columns)

    def with_constants(self, **constants: str) -> Mapping:
        return replace(self, constants=self.constants | constants)


def signature(headers: Iterable[tuple[str, bool]]) -> str:
    """A stable short name of a row of headers (text, whether of a task): years and tasks do not count."""
    seen: dict[str, None] = {}
    for header, is_task in headers:
        text = " ".join(header.lower().replace("ё", "е").split())
        seen["задание" if is_task else _YEAR.sub("год", text)] = None
    return hashlib.sha256("\n".join(sorted(seen)).encode()).hexdigest()[:16]
