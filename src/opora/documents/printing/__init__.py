"""Official documents on paper: one content, printed as docx, pdf or xlsx by ГОСТ Р 7.0.97-2025.

What is printed of a road map can be read again by `opora.decrees.read`: the tests print and read.
"""

from __future__ import annotations

from typing import Literal

from opora.documents.printing.model import (
    Heading,
    Printed,
    PrintedColumn,
    PrintedPicture,
    PrintedSection,
    PrintedTable,
    Signature,
)

Kind = Literal["docx", "pdf", "xlsx"]
KINDS: tuple[Kind, ...] = ("docx", "pdf", "xlsx")


def render(printed: Printed, kind: str) -> bytes:
    """The file of a document; `kind` is one of `KINDS`."""
    if kind == "docx":
        from opora.documents.printing.docx import docx

        return docx(printed)
    if kind == "pdf":
        from opora.documents.printing.pdf import pdf

        return pdf(printed)
    if kind == "xlsx":
        from opora.documents.printing.xlsx import xlsx

        return xlsx(printed)
    raise ValueError(f"no such kind of file: {kind}")


__all__ = [
    "KINDS",
    "Heading",
    "Kind",
    "Printed",
    "PrintedColumn",
    "PrintedPicture",
    "PrintedSection",
    "PrintedTable",
    "Signature",
    "render",
]
