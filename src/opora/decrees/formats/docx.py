"""A Word document -> Layout: its body in order, with automatic numbers, merged cells and page breaks."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

from opora.decrees.errors import Unreadable
from opora.decrees.formats import safety
from opora.decrees.formats.cleaning import clean
from opora.decrees.formats.docx_runs import Text, read_runs
from opora.decrees.formats.docx_styles import Styles, on
from opora.decrees.formats.numbering import Numbering, W, value, whole
from opora.decrees.layout import Cell, Layout, PageBreak, Paragraph, Row, Table
from opora.decrees.model import Finding, Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_USUAL = W[1:-1].encode()
_WRAPPERS = {W + name for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}
_MAX_COLUMNS = 200
_MAX_DEPTH = 20  # of tables in tables, text boxes in text boxes


def read_docx(path: Path) -> Layout:
    """The layout of a .docx; headers, footers, footnotes and deleted text are left out."""
    safety.check_archive(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: _part(archive, f"word/{name}.xml") for name in ("document", "styles", "numbering")}
    body = parts["document"].find(W + "body") if parts["document"] is not None else None
    if body is None:
        raise Unreadable(
            "Это не документ Word или он повреждён: внутри нет текста.",
            "Откройте его в редакторе, сохраните заново как .docx и загрузите снова.",
        )
    layout = _Body(Styles(parts["styles"]), Numbering(parts["numbering"])).read(body)
    if not any(isinstance(block, Paragraph | Table) for block in layout.blocks):
        raise Unreadable(
            "В документе нет текста, возможно, он вставлен изображениями.",
            "Загрузите исходный документ с текстом или сохраните его как PDF.",
        )
    return layout


def _part(archive: zipfile.ZipFile, name: str) -> Any | None:
    from docx.oxml.parser import parse_xml

    if name not in archive.namelist():
        return None
    try:
        return parse_xml(archive.read(name).replace(_STRICT, _USUAL))
    except Exception as error:
        raise Unreadable(
            f"Документ повреждён: часть {name} не читается.",
            "Откройте его в редакторе, сохраните заново как .docx и загрузите снова.",
        ) from error


def _inside(element: Any) -> Iterator[Any]:
    """The children of an element, through content controls and insertions, without what was deleted."""
    for child in element:
        if child.tag in _WRAPPERS:
            yield from _inside(child)
        else:
            yield child


class _Body:
    """One pass over the body: the count of paragraphs, pages and automatic numbers belongs to it."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self.styles = styles
        self.numbering = numbering
        self.layout = Layout()
        self.paragraph = 0
        self.page = 1

    def read(self, body: Any) -> Layout:
        for element in _inside(body):
            if element.tag == W + "p":
                self.paragraph += 1
                self._paragraph(element)
            elif element.tag == W + "tbl":
                self._table(element, 0)
            elif element.tag == W + "altChunk":
                self._unread("Вложенный документ внутри файла не прочитан, вставьте его текст обычным образом.")
        while self.layout.blocks and isinstance(self.layout.blocks[-1], PageBreak):
            self.layout.blocks.pop()
        return self.layout

    def _unread(self, message: str) -> None:
        source = Source(paragraph=max(self.paragraph, 1))
        self.layout.findings.append(Finding("error", "unreadable-part", message, source))

    def _break(self) -> None:
        """A page ends, once: Word marks the same end twice, by the break and by its last rendering."""
        if self.layout.blocks and not isinstance(self.layout.blocks[-1], PageBreak):
            self.layout.blocks.append(PageBreak(self.page))
            self.page += 1

    def _paragraph(self, element: Any, depth: int = 0) -> None:
        text = read_runs(element, self.styles)
        properties = element.find(W + "pPr")
        if text.break_before or self.styles.toggle(properties, "pageBreakBefore"):
            self._break()
        for box in text.boxes if depth < _MAX_DEPTH else ():
            self._box(box, depth + 1)
        if text.objects:
            self._unread("Вложенный объект не прочитан, вставьте его содержимое текстом или таблицей.")
        shown = self._numbered(properties, text)
        if shown:
            source = Source(paragraph=self.paragraph)
            centred = self.styles.alignment(properties) == "center"
            self.layout.blocks.append(Paragraph(shown, source, bold=text.bold, centred=centred))
        if text.break_after or _ends_section(properties):
            self._break()

    def _box(self, box: Any, depth: int) -> None:
        for element in _inside(box):
            if element.tag == W + "p":
                self._paragraph(element, depth)
            elif element.tag == W + "tbl":
                self._table(element, depth)

    def _numbered(self, properties: Any | None, text: Text) -> str:
        """The text with its automatic number; a number alone is shown too, as the column «№» of a table has it."""
        shown = clean(text.text)
        if not shown and text.deleted:
            return ""
        number, level = self.styles.numbering(properties, self.numbering)
        label = self.numbering.label(number, level) if number else ""
        if label == "-" and not shown:
            return ""
        return f"{label} {shown}".strip() if label else shown

    def _table(self, element: Any, depth: int) -> None:
        source = Source(paragraph=self.paragraph + 1)
        table = Table([], source)
        above: dict[int, Cell] = {}
        for row in _inside(element):
            if row.tag != W + "tr" or _has(row, "trPr", "del"):
                continue
            table.rows.append(self._row(row, len(table.rows) + 1, source, above, depth))
            if row.find(f".//{W}lastRenderedPageBreak") is not None:
                self.page += 1
        if any(cell.paragraphs for row in table.rows for cell in row.cells):
            self.layout.blocks.append(table)

    def _row(self, element: Any, number: int, table: Source, above: dict[int, Cell], depth: int) -> Row:
        properties = element.find(W + "trPr")
        row = Row([], Source(paragraph=table.paragraph, cell=f"{number}:1"))
        row.header = properties is not None and on(properties.find(W + "tblHeader"))
        column = min(whole(value(properties, "gridBefore")), _MAX_COLUMNS)
        grown: set[int] = set()
        for part in _inside(element):
            if part.tag != W + "tc":
                continue
            about = part.find(W + "tcPr")
            columns = min(max(whole(value(about, "gridSpan"), 1), 1), _MAX_COLUMNS)
            merge = about.find(W + "vMerge") if about is not None else None
            continues = merge is not None and merge.get(W + "val", "continue") == "continue"
            if continues and column in above:
                if id(above[column]) not in grown:
                    above[column].rows += 1
                    grown.add(id(above[column]))
            elif value(about, "hMerge") == "continue" and row.cells:
                row.cells[-1].columns += columns
            else:
                source = Source(paragraph=table.paragraph, cell=f"{number}:{column + 1}")
                cell = Cell(self._cell(part, depth), source, column, columns)
                row.cells.append(cell)
                for place in range(column, column + columns):
                    if merge is not None:
                        above[place] = cell
                    else:
                        above.pop(place, None)
            column += columns
        return row

    def _cell(self, element: Any, depth: int) -> list[str]:
        """The paragraphs of a cell; a table inside it is flattened to its paragraphs."""
        if depth > _MAX_DEPTH:
            return []
        paragraphs: list[str] = []
        for child in _inside(element):
            if child.tag == W + "p":
                text = read_runs(child, self.styles)
                for box in text.boxes:
                    paragraphs += self._cell(box, depth + 1)
                if shown := self._numbered(child.find(W + "pPr"), text):
                    paragraphs.append(shown)
            elif child.tag == W + "tbl":
                for row in _inside(child):
                    for cell in _inside(row) if row.tag == W + "tr" and not _has(row, "trPr", "del") else ():
                        if cell.tag == W + "tc":
                            paragraphs += self._cell(cell, depth + 1)
        return paragraphs


def _has(element: Any, properties: str, name: str) -> bool:
    return element.find(f"{W}{properties}/{W}{name}") is not None


def _ends_section(properties: Any | None) -> bool:
    section = properties.find(W + "sectPr") if properties is not None else None
    return section is not None and value(section, "type") not in ("continuous", "nextColumn")
