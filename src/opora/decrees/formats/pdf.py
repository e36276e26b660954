"""A PDF with a text layer -> Layout: ruled tables, and the text outside them as paragraphs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from opora.decrees.errors import Unreadable
from opora.decrees.formats import safety
from opora.decrees.formats.cleaning import clean, letters
from opora.decrees.formats.pdf_tables import Grid, find_grids
from opora.decrees.formats.pdf_text import Line, Word, join_lines, lines_of, paragraphs_of
from opora.decrees.layout import Block, Cell, Layout, PageBreak, Paragraph, Row, Table
from opora.decrees.model import Finding, Source

if TYPE_CHECKING:
    from pathlib import Path

FEW_LETTERS = 20  # a page with fewer letters and a picture is taken for a scan
MAX_CHARS_PER_PAGE = 100_000
_SCAN_AREA = 0.4  # of the page covered by pictures
_PAGE_NUMBER = re.compile(
    r"(?:стр\.?|страница|с\.)?\s*[-–—]?\s*\d{1,4}(?:\s*(?:из|/)\s*\d{1,4})?\s*[-–—]?", re.IGNORECASE
)
_MARGIN = 72  # points from the edge of a page where its number stands
_SAVE_AGAIN = "Откройте его и сохраните («Печать» – «Сохранить как PDF») заново или загрузите исходный .docx."


def read_pdf(path: Path) -> Layout:
    """The layout of a PDF; pages without text are recognised where Tesseract is installed."""
    import pdfplumber

    check_pdf(path)
    pages: list[list[Block]] = []
    scanned: list[int] = []
    with path.open("rb") as stream, pdfplumber.open(stream) as document:  # its own stream stays open on a failure
        for number, page in enumerate(document.pages, 1):
            if _is_scan(page):
                scanned.append(number)
                pages.append([])
            else:
                pages.append(_Page(page, number).read())
            page.close()
    layout = Layout()
    if scanned:
        _recognise(path, scanned, pages, layout)
    for number, blocks in enumerate(pages, 1):
        layout.blocks += blocks
        if number < len(pages):
            layout.blocks.append(PageBreak(number))
    if not any(pages):
        raise Unreadable("В PDF нет текста.", "Загрузите исходный документ .docx или более чёткий скан.")
    return layout


def check_pdf(path: Path) -> None:
    """A PDF that opens, without a password, with at least one page and not too many."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable("PDF защищён паролем.", "Снимите пароль и загрузите файл снова.") from error
        raise Unreadable("PDF повреждён и не открывается.", _SAVE_AGAIN) from error
    try:
        count = len(document)
    finally:
        document.close()
    if not count:
        raise Unreadable("В PDF нет ни одной страницы.", _SAVE_AGAIN)
    if count > safety.MAX_PDF_PAGES:
        raise Unreadable(f"В PDF больше {safety.MAX_PDF_PAGES} страниц.", "Загрузите только нужные страницы.")


def _is_scan(page: Any) -> bool:
    if len(page.chars) > MAX_CHARS_PER_PAGE:
        raise Unreadable("На странице слишком много знаков.", _SAVE_AGAIN, where=f"Страница {page.page_number}")
    if sum(letters(char["text"]) for char in page.chars) >= FEW_LETTERS:
        return False
    area = float(page.width) * float(page.height) or 1.0
    return sum(float(image["width"]) * float(image["height"]) for image in page.images) > _SCAN_AREA * area


def _recognise(path: Path, scanned: list[int], pages: list[list[Block]], layout: Layout) -> None:
    """Fill the pages that are pictures; in a document that has text too, an unread page is a finding."""
    from opora.decrees.formats.scan import recognise

    try:
        found = recognise(path, scanned)
    except Unreadable as error:
        if not any(pages):
            raise
        for number in scanned:
            source = Source(page=number)
            layout.findings.append(Finding("error", "unreadable-part", f"Страница {number}: {error}", source))
        return
    for number, blocks in found.items():
        pages[number - 1] = blocks
        message = f"Страница {number} распознана с изображения, сверьте её с оригиналом."
        layout.findings.append(Finding("warning", "recognised", message, Source(page=number)))


class _Page:
    def __init__(self, page: Any, number: int) -> None:
        self.page = page.dedupe_chars(tolerance=1)
        self.number = number
        self.grids: list[Grid] = find_grids(self.page)

    def read(self) -> list[Block]:
        outside, cells = self._sort()
        lines = self._without_number(lines_of(words_of(outside)))
        blocks: list[Block] = []
        count = 0
        # text between two tables is joined by itself, so that a paragraph never reaches over a table
        for index in range(len(self.grids) + 1):
            top = self.grids[index - 1].box[1] if index else float("-inf")
            bottom = self.grids[index].box[1] if index < len(self.grids) else float("inf")
            part = [line for line in lines if top <= (line.top + line.bottom) / 2 < bottom]
            for paragraph in paragraphs_of(part, *self._margins(lines)):
                if paragraph.text:
                    count += 1
                    source = Source(page=self.number, paragraph=count)
                    about = (paragraph.bold, paragraph.centred, paragraph.apart)
                    blocks.append(Paragraph(paragraph.text, source, *about))
            if index < len(self.grids):
                blocks.append(self._table(self.grids[index], cells[index], count + 1))
        return blocks

    def _sort(self) -> tuple[list[Any], list[list[list[Any]]]]:
        """The characters outside the tables, and those of every cell."""
        outside: list[Any] = []
        cells: list[list[list[Any]]] = [[[] for _ in grid.places] for grid in self.grids]
        for char in self.page.chars:
            x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
            for grid, holders in zip(self.grids, cells, strict=True):
                if _holds(grid.box, x, y):
                    holder = next((h for p, h in zip(grid.places, holders, strict=True) if _holds(p.box, x, y)), None)
                    if holder is not None:
                        holder.append(char)
                        break
            else:
                outside.append(char)
        return outside, cells

    def _without_number(self, lines: list[Line]) -> list[Line]:
        """The page's own number goes, at its top and at its bottom."""
        height = float(self.page.height)
        if lines and lines[0].bottom < _MARGIN and _PAGE_NUMBER.fullmatch(clean(lines[0].text)):
            lines = lines[1:]
        if lines and lines[-1].top > height - _MARGIN and _PAGE_NUMBER.fullmatch(clean(lines[-1].text)):
            lines = lines[:-1]
        return lines

    def _margins(self, lines: list[Line]) -> tuple[float, float]:
        """The left and right edge of the text; where there is little of it, the tables show them, or symmetry."""
        width = float(self.page.width)
        left = min((line.x0 for line in lines), default=width)
        right = max((line.x1 for line in lines), default=0.0)
        if right - left < width / 2:
            left = min([left, *(grid.box[0] for grid in self.grids)])
            right = max([right, *(grid.box[2] for grid in self.grids)])
        if right - left < width / 2:
            left = min(left, width - right)
            right = width - left
        return left, right

    def _table(self, grid: Grid, cells: list[list[Any]], paragraph: int) -> Table:
        def source(row: int, column: int) -> Source:
            return Source(page=self.number, paragraph=paragraph, cell=f"{row + 1}:{column + 1}")

        table = Table([Row([], source(row, 0)) for row in range(grid.rows)], source(0, 0))
        table.source = Source(page=self.number, paragraph=paragraph)
        for place, chars in zip(grid.places, cells, strict=True):
            cell = Cell(
                cell_texts(place.box, chars), source(place.row, place.column), place.column, place.columns, place.rows
            )
            table.rows[place.row].cells.append(cell)
        for row in table.rows:
            row.cells.sort(key=lambda cell: cell.column)
        return table


def cell_texts(box: tuple[float, float, float, float], chars: list[Any]) -> list[str]:
    """The paragraphs of a cell; text that stands on its side, as in narrow headers, is one paragraph."""
    turned = [char for char in chars if abs(char["matrix"][1]) > abs(char["matrix"][0])]
    if 2 * len(turned) > len(chars):
        text = join_lines([line.text for line in lines_of(words_of([_laid(char) for char in turned]))])
        return [text] if text else []
    lines = lines_of(words_of(chars))
    left, right = _padding(box, lines)
    return [block.text for block in paragraphs_of(lines, left, right) if block.text]


def _laid(char: dict[str, Any]) -> dict[str, Any]:
    """A character on its side, turned so that its line runs from left to right."""
    x0, x1, top, bottom = char["x0"], char["x1"], char["top"], char["bottom"]
    if char["matrix"][1] > 0:  # read upwards
        place = {"x0": -bottom, "x1": -top, "top": x0, "bottom": x1}
    else:
        place = {"x0": top, "x1": bottom, "top": -x1, "bottom": -x0}
    return {**char, **place, "doctop": place["top"], "upright": True, "size": x1 - x0}


def _holds(box: tuple[float, float, float, float], x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _padding(box: tuple[float, float, float, float], lines: list[Line]) -> tuple[float, float]:
    """The margins inside a cell: as far from its right line as its text stands from the left one, at most 6 points."""
    if not lines:
        return box[0], box[2]
    pad = min(max(min(line.x0 for line in lines) - box[0], 1.0), 6.0)
    return box[0] + pad, max(box[2] - pad, max(line.x1 for line in lines))


def words_of(chars: list[Any]) -> list[Word]:
    """Characters -> words, with the size and weight of their letters."""
    from pdfplumber.utils.text import extract_words

    words = []
    for found in extract_words(chars, x_tolerance=2, y_tolerance=2, return_chars=True):
        letters_of = found["chars"]
        fonts = [str(char.get("fontname", "")).lower() for char in letters_of]
        words.append(
            Word(
                found["text"].replace("\u00ad", "-"),  # on a page it is a hyphen that is seen
                found["x0"],
                found["x1"],
                found["top"],
                found["bottom"],
                size=float(letters_of[0].get("size") or 10),
                bold=all("bold" in font or "black" in font or "semibold" in font for font in fonts),
            )
        )
    return words
