"""What a sheet was taken for, as it is kept for the pages: without a value from a column of names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from opora.identification.reading.headers import LAYOUTS
from opora.identification.reading.mapping import FIELDS
from opora.identification.reading.model import SheetReading

_NAMES = re.compile(
    r"фамили|\bимя\b|отчеств|\bфио\b|ф\.\s?и\.\s?о|surname|first.?name|last.?name|middle.?name", re.IGNORECASE
)
HIDDEN = "скрыто"
_SHOWN = 60  # characters of an example
_EXAMPLES = 3


def names_people(header: str) -> bool:
    """Whether a column holds names of people: it is never read, whatever a person says."""
    return bool(_NAMES.search(header))


def view(sheet: SheetReading) -> dict[str, Any]:
    """The sheet as JSON."""
    hidden = {index for index, one in enumerate(sheet.mapping.columns) if names_people(one.header)}
    return {
        "sheet": sheet.sheet,
        "layout": sheet.layout,
        "mapping": sheet.mapping.to_json(),
        "header_rows": list(sheet.header_rows),
        "rows": sheet.rows,
        "taken": sheet.taken,
        "absent": sheet.absent,
        "set_aside": sheet.set_aside,
        "totals": sheet.totals,
        "facts": dict(sheet.facts),
        "sources": dict(sheet.sources),
        "examples": [
            [HIDDEN if index in hidden and text else text[:_SHOWN] for index, text in enumerate(row)]
            for row in sheet.examples[:_EXAMPLES]
        ],
    }


def layout_words(code: str) -> str:
    return LAYOUTS.get(code, code)


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column for the page of the mapping."""

    index: int
    header: str
    field: str
    facts: str  # «русский язык» of a column that stands under it
    examples: tuple[str, ...]
    names: bool  # holds names of people

    @property
    def field_words(self) -> str:
        return FIELDS.get(self.field, "")


def columns_of(sheet: dict[str, Any]) -> list[ColumnView]:
    from opora.identification.titles import fact_words

    found = []
    for index, one in enumerate(sheet["mapping"]["columns"]):
        examples = tuple(row[index] for row in sheet["examples"] if index < len(row) and row[index])
        facts = ", ".join(fact_words(name, value) for name, value in dict(one["facts"]).items())
        found.append(ColumnView(index, one["header"], one["field"], facts, examples, names_people(one["header"])))
    return found
