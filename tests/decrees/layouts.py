"""Made-up documents of every layout: the same blocks as .docx, .pdf and .txt."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from docx import Document

from opora.decrees import read
from tests.decrees.formats import builders as make

if TYPE_CHECKING:
    from pathlib import Path

    from opora.decrees import Decree


@dataclass
class Sheet:
    """A table; `merged` are rectangles (row, column, last row, last column), a row of one text is merged across."""

    rows: list[list[str]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    bordered: bool = True


Block = str | Sheet

HEADING = [
    "УПРАВЛЕНИЕ ОБРАЗОВАНИЯ АДМИНИСТРАЦИИ ЛЕСНОГО РАЙОНА",
    "",
    "ПРИКАЗ",
    "",
    "12.09.2023 № 318",
    "",
    "с. Лесное",
    "",
    "О мерах поддержки школ района",
    "",
    "Во исполнение плана работы управления образования",
    "",
    "ПРИКАЗЫВАЮ:",
    "",
]
HEAD = ["№ п/п", "Мероприятие", "Срок", "Ответственный"]
SIGNATURE = ["", "Начальник управления\t\tМ.К. Зорина", ""]


def plan(*tables: Sheet, title: str = "План мероприятий по поддержке школ на 2023-2024 учебный год") -> list[Block]:
    """An order with an annex that holds the tables."""
    clauses = ["1. Утвердить прилагаемый план.", "2. Контроль за исполнением приказа оставляю за собой."]
    annex = ["Приложение", "к приказу управления образования", "от 12.09.2023 № 318", "", title, ""]
    return [*HEADING, *clauses, *SIGNATURE, *annex, *tables]


def docx(path: Path, blocks: list[Block]) -> Path:
    document = Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        width = max(len(row) for row in block.rows)
        table = document.add_table(0, width, style="Table Grid" if block.bordered else None)
        for row in block.rows:
            cells = table.add_row().cells
            if len(row) == 1:
                cells[0].merge(cells[-1]).text = row[0]
                continue
            for cell, text in zip(cells, row, strict=True):
                cell.text = text
        for top, left, bottom, right in block.merged:
            text = table.cell(top, left).text
            table.cell(top, left).merge(table.cell(bottom, right)).text = text
    return make.save(document, path)


def txt(path: Path, blocks: list[Block]) -> Path:
    """As lifted from pages: a row a line, its cells between tabs, line breaks in a cell as <br>."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, str):
            lines.append(block)
        else:
            width = max(len(row) for row in block.rows)
            rows = [[*row, *[""] * (width - len(row))] for row in block.rows]
            lines += ["", *("\t".join(text.replace("\n", "<br>") for text in row) for row in rows), ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def pdf(path: Path, blocks: list[Block]) -> Path:
    """Set by Typst, with empty lines as space; a table without borders stands there without lines."""
    parts = ["#set text(hyphenate: false)", "#set par(first-line-indent: 0pt)"]
    for block in blocks:
        if isinstance(block, Sheet):
            parts.append(_table(block))
        else:
            pieces = [piece.strip() for piece in re.split(r"\t+|\s{5,}", block)]
            parts.append(" #h(1fr) ".join(_string(piece) for piece in pieces) if block else "#v(5mm)")
    return make.pdf(path, "\n\n".join(parts))


def _string(text: str) -> str:
    return '#"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _table(sheet: Sheet) -> str:
    width = max(len(row) for row in sheet.rows)
    covered = {
        (row, column)
        for top, left, bottom, right in sheet.merged
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in sheet.merged}
    cells = []
    for row, texts in enumerate(sheet.rows):
        for column, text in enumerate(texts):
            if (row, column) in covered:
                continue
            tall, wide = spans.get((row, column), (1, width if len(texts) == 1 else 1))
            inside = " #linebreak() ".join(_string(line) for line in text.split("\n"))
            cells.append(f"table.cell(rowspan: {tall}, colspan: {wide})[{inside}]")
    stroke = "1pt" if sheet.bordered else "none"
    body = ",\n".join(cells)
    columns = f"columns: ({'1fr, ' * width}), stroke: {stroke}"
    return f"#[#set par(justify: false)\n#set text(size: 9pt)\n#table({columns},\n{body})]"


def reading(tmp_path: Path, form: str, blocks: list[Any]) -> Decree:
    builder = {"docx": docx, "pdf": pdf, "txt": txt}[form]
    return read(builder(tmp_path / f"a.{form}", blocks))


def said(decree: Decree) -> list[tuple[str | None, str, str | None, list[str]]]:
    """Each activity as (number, text, deadline, responsible)."""
    return [
        (a.number, a.text, a.deadline.text if a.deadline else None, [one.text for one in a.responsible])
        for roadmap in decree.roadmaps
        for section in roadmap.sections
        for a in section.activities
    ]


def alarms(decree: Decree) -> list[str]:
    return [finding.message for finding in decree.findings if finding.severity != "info"]


def windows(decree: Decree) -> list[list[tuple[str | None, str | None]]]:
    return [
        [tuple(day.isoformat() if day else None for day in window) for window in activity.deadline.windows]
        for roadmap in decree.roadmaps
        for section in roadmap.sections
        for activity in section.activities
        if activity.deadline
    ]


def titles(decree: Decree) -> list[tuple[str | None, int]]:
    return [(section.title, len(section.activities)) for section in decree.roadmaps[0].sections]
