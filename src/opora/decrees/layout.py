"""What every input format is turned into before anything is understood: paragraphs and tables, with their places.

A format (`decrees.formats`) knows nothing of decrees, the reader (`decrees.reading`) nothing of formats; this is all
they share.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opora.decrees.model import Source

if TYPE_CHECKING:
    from opora.decrees.model import Finding


@dataclass(slots=True)
class Paragraph:
    """One paragraph as a reader sees it; automatic numbers («4.1.») stand in `text`, line breaks inside are «\\n»."""

    text: str
    source: Source
    bold: bool = False
    centred: bool = False
    apart: bool = False  # more space than usual stands above it


@dataclass(slots=True)
class Cell:
    """One cell: its paragraphs, and how many columns and rows it spans (a covered place holds no cell of its own)."""

    paragraphs: list[str]
    source: Source
    column: int = 0  # of the grid, from 0
    columns: int = 1
    rows: int = 1

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


@dataclass(slots=True)
class Row:
    cells: list[Cell]
    source: Source
    header: bool = False  # marked as a repeated header by the format itself


@dataclass(slots=True)
class Table:
    rows: list[Row]
    source: Source


@dataclass(slots=True)
class PageBreak:
    """The page ends here; a table that goes on after it is a table of its own until the reader joins them."""

    page: int


Block = Paragraph | Table | PageBreak


@dataclass(slots=True)
class Layout:
    blocks: list[Block] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)  # parts that the format could not read
