"""A text lifted from pages -> Layout: lines are paragraphs, lines with tabs are rows, remnants of HTML are undone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opora.decrees.errors import Unreadable
from opora.decrees.layout import Block, Cell, Layout, PageBreak, Paragraph, Row, Table
from opora.decrees.model import Source

if TYPE_CHECKING:
    from pathlib import Path

_BREAKS = re.compile(r"</?(?:p|div|br|li|ul|ol|tr|h\d)\b[^>]{0,200}>", re.IGNORECASE)
_TAGS = re.compile(r"</?(?:b|i|u|em|strong|span|font|sup|sub|a|td|th|table|tbody|thead)\b[^>]{0,200}>", re.IGNORECASE)
_ENTITIES = {"&nbsp;": " ", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&"}
_STARS = re.compile(r"(?<!\w)(\*{1,3})(?=\S)(.*?)(?<=\S)\1(?!\w)")
_POINT = re.compile(r"^\s*\d{1,2}(?:\.\d{1,2})*[.)]\t+[^\t]+$")  # «1.1.» and a tab before the text of a point


def read_text_layout(path: Path) -> Layout:
    """The layout of a text file: UTF-8 with or without BOM, or CP1251."""
    text = decoded(path.read_bytes())
    if not text.strip():
        raise Unreadable("Файл пуст.", "Проверьте, тот ли это файл, и загрузите его снова.")
    return layout_of(text)


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8 (with or without BOM), UTF-16 with BOM, or CP1251."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1251", errors="replace")
    if text.count("\x00") or text.count("\ufffd") > len(text) // 20:
        raise Unreadable(
            "Это не текст: файл в неизвестной кодировке или другого вида.", "Сохраните документ как .docx или .pdf."
        )
    return text


def layout_of(text: str) -> Layout:
    """Tables are runs of lines with tabs; an empty line is an empty paragraph, which tells blocks apart."""
    layout = Layout()
    table: Table | None = None
    page = 1
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        if "\f" in line:
            layout.blocks.append(PageBreak(page))
            page += 1
            table = None
            line = line.replace("\f", "")
        source = Source(line=number)
        if table is None and _POINT.match(line):
            line = line.replace("\t", " ")
        if "\t" in line.strip(" ") and (line.strip() or table):
            if table is None:
                table = Table([], source)
                layout.blocks.append(table)
            table.rows.append(_row(line, len(table.rows) + 1, number))
        else:
            table = None
            layout.blocks += _paragraphs(line, source)
    return layout


def _row(line: str, row: int, number: int) -> Row:
    cells = [
        Cell(_fragments(part), Source(line=number, cell=f"{row}:{column + 1}"), column)
        for column, part in enumerate(line.split("\t"))
    ]
    return Row(cells, Source(line=number))


def _paragraphs(line: str, source: Source) -> list[Block]:
    bold = line.strip().startswith("**") or line.strip().endswith("**")
    parts = _fragments(line) or [""]
    return [Paragraph(part, source, bold=bold) for part in parts]


def _fragments(text: str) -> list[str]:
    """The paragraphs of a cell or line, without markup."""
    if "<" in text:
        text = _TAGS.sub("", _BREAKS.sub("\n", text))
    for entity, character in _ENTITIES.items():
        text = text.replace(entity, character)
    text = _STARS.sub(r"\2", text).replace("**", "")
    found = (" ".join(part.split()) for part in text.split("\n"))
    return [part for part in found if part]
