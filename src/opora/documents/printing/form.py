"""What the three kinds of files have in common: the sheet of ГОСТ Р 7.0.97-2025 and the order of the requisites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from opora.decrees.reading.heads import role_of
from opora.documents.printing.model import Heading, Printed, PrintedColumn, PrintedSection, PrintedTable, Signature

PAGE = (210, 297)  # mm
RIGHT, TOP, BOTTOM = 10, 20, 20  # mm
INDENT = 12.5  # mm before the first word of a paragraph
TEXT, TABLE = 13, 11  # points
MM = 0.3528  # in a point
LETTER = 0.6  # of the size of a font: a wide letter
CELL = 3.5  # mm: the margins of a cell on both sides
LONGEST_WORD = 16  # letters

# A row that fills more of the page may be divided by its end; a smaller one goes to the next page as a whole.
LONG_ROW = 0.25

_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_ABOUT = re.compile(r"Об?\s", re.IGNORECASE)

Part = Literal["stamp", "organisation", "kind", "dateline", "place", "title", "subtitle"]


@dataclass(frozen=True, slots=True)
class Requisite:
    """One requisite of the heading: its lines; a `dateline` has two, the date on the left and the number on the right.

    A `title` («Об утверждении …») stands below the place on the left; a `subtitle` goes on with the kind («ДОРОЖНАЯ
    КАРТА / поддержки школ») and stands right below it.
    """

    part: Part
    lines: list[str]


def prepared(printed: Printed) -> Printed:
    """The same document with texts that every file can hold, and a cell for every column of a row."""
    heading = printed.heading
    signature = printed.signature
    return replace(
        printed,
        heading=Heading(
            legible(heading.organisation),
            legible(heading.kind),
            _line(heading.number),
            heading.date,
            _line(heading.place),
            legible(heading.title),
            _lines(heading.stamp),
        ),
        lead=_lines(printed.lead),
        tables=[_table(table) for table in printed.tables],
        closing=_lines(printed.closing),
        signature=Signature(_line(signature.position), _line(signature.name)) if signature else None,
        made_by=_line(printed.made_by),
    )


def legible(text: str) -> str:
    """The text without characters that a file may not hold or a page cannot show; lines are parted by «\\n»."""
    text = _UNPRINTABLE.sub("", _BREAKS.sub("\n", text)).replace("\t", " ")
    return "\n".join(line.strip() for line in text.split("\n")).strip("\n")


def _line(text: str) -> str:
    return " ".join(legible(text).split())


def _lines(texts: list[str]) -> list[str]:
    return [line for text in texts for line in legible(text).split("\n") if line]


def _table(table: PrintedTable) -> PrintedTable:
    columns = [PrintedColumn(_line(c.title), max(c.width, 0.01), c.align) for c in table.columns]
    timed = [index for index, column in enumerate(columns) if role_of(column.title) == "deadline"]
    sections = [
        PrintedSection(_line(s.title or "") or None, [_row(row, len(columns), timed) for row in s.rows])
        for s in table.sections
    ]
    return PrintedTable(_line(table.title or "") or None, columns, sections, _lines(table.intro), table.picture)


def _row(row: list[str], width: int, timed: list[int]) -> list[str]:
    """A row filled up to its width. No deadline is shown by a dash, or a row of a number and a text alone would look
    like the title of a section, to people as to the reader."""
    if len(row) > width:
        raise ValueError(f"a row of {len(row)} cells in a table of {width} columns")
    cells = [legible(cell) for cell in row] + [""] * (width - len(row))
    if any(cells):
        for index in timed:
            cells[index] = cells[index] or "–"
    return cells


def requisites(heading: Heading) -> Iterator[Requisite]:
    """The requisites above the text that are filled, in their order."""
    kind, title = heading.kind.upper(), heading.title
    if kind and title.casefold().startswith(f"{heading.kind} ".casefold()):
        title = title[len(heading.kind) :].strip()  # the kind is not said twice
    below_place = not kind or bool(_ABOUT.match(title))
    if heading.stamp:
        yield Requisite("stamp", heading.stamp)
    if heading.organisation:
        yield Requisite("organisation", heading.organisation.split("\n"))
    if kind:
        yield Requisite("kind", kind.split("\n"))
    if title and not below_place:
        yield Requisite("subtitle", title.split("\n"))
    number = f"№ {heading.number}" if heading.number else ""
    if heading.date or number:
        dated = heading.date if isinstance(heading.date, str) else f"{heading.date:%d.%m.%Y}" if heading.date else ""
        yield Requisite("dateline", [dated, number])
    if heading.place:
        yield Requisite("place", [heading.place])
    if title and below_place:
        yield Requisite("title", title.split("\n"))


def document_title(printed: Printed) -> str:
    """The title in the properties of the file."""
    heading = printed.heading
    kind = "" if heading.title.casefold().startswith(heading.kind.casefold()) else heading.kind
    return " ".join(" ".join((kind, heading.title)).split()) or "Документ"


def size(printed: Printed) -> tuple[float, float]:
    """Width and height of the sheet, mm."""
    return (PAGE[1], PAGE[0]) if printed.landscape else PAGE


def left(printed: Printed) -> int:
    """The left margin, mm."""
    return 30 if printed.kept_long else 20


def text_width(printed: Printed) -> float:
    """Between the margins, mm."""
    return size(printed)[0] - left(printed) - RIGHT


def widths(table: PrintedTable, whole: float) -> list[float]:
    """`whole` divided among the columns by their shares, none narrower than its longest word as far as there is room:
    «1.10» and «ежеквартально» stay in one line."""
    total = sum(column.width for column in table.columns)
    wished = [whole * column.width / total for column in table.columns]
    least = [_least(table, index) for index in range(len(wished))]
    if sum(least) >= whole:
        return wished
    spare = [max(width - need, 0) for width, need in zip(wished, least, strict=True)]
    lacking = sum(max(need - width, 0) for width, need in zip(wished, least, strict=True))
    taken = lacking / sum(spare) if lacking else 0
    return [max(width, need) - one * taken for width, need, one in zip(wished, least, spare, strict=True)]


def _least(table: PrintedTable, index: int) -> float:
    """The width of the longest word of a column, mm; what no language has for a word is not counted."""
    texts = [table.columns[index].title, *(row[index] for section in table.sections for row in section.rows)]
    longest = max((len(word) for text in texts for word in text.split() if len(word) <= LONGEST_WORD), default=1)
    return longest * TABLE * MM * LETTER + CELL


def lines_taken(text: str, width: float, points: float = TABLE) -> int:
    """About how many lines a text takes in `width` mm."""
    room = max(int(width / (points * MM * 0.52)), 1)
    return sum(max(-(-len(line) // room), 1) for line in text.split("\n"))


def is_long(row: list[str], columns: list[float], printed: Printed) -> bool:
    """Whether a row is so high that it may be divided between pages."""
    lines = max((lines_taken(cell, max(width - 4, 1)) for cell, width in zip(row, columns, strict=True)), default=1)
    room = size(printed)[1] - TOP - BOTTOM
    return lines * TABLE * MM * 1.2 > LONG_ROW * room
