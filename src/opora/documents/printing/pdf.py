"""A printed document as .pdf, set by Typst; what people wrote reaches it as data, never as its language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

from opora.documents.printing import form
from opora.documents.printing.model import Printed, PrintedTable

_PAGE = Path(__file__).with_name("page.typ")
_FOOT = """#let said = json("said.json")
#set page(width: said.width * 1mm, height: auto, margin: 0mm, fill: none)
#set text(
  font: ("PT Astra Serif", "Liberation Serif", "Times New Roman", "Tinos", "Libertinus Serif"),
  size: said.size * 1pt, lang: "ru", fill: rgb(said.colour),
)
#said.text
"""
_DOTS = 300  # in an inch of the picture of the foot
_LETTER = 0.5  # of the size of a font: the usual width of a letter


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


def _set(source: bytes, said: dict[str, Any], kind: str, **options: Any) -> bytes:
    files = {"main.typ": source, "said.json": json.dumps(said).encode()}
    made: bytes = typst.compile(files, format=kind, **options)
    return made


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
    rooms = [_room(width) for width in widths]
    return {
        "title": table.title,
        "columns": [
            {
                "title": _divisible(column.title, room),
                "width": round(width, 3),
                "align": column.align,
                "room": room,
            }
            for column, width, room in zip(table.columns, widths, rooms, strict=True)
        ],
        "sections": [
            {
                "title": section.title,
                "rows": [
                    {
                        "cells": [_divisible(text, room) for text, room in zip(row, rooms, strict=True)],
                        "long": form.is_long(row, widths, printed),
                    }
                    for row in section.rows
                ],
            }
            for section in table.sections
        ],
    }


def _room(width: float) -> int:
    """How many letters a column of `width` mm surely has room for in a line."""
    return max(int((width - 3) / (form.TABLE * 0.3528 * _LETTER) * 0.85), 1)


def _divisible(text: str, room: int) -> str:
    """Addresses and other long strings without a space may be divided wherever the column ends."""
    return "\n".join(" ".join(_word(word, room) for word in line.split(" ")) for line in text.split("\n"))


def _word(word: str, room: int) -> str:
    if len(word) <= room or sum(map(str.isalpha, word)) >= len(word) - 3 and not word.isascii():
        return word
    return "\u200b".join(word)
