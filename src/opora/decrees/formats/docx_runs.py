"""The text of one docx paragraph: its runs in order, without what was deleted or hidden."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opora.decrees.formats.numbering import W

if TYPE_CHECKING:
    from opora.decrees.formats.docx_styles import Styles

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_GONE = {W + name for name in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "sdtEndPr", "rt", "footnoteReference")}
_SIGNS = {W + "tab": "\t", W + "ptab": "\t", W + "cr": "\n", W + "noBreakHyphen": "-"}


@dataclass(slots=True)
class Text:
    """What a paragraph shows; boxes are text boxes anchored in it, whose paragraphs are read before it."""

    text: str = ""
    bold: bool = False
    boxes: list[Any] = field(default_factory=list)
    break_before: bool = False
    break_after: bool = False
    deleted: bool = False  # its mark or a part of it was deleted by a tracked change
    objects: int = 0


def read_runs(paragraph: Any, styles: Styles) -> Text:
    return _Reader(paragraph, styles).read()


class _Reader:
    def __init__(self, paragraph: Any, styles: Styles) -> None:
        self.paragraph = paragraph
        self.properties = paragraph.find(W + "pPr")
        self.styles = styles
        self.result = Text()
        self.pieces: list[str] = []
        self.weights: list[bool] = []

    def read(self) -> Text:
        result = self.result
        result.deleted = (
            self.paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None
            or self.paragraph.find(W + "del") is not None
            or self.paragraph.find(W + "moveFrom") is not None
        )
        self._walk(self.paragraph, bold=self.styles.bold(self.properties, None))
        result.text = "".join(self.pieces)
        result.bold = bool(self.weights) and all(self.weights)
        return result

    def _walk(self, element: Any, *, bold: bool) -> None:
        for child in element:
            tag = child.tag
            if tag in _GONE or not isinstance(tag, str):
                continue
            if tag == W + "r":
                if not self.styles.hidden(child.find(W + "rPr")):
                    self._walk(child, bold=self.styles.bold(self.properties, child.find(W + "rPr")))
            elif tag in (W + "t", _M + "t"):
                self._add(child.text or "", bold)
            elif tag in _SIGNS:
                self.pieces.append(_SIGNS[tag])
            elif tag == W + "br":
                self._line_break(child)
            elif tag == W + "lastRenderedPageBreak":
                self._page_break()
            elif tag == W + "txbxContent":
                self.result.boxes.append(child)
            elif tag == _MC + "AlternateContent":
                self._alternative(child, bold)
            else:
                self.result.objects += tag == W + "object"
                self._walk(child, bold=bold)

    def _add(self, text: str, bold: bool) -> None:
        self.pieces.append(text)
        if text.strip():
            self.weights.append(bold)

    def _line_break(self, element: Any) -> None:
        if element.get(W + "type") == "page":
            self._page_break()
            self.pieces.append("\n")
        else:
            self.pieces.append("\n")

    def _page_break(self) -> None:
        """A paragraph is never cut: a page that ends inside it ends after it."""
        if "".join(self.pieces).strip():
            self.result.break_after = True
        else:
            self.result.break_before = True

    def _alternative(self, element: Any, bold: bool) -> None:
        """The same content twice, for new and old programs: the first that has any is read."""
        for name in ("Choice", "Fallback"):
            for part in element.findall(_MC + name):
                pieces, boxes = len(self.pieces), len(self.result.boxes)
                self._walk(part, bold=bold)
                if len(self.pieces) > pieces or len(self.result.boxes) > boxes:
                    return
