"""The mark of a PDF: at the foot of every page, drawn, so that no line of text parts a table that goes on; in its
properties; and as text once, at the end of the last page, for whoever copies the text."""

from __future__ import annotations

import io
import json
import re

import pypdfium2
import typst

from opora.core.marks import as_code
from opora.exports.stamping import Stamp, picture

_LEFT, _BOTTOM = 20, 5  # mm from the edges of the page
_MM = 72 / 25.4  # points
_FONTS = '("PT Astra Serif", "Liberation Serif", "Times New Roman", "Tinos", "Libertinus Serif")'
_FOOT = f"""#let said = json(bytes(sys.inputs.said))
#set page(width: said.width * 1mm, height: {picture.SIDE}mm, margin: 0mm, fill: none)
#set text(font: {_FONTS}, size: 7.5pt, lang: "ru", fill: rgb("606060"))
#grid(columns: ({picture.SIDE}mm, 1fr), column-gutter: 2mm, align: (left, left + horizon), rows: {picture.SIDE}mm,
  image(bytes(said.code), width: {picture.SIDE}mm), said.line)
"""
_PAGE = f"""#let said = json(bytes(sys.inputs.said))
#set page(width: said.width * 1mm, height: {picture.SIDE}mm, margin: 0mm, fill: none)
#place(image(bytes(said.foot), width: said.width * 1mm))
#set text(font: {_FONTS}, size: 5pt, fill: rgb("606060"))
#place(bottom + right, said.text)
"""
_REFERENCE = re.compile(rb"/(Root|Info)\s+(\d+ \d+ R)")
_SIGNED = b"/ByteRange"


def stamped_pdf(content: bytes, stamp: Stamp) -> bytes:
    document = pypdfium2.PdfDocument(content)
    feet: dict[tuple[int, bool], pypdfium2.PdfXObject] = {}
    count = len(document)
    for number in range(count):
        page = document[number]
        width, last = round(page.get_width() / _MM) - 2 * _LEFT, number == count - 1
        if (width, last) not in feet:
            drawn = pypdfium2.PdfDocument(_foot(max(width, 60), stamp, as_text=last))
            feet[width, last] = drawn.page_as_xobject(0, document)
        shown = feet[width, last].as_pageobject()
        left, bottom, *_ = page.get_mediabox()
        shown.set_matrix(pypdfium2.PdfMatrix().translate(left + _LEFT * _MM, bottom + _BOTTOM * _MM))
        page.insert_obj(shown)
        page.gen_content()
    buffer = io.BytesIO()
    document.save(buffer)
    return tagged_pdf(buffer.getvalue(), stamp)


def tagged_pdf(content: bytes, stamp: Stamp) -> bytes:
    """The file with the mark among its properties and in a line behind its end; a signed one as it is."""
    if _SIGNED in content:
        return content
    document = pypdfium2.PdfDocument(content)
    about = document.get_metadata_dict()
    document.close()
    behind = f"%{as_code(stamp.mark)}\n".encode()
    trailer = content[content.rfind(b"trailer") :] if b"trailer" in content else b""
    size = re.search(rb"/Size\s+(\d+)", trailer)
    start = re.search(rb"startxref\s+(\d+)", trailer)
    parts = dict(_REFERENCE.findall(trailer))
    if not (size and start and b"Root" in parts) or b"/Encrypt" in trailer:  # a kind whose index is packed
        return content + b"\n" + behind
    about |= {"Keywords": stamp.code, "Subject": stamp.line}
    number = int(size[1])
    fields = " ".join(f"/{name} <{_hex(value)}>" for name, value in about.items() if value and name.isalpha())
    made = f"\n{number} 0 obj\n<< {fields} >>\nendobj\n".encode()
    place = len(content) + len(made)
    made += f"xref\n{number} 1\n{len(content) + 1:010d} 00000 n \n".encode()
    made += b"trailer\n<< /Size %d /Root %s /Info %d 0 R /Prev %s >>\n" % (number + 1, parts[b"Root"], number, start[1])
    return content + made + f"startxref\n{place}\n%%EOF\n".encode() + behind


def _hex(text: str) -> str:
    return ("\ufeff" + text).encode("utf-16-be").hex().upper()


def _foot(width: int, stamp: Stamp, *, as_text: bool) -> bytes:
    """The foot of a page as a page of its own; its letters are drawn as shapes."""
    said = {"width": width, "code": list(picture.svg(stamp.mark)), "line": stamp.line}
    drawn = typst.compile(_FOOT.encode(), format="svg", sys_inputs={"said": json.dumps(said)})
    said = {"width": width, "foot": list(drawn), "text": stamp.code if as_text else ""}
    return typst.compile(_PAGE.encode(), format="pdf", sys_inputs={"said": json.dumps(said)})
