"""The original on the page: pictures of a PDF's pages, and a docx as clean HTML."""

from __future__ import annotations

import io
import logging
import threading

import mammoth
import nh3
import pypdfium2
from django.utils.safestring import SafeString, mark_safe

from opora.core.files import on_disk
from opora.documents.models import Document

logger = logging.getLogger(__name__)

SCALE = 1.6  # of a page's 72 points an inch
LARGEST = 4_000_000  # pixels of one picture
COLOURS = 48
_pdfium = threading.Lock()  # the library cannot be used by two threads at once

_TAGS = {
    *("p", "br", "strong", "em", "u", "s", "sup", "sub", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li"),
    *("table", "thead", "tbody", "tr", "td", "th", "img"),
}
_ATTRIBUTES = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "img": {"src", "alt"}}


def page_picture(document: Document, number: int) -> bytes | None:
    """A page as PNG; None where there is no such page, or it cannot be drawn."""
    try:
        with on_disk(document.file) as path, _pdfium:
            pdf = pypdfium2.PdfDocument(path)
            try:
                if not 1 <= number <= len(pdf):
                    return None
                page = pdf[number - 1]
                width, height = page.get_size()
                scale = min(SCALE, (LARGEST / max(width * height, 1)) ** 0.5)
                image = page.render(scale=scale).to_pil()
            finally:
                pdf.close()
    except (pypdfium2.PdfiumError, OSError, ValueError):
        logger.warning("Page %s of the document %s cannot be drawn", number, document.public_id, exc_info=True)
        return None
    out = io.BytesIO()
    image.convert("RGB").quantize(COLOURS).save(out, "PNG", optimize=True)
    return out.getvalue()


def file_html(document: Document) -> SafeString:
    """A docx as HTML without anything that acts; empty where it cannot be turned into it."""
    try:
        with document.file.open("rb") as file:
            html = mammoth.convert_to_html(file).value
    except Exception:  # a foreign file fails in any way there is
        logger.warning("The document %s cannot be shown as HTML", document.public_id, exc_info=True)
        return mark_safe("")
    clean = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"data"}, link_rel=None)
    return mark_safe(clean)  # noqa: S308  (nh3 has cleaned it)
