"""The demo's five documents: their years moved so that their dates lie around today."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "documents"
WRITTEN = 2026  # the school year 2026/27 stands in the files
_YEAR = re.compile(r"(?<!\d)20(2\d|3\d)(?!\d)")
_SHORT = re.compile(r"(?<=\d/)(2\d)(?!\d)")


def years_between(school_year: int) -> int:
    """By how many years the documents move for a school year that starts in `school_year`."""
    return school_year - WRITTEN


def moved(name: str, years: int) -> bytes:
    """The docx of that name with every year moved."""
    content = (FOLDER / name).read_bytes()
    if not years:
        return content
    import docx

    document = docx.Document(io.BytesIO(content))
    for paragraph in _paragraphs(document):
        for run in paragraph.runs:
            text = _YEAR.sub(lambda m: str(int(m.group()) + years), run.text)
            run.text = _SHORT.sub(lambda m: f"{int(m.group()) + years:02d}", text)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _paragraphs(document: Any) -> Iterator[Any]:
    yield from document.paragraphs
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs
