"""Where things stand in the workbook of a form: what the writer puts and the reader looks for.

Every question carries its key in a hidden column and every column of a table in a hidden row, every row of a
table its name in a hidden one, so that a sheet whose rows were moved or sorted is still understood; the hidden sheet
says which submission it is and how old.
"""

from __future__ import annotations

from dataclasses import dataclass

from opora.collection.definition import Field
from opora.collection.rows import NAME

MARK = "opora-form-2"  # the layout; another one is another number
NAMELESS = "opora-form-1"  # the one whose rows have no names
YES = "да"  # stands beside a choice of several
KEY, QUESTION, ANSWER, UNIT, HINT = range(5)  # columns of a sheet of a section
FIRST = 3  # row from 0 of the first question or row of a table
KEYS = 1  # row from 0 of a table's sheet that holds the keys
EXACT = 15  # digits that a number of a spreadsheet keeps


@dataclass(frozen=True, slots=True)
class Head:
    """Which answers a workbook holds: of which version, of whose submission, and its revision when they left.

    `copy` begins the names of the rows that are filled in there; no two workbooks have the same.
    """

    version: str
    submission: str
    revision: int
    copy: str = ""


def option_key(field: Field, index: int) -> str:
    """The key beside one option of a choice of several."""
    return f"{field.key}#{index}"


def row_key(table: Field) -> str:
    """The key above the names of its rows."""
    return f"{table.key}.{NAME}"


def row_name(head: Head, row: int) -> str:
    """Of the row of a sheet (from 0) that stands empty in the workbook."""
    return f"{head.copy}.{row + 1}"


def is_typed(field: Field) -> bool:
    """Whether people fill it in the workbook: not what is worked out, nor files."""
    return not field.formula and field.kind != "file"
