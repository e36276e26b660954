"""Small files of every format, made on the spot."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import typst
from docx import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls

from opora.decrees.layout import PageBreak, Paragraph, Table

if TYPE_CHECKING:
    from pathlib import Path

    from opora.decrees.layout import Layout

PREAMBLE = """#set page(width: 210mm, height: {height}mm, margin: 20mm, numbering: "1")
#set text(font: "Libertinus Serif", lang: "ru", size: 12pt)
#set par(justify: true, first-line-indent: (amount: 1.25cm, all: true))
"""


def pdf(path: Path, source: str, height: int = 297, **options: Any) -> Path:
    path.write_bytes(typst.compile((PREAMBLE.format(height=height) + source).encode(), format="pdf", **options))
    return path


def xml(text: str) -> Any:
    """An element with the namespaces of WordprocessingML declared in its first tag."""
    head, tail = text.split(">", 1)
    closing = "/" if head.endswith("/") else ""
    return parse_xml(f"{head.rstrip('/')} {nsdecls('w')}{closing}>{tail}")


def numbering(document: Any, *levels: tuple[str, str], number: int = 90, starts: dict[int, int] | None = None) -> None:
    """An automatic numbering whose levels are (format, text), as number `number`; overrides restart it."""
    root = document.part.numbering_part.element
    inside = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (form, text) in enumerate(levels)
    )
    if levels:
        root.insert(0, xml(f'<w:abstractNum w:abstractNumId="90">{inside}</w:abstractNum>'))
    overrides = "".join(
        f'<w:lvlOverride w:ilvl="{depth}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
        for depth, start in (starts or {}).items()
    )
    root.append(xml(f'<w:num w:numId="{number}"><w:abstractNumId w:val="90"/>{overrides}</w:num>'))


def numbered(paragraph: Any, depth: int = 0, number: int = 90) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.append(xml(f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'))


def header_row(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def save(document: Any, path: Path) -> Path:
    document.save(str(path))
    return path


def small_docx(path: Path, text: str = "Приказ о поддержке школ") -> Path:
    document = Document()
    document.add_paragraph(text)
    return save(document, path)


def with_member(path: Path, name: str, data: bytes) -> Path:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return path


def replaced_member(path: Path, name: str, data: bytes) -> Path:
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    members[name] = data
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return path


def texts(layout: Layout) -> list[str]:
    return [block.text for block in layout.blocks if isinstance(block, Paragraph)]


def tables(layout: Layout) -> list[Table]:
    return [block for block in layout.blocks if isinstance(block, Table)]


def breaks(layout: Layout) -> list[int]:
    return [block.page for block in layout.blocks if isinstance(block, PageBreak)]


def shape(table: Table) -> list[list[tuple[int, int, int, str]]]:
    """Every cell as (column, columns, rows, text)."""
    return [[(cell.column, cell.columns, cell.rows, cell.text) for cell in row.cells] for row in table.rows]
