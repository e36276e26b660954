"""The layout as the reader walks it: paragraphs with the gaps between them, and whole tables glued over pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from opora.decrees.layout import Block, Layout, PageBreak, Paragraph, Table
from opora.decrees.model import Source
from opora.decrees.reading.heads import role_of

_STAMP = re.compile(r"^(?:УТВЕРЖДАЮ|УТВЕРЖДЕН[АОЫ]?|СОГЛАСОВАН[АОЫ]?)(?!\w)", re.IGNORECASE)
_SPACES = re.compile(r"[\s\u00a0\u200b\u00ad\ufeff]+")


@dataclass(slots=True)
class Para:
    """A paragraph; `gap` tells that an empty one, a table or a page's end stands before it."""

    text: str
    source: Source
    gap: bool = False
    bold: bool = False
    centred: bool = False


@dataclass(slots=True)
class GridRow:
    """`cells[column]` holds the fragments of a cell; `spans[column]` how many columns it covers (0: covered)."""

    cells: list[list[str]]
    spans: list[int]
    source: Source
    inherited: set[int] = field(default_factory=set)  # columns whose cell began in a row above
    after_break: bool = False

    def text(self, column: int) -> str:
        return " ".join(self.cells[column])

    @property
    def filled(self) -> list[int]:
        """Columns with a text of their own."""
        return [c for c, cell in enumerate(self.cells) if cell and c not in self.inherited]


@dataclass(slots=True)
class Grid:
    rows: list[GridRow]
    width: int
    source: Source


Node = Para | Grid
_LONGEST_TITLE = 250  # characters of a section's title


def key(text: str) -> str:
    """A text for comparing headers: letters and figures alone."""
    return re.sub(r"[^\w№]", "", text.lower().replace("ё", "е"))


def nodes_of(layout: Layout) -> list[Node]:
    """Paragraphs and tables in order; a table that goes on after a page's end is one table, its header said once."""
    nodes: list[Node] = []
    gap, broken = True, False
    for block in _side_by_side(layout.blocks):
        if isinstance(block, PageBreak):
            gap = broken = True
        elif isinstance(block, Paragraph):
            text = squeezed(block.text)
            if not text:
                gap = True
                continue
            if broken and nodes and isinstance(above := nodes[-1], Para) and _goes_on(above.text, text):
                above.text += " " + text
                gap = broken = False
                continue
            gap = gap or block.apart or _skipped(nodes, block.source)
            nodes.append(Para(text, block.source, gap, block.bold, block.centred))
            gap = broken = False
        else:
            grid = _grid(block)
            if not grid.rows:
                continue
            last = nodes[-1] if nodes else None
            if not (isinstance(last, Grid) and _continues(last, grid)) and not _parted_by_title(nodes, grid):
                nodes.append(grid)
            gap, broken = True, False
    return nodes


def _parted_by_title(nodes: list[Node], grid: Grid) -> bool:
    """Join two pieces of a table parted by a section's title that stands as a paragraph: a text cannot show its row."""
    if len(nodes) < 2 or not isinstance(title := nodes[-1], Para) or not isinstance(before := nodes[-2], Grid):
        return False
    lines = [place.source.line for place in (before.rows[-1], title, grid.rows[0])]
    if None in lines or lines != list(range(lines[0] or 0, (lines[0] or 0) + 3)):
        return False
    if before.width != grid.width or not _is_header(before.rows[0]) or _is_header(grid.rows[0]):
        return False
    if len(title.text) > _LONGEST_TITLE:
        return False
    row = GridRow(
        [[title.text], *([] for _ in range(before.width - 1))], [before.width, *[0] * (before.width - 1)], title.source
    )
    nodes.pop()
    before.rows += [row, *grid.rows]
    return True


def _side_by_side(blocks: list[Block]) -> Iterator[Block]:
    """Two stamps beside each other («СОГЛАСОВАНО … УТВЕРЖДАЮ»), whose lines a PDF gives together."""
    columns: list[list[Paragraph]] = []
    for block in blocks:
        halves = (
            [part.strip() for part in block.text.split("\t") if part.strip()] if isinstance(block, Paragraph) else []
        )
        if isinstance(block, Paragraph) and len(halves) == 2 and (columns or all(map(_STAMP.match, halves))):
            columns = columns or [[], []]
            for column, half in zip(columns, halves, strict=True):
                column.append(replace(block, text=half, apart=not column))
            continue
        yield from chain.from_iterable(columns)
        columns = []
        yield block
    yield from chain.from_iterable(columns)


def _goes_on(above: str, text: str) -> bool:
    """A sentence that a page's end cut."""
    quoted = above.count("«") > above.count("»") and above[-1:] not in ".:;"
    return (text[:1].islower() and len(above) > 60 and above[-1:] not in ".:;!") or quoted


def _skipped(nodes: list[Node], source: Source) -> bool:
    """Whether empty paragraphs, counted but not kept, stand before this one."""
    before = nodes[-1].source.paragraph if nodes else None
    return before is not None and source.paragraph is not None and source.paragraph > before + 1


def squeezed(text: str) -> str:
    """Single spaces, line breaks kept."""
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _grid(table: Table) -> Grid:
    width = max((cell.column + cell.columns for row in table.rows for cell in row.cells), default=0)
    rows: list[GridRow] = []
    hanging: dict[int, tuple[int, list[str]]] = {}  # column -> rows still covered, text
    for row in table.rows:
        found = GridRow([[] for _ in range(width)], [1] * width, row.source)
        for column, (left, fragments) in list(hanging.items()):
            found.cells[column] = fragments
            found.inherited.add(column)
            if left > 1:
                hanging[column] = (left - 1, fragments)
            else:
                del hanging[column]
        for cell in row.cells:
            fragments = [line for text in cell.paragraphs for line in squeezed(text).split("\n") if line]
            found.cells[cell.column] = fragments
            found.spans[cell.column] = cell.columns
            for covered in range(cell.column + 1, cell.column + cell.columns):
                found.spans[covered] = 0
            if cell.rows > 1:
                hanging[cell.column] = (cell.rows - 1, fragments)
        if any(found.cells):
            rows.append(found)
    return Grid(rows, width, table.source)


def _continues(before: Grid, grid: Grid) -> bool:
    """Add the rows of `grid` to the table before it where they are one table."""
    header, first = before.rows[0], grid.rows[0]
    same_header = [key(header.text(c)) for c in range(before.width)] == [key(first.text(c)) for c in range(grid.width)]
    if same_header:
        added = grid.rows[1:]
    elif before.width == grid.width and not _is_header(first):
        added = grid.rows
    else:
        return False
    if added:
        added[0].after_break = True
        _inherit(before.rows, added)
    before.rows += added
    return True


def _inherit(before: list[GridRow], added: list[GridRow]) -> None:
    """A cell merged over rows on both sides of a page's end says its text once, before it."""
    last = before[-1]
    for column in range(len(last.cells)):
        text = _above(before, column)
        covered = [column in row.inherited for row in added[1:]]
        if not text or added[0].cells[column] or not (column in last.inherited or (covered and covered[0])):
            continue
        for index, row in enumerate(added):
            if row.cells[column] or (index and not covered[index - 1]):
                break
            row.cells[column] = text
            row.inherited.add(column)


def _above(rows: list[GridRow], column: int) -> list[str]:
    """The last text of a column, through the empty rests of rows that pages cut."""
    index = len(rows) - 1
    while index > 0 and rows[index].after_break and not rows[index].cells[column]:
        index -= 1
    return rows[index].cells[column]


def _is_header(row: GridRow) -> bool:
    """Heads name two roles at least, and are no row of the table: none is a bare number."""
    if any(row.text(c).strip(" .)").isdigit() for c in row.filled):
        return False
    roles = {role_of(row.text(c)) for c in row.filled}
    return len(roles - {""}) >= 2
