"""The mark of a docx: in the footer of every section, at the end of the text, in its properties."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor

from opora.exports.stamping import Stamp, picture
from opora.exports.stamping.package import Package, tag

SIZE = 7.5  # points
_GREY = RGBColor(0x60, 0x60, 0x60)
_TO_EDGE = Mm(6)  # below the footer


def stamped_docx(content: bytes, stamp: Stamp) -> bytes:
    document = Document(io.BytesIO(content))
    code = picture.png(stamp.mark)
    for section in document.sections:
        section.footer_distance = min(section.footer_distance or _TO_EDGE, _TO_EDGE)
        for footer in _footers(document, section):
            paragraph = footer.paragraphs[0]
            if paragraph.text.strip() or len(footer.paragraphs) > 1:
                paragraph = footer.add_paragraph()
            paragraph.add_run().add_picture(io.BytesIO(code), width=Mm(picture.SIDE))
            _small(paragraph.add_run(f"  {stamp.line}"))
    last = document.add_paragraph()
    last.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _small(last.add_run(stamp.code))
    about = document.core_properties
    about.comments = stamp.line[:255]
    about.keywords = stamp.code
    about.last_modified_by = stamp.who[:255]
    buffer = io.BytesIO()
    document.save(buffer)
    package = Package(buffer.getvalue())
    tag(package, stamp)
    return package.written()


def _footers(document: Any, section: Any) -> Iterator[Any]:
    """The footers of the section that are its own; the first section gets those that it lacks."""
    kinds = [section.footer]
    if section.different_first_page_header_footer:
        kinds.append(section.first_page_footer)
    if document.settings.odd_and_even_pages_header_footer:
        kinds.append(section.even_page_footer)
    first = section._sectPr is document.sections[0]._sectPr
    for footer in kinds:
        if first and footer.is_linked_to_previous:
            footer.is_linked_to_previous = False
        if not footer.is_linked_to_previous:
            yield footer


def _small(run: Any) -> None:
    run.font.size = Pt(SIZE)
    run.font.color.rgb = _GREY
