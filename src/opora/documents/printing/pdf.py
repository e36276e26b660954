"""A printed document as .pdf, set by Typst; what people wrote reaches it as data, never as its language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import typst

from opora.documents.printing import form
from opora.documents.printing.model import Printed, PrintedTable

_PAGE = Path(__file__).with_name("page.typ")
_FOOT = """#let said = json(bytes(sys.inputs.said))
#set page(width: said.width * 1mm, height: auto, margin: 0mm, fill: none)
#set text(
  font: ("PT Astra Serif", "Liberation Serif", "Times New Roman", "Tinos", "Libertinus Serif"),
  size: said.size * 1pt, lang: "ru", fill: rgb(said.colour),
  top-edge: "ascender", bottom-edge: "descender",
)
#said.text
"""
_DOTS = 300  # in an inch of the picture of the foot


def pdf(printed: Printed) -> bytes:
    """The file of the document."""
    printed = form.prepared(printed)
    width, height = form.size(printed)
    heading, signature = printed.heading, printed.signature
    said = {
        "name": form.document_title(printed),
        "author": heading.organisation.replace("\n", " ") or printed.made_by,
        "made_by": printed.made_by,
        "width": width,
        "height": height,
        "left": form.left(printed),
        "right": form.RIGHT,
        "top": form.TOP,
        "bottom": form.BOTTOM,
        "text_size": form.TEXT,
        "table_size": form.TABLE,
        "foot": list(_foot(printed)),
        "foot_width": form.text_width(printed),
        "requisites": [[requisite.part, requisite.lines] for requisite in form.requisites(heading)],
        "lead": printed.lead,
        "tables": [_table(table, printed) for table in printed.tables if table.columns],
        "closing": printed.closing,
        "signature": [signature.position, signature.name] if signature else None,
    }
    return _set(_PAGE.read_bytes(), said, "pdf")


def _set(source: bytes, said: dict[str, Any], kind: Literal["pdf", "png"], ppi: float | None = None) -> bytes:
    return typst.compile(source, format=kind, sys_inputs={"said": json.dumps(said)}, ppi=ppi)


def _foot(printed: Printed) -> bytes:
    """The line of who made the copy, as a picture."""
    if not printed.made_by:
        return b""
    said = {
        "text": printed.made_by,
        "width": form.text_width(printed),
        "size": form.SMALL,
        "colour": f"#{form.GREY}",
    }
    return _set(_FOOT.encode(), said, "png", ppi=_DOTS)


def _table(table: PrintedTable, printed: Printed) -> dict[str, Any]:
    widths = form.widths(table, form.text_width(printed))
    return {
        "title": table.title,
        "columns": [
            {
                "title": column.title,
                "width": round(width, 3),
                "align": column.align,
                "inner": round(width - form.CELL, 3),
            }
            for column, width in zip(table.columns, widths, strict=True)
        ],
        "sections": [
            {
                "title": section.title,
                "rows": [{"cells": row, "long": form.is_long(row, widths, printed)} for row in section.rows],
            }
            for section in table.sections
        ],
    }
