"""A printed document as .docx: paragraphs and tables alone, nothing that runs."""

from __future__ import annotations

import io
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.utils import timezone
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from opora.documents.printing import form
from opora.documents.printing.model import Printed, PrintedPicture, PrintedTable

# Every office has this name or a font of the same measures for it: PT Astra Serif, Liberation Serif, Tinos.
FONT = "Times New Roman"
_TWIPS = 56.6929  # in a millimetre
_PADDING = 85  # twips on the left and right of a cell's text


def docx(printed: Printed) -> bytes:
    """The file of the document."""
    buffer = io.BytesIO()
    _Docx(form.prepared(printed)).made().save(buffer)
    return buffer.getvalue()


class _Docx:
    def __init__(self, printed: Printed) -> None:
        self.printed = printed
        self.document = Document()
        self.width = form.text_width(printed)

    def made(self) -> Any:
        self._properties()
        self._style()
        self._page()
        for requisite in form.requisites(self.printed.heading):
            self._requisite(requisite)
        for text in self.printed.lead:
            self._text(text)
        for index, table in enumerate(self.printed.tables):
            if index or self.printed.lead:
                self._gap()
            self._table(table)
        for index, text in enumerate(self.printed.closing):
            if not index:
                self._gap()
            self._text(text)
        self._signature()
        return self.document

    # -- the sheet -----------------------------------------------------------------------------------------------

    def _properties(self) -> None:
        about = self.document.core_properties
        about.author = (self.printed.heading.organisation.replace("\n", " ") or self.printed.made_by)[:255]
        about.last_modified_by = self.printed.made_by[:255]
        about.title = form.document_title(self.printed)[:255]
        about.comments = self.printed.made_by[:255]
        about.language = "ru-RU"
        about.created = about.modified = timezone.now().replace(tzinfo=None, microsecond=0)

    def _style(self) -> None:
        style = self.document.styles["Normal"]
        style.font.size = Pt(form.TEXT)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for name in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{name}"), FONT)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "ru-RU")
        style.element.rPr.append(language)
        style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.space_before = Pt(0)
        style.paragraph_format.line_spacing = 1.0

    def _page(self) -> None:
        section = self.document.sections[0]
        width, height = form.size(self.printed)
        section.orientation = WD_ORIENT.LANDSCAPE if self.printed.landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(width), Mm(height)
        section.left_margin, section.right_margin = Mm(form.left(self.printed)), Mm(form.RIGHT)
        section.top_margin, section.bottom_margin = Mm(form.TOP), Mm(form.BOTTOM)
        section.header_distance = section.footer_distance = Mm(10)
        section.different_first_page_header_footer = True
        number = section.header.paragraphs[0]
        number.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _field(number, "PAGE")

    # -- paragraphs ----------------------------------------------------------------------------------------------

    def _requisite(self, requisite: form.Requisite) -> None:
        part = requisite.part
        if part == "dateline":
            paragraph = self.document.add_paragraph("\t".join(requisite.lines))
            paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(self.width), WD_TAB_ALIGNMENT.RIGHT)
            paragraph.paragraph_format.keep_with_next = True
        else:
            for line in requisite.lines:
                self._heading_line(part, line)
        self._gap(small=part in ("organisation", "kind"))

    def _heading_line(self, part: form.Part, line: str) -> None:
        paragraph = self.document.add_paragraph()
        run = paragraph.add_run(line)
        run.bold = part not in ("stamp", "place")
        paragraph.paragraph_format.keep_with_next = True
        if part == "stamp":
            paragraph.paragraph_format.left_indent = Mm(self.width * 0.55)
        elif part != "title":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        else:
            paragraph.paragraph_format.right_indent = Mm(self.width * 0.4)

    def _gap(self, *, small: bool = False) -> None:
        """An empty line: a reader of the file tells by it where a requisite ends."""
        empty = self.document.add_paragraph()
        empty.paragraph_format.keep_with_next = True
        empty.paragraph_format.line_spacing = Pt(6 if small else form.TEXT)

    def _text(self, text: str) -> None:
        paragraph = self.document.add_paragraph(text)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.first_line_indent = Mm(form.INDENT)

    def _signature(self) -> None:
        signature = self.printed.signature
        if signature is None:
            return
        self._gap()
        self._gap()
        paragraph = self.document.add_paragraph(f"{signature.position}\t{signature.name}")
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(self.width), WD_TAB_ALIGNMENT.RIGHT)
        paragraph.paragraph_format.keep_together = True

    # -- tables --------------------------------------------------------------------------------------------------

    def _table(self, table: PrintedTable) -> None:
        if table.title:
            title = self.document.add_paragraph()
            title.add_run(table.title).bold = True
            title.alignment = WD_ALIGN_PARAGRAPH.CENTER
            title.paragraph_format.keep_with_next = True
            title.paragraph_format.space_after = Pt(6)
        for text in table.intro:
            self._text(text)
        if table.picture:
            self._picture(table.picture)
        if not table.columns:
            return
        body = self.document.element.body
        body.insert(len(body) - 1, parse_xml(_table_xml(table, form.widths(table, self.width), self.printed)))

    def _picture(self, picture: PrintedPicture) -> None:
        paragraph = self.document.add_paragraph()
        shape = paragraph.add_run().add_picture(io.BytesIO(picture.png), width=Mm(self.width))
        shape._inline.docPr.set("descr", picture.says)
        paragraph.paragraph_format.space_after = Pt(6)


def _table_xml(table: PrintedTable, widths: list[float], printed: Printed) -> str:
    """The whole table as one text of XML: python-docx takes a second for every hundred rows made one by one."""
    twips = [round(width * _TWIPS) for width in widths]
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 30), ("left", _PADDING), ("bottom", 40), ("right", _PADDING))
    )
    head = "".join(_cell(c.title, w, "center", bold=True) for c, w in zip(table.columns, twips, strict=True))
    rows = [f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"]
    for section in table.sections:
        if section.title:
            title = _cell(section.title, sum(twips), "center", bold=True, span=len(twips), keep=bool(section.rows))
            rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{title}</w:tr>")
        for row in section.rows:
            properties = "" if form.is_long(row, widths, printed) else "<w:trPr><w:cantSplit/></w:trPr>"
            cells = (_cell(t, w, c.align) for t, w, c in zip(row, twips, table.columns, strict=True))
            rows.append(f"<w:tr>{properties}{''.join(cells)}</w:tr>")
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(twips)}" w:type="dxa"/>'
        f'<w:tblInd w:w="{_PADDING}" w:type="dxa"/>'
        f'<w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _cell(text: str, width: int, align: str, *, bold: bool = False, span: int = 1, keep: bool = False) -> str:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    middle = '<w:vAlign w:val="center"/>' if bold else ""
    style = f'<w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{form.TABLE * 2}"/></w:rPr>'
    kept = "<w:keepNext/>" if keep else ""
    paragraphs = "".join(
        f"<w:p><w:pPr>{kept}<w:jc w:val={quoteattr(align)}/></w:pPr>"
        f'<w:r>{style}<w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for line in text.split("\n")
    )
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}{middle}</w:tcPr>{paragraphs}</w:tc>'


def _field(paragraph: Any, name: str) -> None:
    """A number that the program sets, such as that of the page."""
    run = paragraph.add_run()
    for kind in ("begin", "", "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = name
        run._r.append(element)
