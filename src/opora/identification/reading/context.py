"""What is known of a sheet while its rows are read."""

from __future__ import annotations

from dataclasses import dataclass

from opora.identification.reading.model import SheetReading
from opora.identification.reading.state import State
from opora.identification.reading.table import Columns


@dataclass(slots=True)
class Context:
    """Of a row of one sheet, what those who read it must know."""

    state: State
    sheet: SheetReading
    file: str
    columns: Columns
    tasks_maximum: float | None  # of all tasks together, where their headers tell it
    shares_whole: bool = False  # shares between 0 and 1
    row: int = 0  # which is being read, as spreadsheet programs count

    def note(self, code: str, text: str) -> None:
        """Something a person should look at although the row is taken."""
        self.state.note(code, text, self.file, self.sheet.sheet, self.row)
