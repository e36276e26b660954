"""What a reading gives: the results, what was set aside, what was noticed, what must be asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from opora.identification.reading.mapping import Mapping

#: How a school of a file was found in the list of schools.
How = Literal["code", "prefix", "name", "given"]
#: Why a row was set aside: an impossible value, one that is missing, a school that is not in the list, a work counted
#: already, a row that could not be taken apart, rows that wait for an answer, a file or sheet that could not be read.
RejectedKind = Literal["value", "missing", "school", "duplicate", "row", "question", "file"]
HOW_WORDS: dict[How, str] = {
    "code": "по коду",
    "prefix": "по коду с другой приставкой",
    "name": "по названию",
    "given": "указано человеком",
}


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row (or a whole file or sheet) that was set aside: its place as spreadsheet programs count, and why."""

    file: str
    sheet: str
    row: int | None
    column: str
    value: str
    reason: str
    kind: RejectedKind = "value"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should look at although the rows were taken; `rows` is how many it concerns."""

    code: str
    text: str
    file: str = ""
    sheet: str = ""
    row: int | None = None
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Question:
    """What a sheet does not say and nobody may guess; `field` is a column of RESULTS, or «scale»."""

    file: str
    sheet: str
    field: str
    text: str
    choices: tuple[tuple[str, str], ...] = ()  # value, title
    rows: int = 0  # that wait for the answer


@dataclass(frozen=True, slots=True)
class SchoolMatch:
    """A school as a file names it and the one of the list of schools that it is; `school_id` is empty for none."""

    said: str
    name: str
    school_id: str
    how: How | None
    nearest: str = ""  # the likeliest of the list where there is none
    nearest_name: str = ""
    rows: int = 0


@dataclass(slots=True)
class SheetReading:
    """One sheet: what it was taken for and what became of its rows."""

    sheet: str
    layout: str
    mapping: Mapping
    header_rows: tuple[int, int] = (0, 0)  # the first and the last, counted from 1
    rows: int = 0  # below the headers that are not empty
    taken: int = 0  # rows of RESULTS made of them; a wide row makes several
    absent: int = 0  # of the taken, pupils who did not write
    set_aside: int = 0
    totals: int = 0  # rows «всего» and of whole municipalities
    notes: int = 0  # headings of sections, numbers of columns, footers
    facts: dict[str, str] = field(default_factory=dict)  # known of the whole sheet
    sources: dict[str, str] = field(default_factory=dict)  # where each fact was found
    examples: list[list[str]] = field(default_factory=list)  # first rows, for the page of the mapping


@dataclass(slots=True)
class FileReading:
    """One file; `unread` says why nothing of it could be read."""

    file: str
    sha256: str
    size: int
    sheets: list[SheetReading] = field(default_factory=list)
    unread: str = ""

    @property
    def taken(self) -> int:
        return sum(sheet.taken for sheet in self.sheets)

    @property
    def absent(self) -> int:
        return sum(sheet.absent for sheet in self.sheets)

    @property
    def set_aside(self) -> int:
        return sum(sheet.set_aside for sheet in self.sheets) + bool(self.unread)


@dataclass(slots=True)
class Reading:
    """All that was read. The results are in memory, or in `parquet` where a folder was given."""

    files: list[FileReading] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    schools: list[SchoolMatch] = field(default_factory=list)
    parquet: Path | None = None
    table: pa.Table | None = None

    @property
    def results(self) -> pa.Table:
        """RESULTS of every row that was taken, in the order of the files."""
        if self.table is not None:
            return self.table
        import pyarrow.parquet as pq

        return pq.read_table(self.parquet, memory_map=True)

    @property
    def sheets(self) -> Iterator[tuple[FileReading, SheetReading]]:
        for one in self.files:
            for sheet in one.sheets:
                yield one, sheet

    @property
    def taken(self) -> int:
        return sum(one.taken for one in self.files)

    @property
    def absent(self) -> int:
        return sum(one.absent for one in self.files)

    @property
    def set_aside(self) -> int:
        return len(self.rejected)
