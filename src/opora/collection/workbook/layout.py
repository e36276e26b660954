"""Where things stand in the workbook of a form: what the writer puts and the reader looks for.

Every question carries its key in a hidden column and every column of a table in a hidden row, so that a sheet whose
rows were moved or sorted is still understood; the hidden sheet says which submission it is and how old.
"""

from __future__ import annotations

from dataclasses import dataclass

from opora.collection.definition import Field

HEAD = "Опора"  # the hidden sheet
MARK = "opora-form-1"  # its first cell: the layout; another one is another number
YES = "да"  # stands beside a choice of several
KEY, QUESTION, ANSWER, UNIT, HINT = range(5)  # columns of a sheet of a section
FIRST = 3  # row from 0 of the first question or row of a table
KEYS = 1  # row from 0 of a table's sheet that holds the keys
EXACT = 15  # digits that a number of a spreadsheet keeps


@dataclass(frozen=True, slots=True)
class Head:
    """Which answers a workbook holds: of which version, of whose submission, and its revision when they left."""

    version: str
    submission: str
    revision: int


def option_key(field: Field, index: int) -> str:
    """The key beside one option of a choice of several."""
    return f"{field.key}#{index}"


def is_typed(field: Field) -> bool:
    """Whether people fill it in the workbook: not what is worked out, nor files."""
    return not field.formula and field.kind != "file"
