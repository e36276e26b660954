"""The real documents set anew as .docx, .pdf and .xlsx: the text is the .txt's, the rows are whole again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.shared import Cm
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from opora.decrees.formats import open_layout
from opora.decrees.reading.columns import columns_of
from opora.decrees.reading.nodes import Grid, Para, nodes_of
from opora.decrees.reading.rows import rows_of
from opora.decrees.reading.zones import split
from tests.decrees.formats import builders as make

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from opora.decrees.reading.columns import Columns

_KINDS = ("ПРИКАЗ", "РАСПОРЯЖЕНИЕ", "ПРОТОКОЛ", "РЕШЕНИЕ", "ПЛАН")
_NAME = re.compile(r"[А-ЯЁ]\.[А-ЯЁ]\.\s?[А-ЯЁ][а-яё]+")
_NUMBERED = re.compile(r"^(\d{1,2}(?=[.)])|\d{1,2}\.\d{1,2})([.)]?)\s+(?=\D)")


@dataclass
class Prose:
    text: str
    gap: bool = False
    centred: bool = False
    new_page: bool = False
    right: str = ""  # the name at the right edge of a signature's line


@dataclass
class Line:
    """A row: the paragraphs of each cell; a title alone is merged across."""

    cells: list[list[str]] = field(default_factory=list)
    title: list[str] = field(default_factory=list)
    heights: dict[int, int] = field(default_factory=dict)  # column -> rows it is merged over, 0 where covered


@dataclass
class Sheet:
    header: list[str]
    lines: list[Line]
    number_at: int | None = None
    is_roadmap: bool = False


Piece = Prose | Sheet


def pieces_of(path: Path) -> list[Piece]:
    """What a document consists of, each table in one piece and its rows undamaged."""
    nodes = nodes_of(open_layout(path))
    annexes = split(list(nodes)).annexes
    first_annex = annexes[0] if annexes else None
    pieces: list[Piece] = []
    for node in nodes:
        new_page = node is first_annex or (isinstance(node, Para) and node.text.startswith(("ЛИСТ", "Состав ")))
        if isinstance(node, Grid):
            pieces.append(_sheet(node))
        else:
            for number, text in enumerate(node.text.split("\n")):
                _add(pieces, Prose(text, node.gap and not number, _centred(text, pieces), new_page and not number))
    return pieces


def _centred(text: str, pieces: list[Piece]) -> bool:
    above = pieces[-1] if pieces else None
    return text.isupper() or text.startswith("Об ") or (isinstance(above, Prose) and above.text in _KINDS)


def _add(pieces: list[Piece], prose: Prose) -> None:
    """A line that goes on with the one above is its paragraph's; date and number, position and name share a line."""
    above = pieces[-1] if pieces else None
    if isinstance(above, Prose):
        goes_on = (
            prose.text[:1].islower() and not above.text.endswith((".", ";", ":", "г.")) and above.text not in _KINDS
        )
        if goes_on and not prose.gap and not prose.new_page:
            above.text += " " + prose.text
            return
        if _NAME.fullmatch(prose.text) and not above.right and len(above.text) < 100:
            above.right = prose.text
            while (
                len(pieces) > 1 and isinstance(before := pieces[-2], Prose) and not above.gap and len(before.text) < 60
            ):
                before.text, before.right = f"{before.text}\n{above.text}", above.right
                pieces.pop()
                above = before
            return
        if prose.text.startswith("№ ") and re.match(r"^\W*\d", above.text):
            above.text += "\t" + prose.text
            return
        if above.text.isupper() and prose.text.isupper() and not prose.gap and above.text not in _KINDS:
            above.text += "\n" + prose.text
            return
    pieces.append(prose)


def _sheet(grid: Grid) -> Sheet:
    columns = columns_of(grid)
    if columns is None or not columns.is_roadmap:
        texts = [[row.text(c) for c in range(grid.width)] for row in grid.rows]
        return Sheet(texts[0], [Line([[text] if text else [] for text in row]) for row in texts[1:]])
    lines: list[Line] = []
    for section in rows_of(grid, columns)[0]:
        if section.title:
            lines.append(Line(title=_whole(section.title)))
        for row in section.rows:
            if columns.find("number") is None and row.number:
                row.text[0] = f"{row.number}. {row.text[0]}"
            parts = {"number": [row.number] if row.number else [], "text": row.text, "deadline": row.deadline}
            parts |= {"responsible": row.responsible, "completion": row.completion}
            lines.append(Line([_whole(parts.get(role, [])) for role in columns.roles]))
    _merge_deadlines(lines, columns)
    return Sheet(columns.titles, lines, columns.find("number"), is_roadmap=True)


def _whole(fragments: Iterable[str]) -> list[str]:
    """Fragments that a page break made are one paragraph again."""
    found: list[str] = []
    for fragment in fragments:
        goes_on = found and fragment[:1].islower() and not found[-1].endswith((";", ":"))
        if goes_on:
            found[-1] += ("" if re.search(r"\w-$", found[-1]) else " ") + fragment
        else:
            found.append(fragment)
    return found


def _merge_deadlines(lines: list[Line], columns: Columns) -> None:
    """Every second run of equal deadlines is one cell over its rows."""
    at = columns.find("deadline")
    if at is None:
        return
    runs = [list(run) for _, run in groupby(lines, key=lambda line: tuple(line.cells[at]) if line.cells else None)]
    long = [run for run in runs if len(run) > 1 and run[0].cells and run[0].cells[at]]
    for run in long[::2]:
        run[0].heights[at] = len(run)
        for line in run[1:]:
            line.heights[at] = 0


# -- docx ------------------------------------------------------------------------------------------------------------


def docx(path: Path, pieces: list[Piece]) -> Path:
    """A Word document: automatic numbers, merged cells, a repeated header, empty paragraphs for space."""
    document = Document()
    document.sections[0].left_margin = document.sections[0].right_margin = Cm(2)
    setter = _Numbers(document)
    for piece in pieces:
        if isinstance(piece, Sheet):
            _docx_table(document, piece, setter)
            setter.fresh()
            continue
        if piece.new_page:
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
            setter.fresh()
        elif piece.gap:
            document.add_paragraph()
        if piece.right:
            _signature(document, piece)
            continue
        paragraph = document.add_paragraph()
        paragraph.add_run(setter.numbered(paragraph, piece.text)).bold = piece.centred
        if piece.centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return make.save(document, path)


def _signature(document: Any, piece: Prose) -> None:
    cells = document.add_table(1, 2).rows[0].cells
    cells[0].text, cells[1].text = piece.text, piece.right


def _docx_table(document: Any, sheet: Sheet, setter: _Numbers) -> None:
    table = document.add_table(1, len(sheet.header), style="Table Grid")
    make.header_row(table.rows[0])
    for cell, text in zip(table.rows[0].cells, sheet.header, strict=True):
        cell.text = text
    setter.fresh()
    for line in sheet.lines:
        row = table.add_row()
        if line.title:
            cell = row.cells[0].merge(row.cells[-1])
            _fill(cell, line.title, setter)
            if not _NUMBERED.match(line.title[0]):
                setter.fresh()
            continue
        for column, paragraphs in enumerate(line.cells):
            if column == sheet.number_at and paragraphs:
                number = paragraphs[0] + ("" if "." in paragraphs[0] else ".")
                row.cells[column].paragraphs[0].add_run(setter.numbered(row.cells[column].paragraphs[0], f"{number} "))
            elif line.heights.get(column) != 0:
                _fill(row.cells[column], paragraphs, None)
    _merge_down(table, sheet)
    widths = _widths(sheet)
    for index, width in enumerate(widths):
        for cell in table.columns[index].cells:
            cell.width = Cm(17.0 * width / sum(widths))


def _fill(cell: Any, paragraphs: list[str], setter: _Numbers | None) -> None:
    for index, text in enumerate(paragraphs):
        paragraph = cell.paragraphs[0] if index == 0 else cell.add_paragraph()
        paragraph.add_run(setter.numbered(paragraph, text) if setter else text)


def _merge_down(table: Any, sheet: Sheet) -> None:
    for index, line in enumerate(sheet.lines, 1):
        for column, height in line.heights.items():
            if height > 1:
                kept = [paragraph.text for paragraph in table.cell(index, column).paragraphs]
                merged = table.cell(index, column).merge(table.cell(index + height - 1, column))
                merged.text = "\n".join(kept)


class _Numbers:
    """Automatic numbers where Word would print just what the text says; elsewhere the number stays typed."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.numbers: dict[str, int] = {}
        self.counts: dict[str, list[int]] = {}
        self.next = 90

    def fresh(self) -> None:
        self.numbers.clear()
        self.counts.clear()

    def numbered(self, paragraph: Any, text: str) -> str:
        match = _NUMBERED.match(text) or re.match(r"^(\d{1,2}(?:\.\d{1,2})?)([.)]?)\s*$", text)
        if match is None:
            return text
        parts = [int(part) for part in match[1].split(".")]
        mark = match[2] if match[2] == ")" else "."
        counts = self.counts.setdefault(mark, [0, 0])
        wanted = [counts[0], counts[1] + 1] if len(parts) == 2 else [counts[0] + 1, 0]
        if mark == ")" and parts == [1]:
            self.numbers.pop(mark, None)
            wanted = [1, 0]
        if parts != wanted[: len(parts)]:
            return text
        counts[:] = wanted
        if mark not in self.numbers:
            second = f"%1.%2{match[2]}" if len(parts) == 2 else "%1.%2."
            self.numbers[mark] = self._define(mark, second)
        make.numbered(paragraph, len(parts) - 1, self.numbers[mark])
        return text[match.end() :]

    def _define(self, mark: str, second: str) -> int:
        self.next += 1
        root = self.document.part.numbering_part.element
        levels = "".join(
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
            f'<w:lvlText w:val="{text}"/></w:lvl>'
            for depth, text in enumerate((f"%1{mark}", second))
        )
        root.insert(0, make.xml(f'<w:abstractNum w:abstractNumId="{self.next}">{levels}</w:abstractNum>'))
        root.append(make.xml(f'<w:num w:numId="{self.next}"><w:abstractNumId w:val="{self.next}"/></w:num>'))
        return self.next


# -- pdf -------------------------------------------------------------------------------------------------------------


def pdf(path: Path, pieces: list[Piece], height: int = 297) -> Path:
    """Pages set by Typst: tables break inside their rows and repeat their header."""
    parts = ["#set text(hyphenate: false)"]
    for piece in pieces:
        if isinstance(piece, Sheet):
            parts.append(_typst_table(piece))
            continue
        if piece.new_page:
            parts.append("#pagebreak()")
        elif piece.gap:
            parts.append("#v(6mm)")
        text = " \\ ".join(_said(line) for line in piece.text.split("\n")).replace("\t", '" #h(1fr) #"')
        if piece.right:
            text += f" #h(1fr) {_said(piece.right)}"
        parts.append(f"#align(center)[*{text}*]" if piece.centred else text)
    return make.pdf(path, "\n\n".join(parts), height)


def _widths(sheet: Sheet) -> list[float]:
    """Columns as wide as people make them: the number's narrow, the text's wide."""
    longest = max(
        range(len(sheet.header)), key=lambda c: sum(len(" ".join(line.cells[c])) for line in sheet.lines if line.cells)
    )
    return [0.7 if c == sheet.number_at else 5.0 if c == longest else 2.5 for c in range(len(sheet.header))]


def _said(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'#"{escaped}"'.replace("\t", '" #h(1fr) #"')


def _cell(paragraphs: list[str], options: str = "") -> str:
    inside = " #linebreak() ".join(_said(text) for text in paragraphs)
    return f"table.cell({options})[{inside}]"


def _typst_table(sheet: Sheet) -> str:
    widths = [f"{part}fr" for part in _widths(sheet)]
    header = ", ".join(_cell([title]) for title in sheet.header)
    rows = []
    for line in sheet.lines:
        if line.title:
            rows.append(_cell(line.title, f"colspan: {len(sheet.header)}"))
            continue
        for column, paragraphs in enumerate(line.cells):
            tall = line.heights.get(column, 1)
            if tall:
                rows.append(_cell(paragraphs, f"rowspan: {tall}" if tall > 1 else ""))
    body = ",\n".join(rows)
    return (
        "#[#set par(justify: false, first-line-indent: 0pt)\n#set text(size: 11pt)\n"
        f"#table(columns: ({', '.join(widths)}), table.header({header}),\n{body})]"
    )


# -- xlsx ------------------------------------------------------------------------------------------------------------


def xlsx(path: Path, pieces: list[Piece]) -> Path:
    """Each road map on a sheet of its own, below the heading of its document."""
    book = Workbook()
    book.remove(book.active)
    heading: list[str] = []
    for piece in pieces:
        if isinstance(piece, Prose) and not _NUMBERED.match(piece.text) and len(heading) < 8:
            heading += piece.text.replace("\t", " ").split("\n")
        elif isinstance(piece, Sheet) and piece.is_roadmap:
            _xlsx_sheet(book.create_sheet(f"Лист {len(book.worksheets) + 1}"), heading, piece)
    book.save(path)
    return path


def _xlsx_sheet(sheet: Any, heading: list[str], piece: Sheet) -> None:
    width = len(piece.header)
    for text in heading:
        sheet.append([text])
        sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=width)
        sheet.cell(sheet.max_row, 1).alignment = Alignment(horizontal="center")
    sheet.append(piece.header)
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    sheet.print_title_rows = f"{sheet.max_row}:{sheet.max_row}"
    for line in piece.lines:
        if line.title:
            sheet.append(["\n".join(line.title)])
            sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=width)
            continue
        sheet.append(["\n".join(paragraphs) or None for paragraphs in line.cells])
        for column, height in line.heights.items():
            if height > 1:
                row = sheet.max_row
                sheet.merge_cells(
                    start_row=row, end_row=row + height - 1, start_column=column + 1, end_column=column + 1
                )
