"""A printed document as .pdf, set by Typst; what people wrote reaches it as data, never as its language."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pypdfium2
import typst

from opora.documents.printing import form
from opora.documents.printing.model import Printed, PrintedTable

_PAGE = Path(__file__).with_name("page.typ")


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
        "requisites": [[requisite.part, requisite.lines] for requisite in form.requisites(heading)],
        "lead": printed.lead,
        "tables": [_table(table, printed) for table in printed.tables],
        "closing": printed.closing,
        "signature": [signature.position, signature.name] if signature else None,
    }
    return typst.compile(_PAGE.read_bytes(), format="pdf", sys_inputs={"said": json.dumps(said)})


def bound(papers: Iterable[bytes]) -> bytes:
    """Several files as one, each from a page of its own; of itself it says what the first says, not the moment."""
    first, *others = papers
    whole, buffer = pypdfium2.PdfDocument(first), io.BytesIO()
    for paper in others:
        whole.import_pages(pypdfium2.PdfDocument(paper))
    whole.save(buffer)
    return buffer.getvalue()


def _table(table: PrintedTable, printed: Printed) -> dict[str, Any]:
    widths = form.widths(table, form.text_width(printed))
    picture = table.picture
    return {
        "title": table.title,
        "intro": table.intro,
        "picture": [picture.svg, picture.says] if picture else None,
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
