"""The texts of a docx with every place where one can hide, and the same file with other texts and nothing hidden."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from opora.documents.printing.model import Printed
from opora.lists.twin.finding import Mention

Replace = Callable[[str], list[tuple[Mention, str]]]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/package/2006/relationships}"
# Parts that make up what is read. All others go: comments, people, custom XML, embedded files, macros, thumbnails.
_KEPT = re.compile(
    r"^(\[Content_Types\]\.xml|_rels/\.rels|word/(document|styles|numbering|settings|fontTable|footnotes|endnotes|"
    r"header\d*|footer\d*)\.xml|word/theme/[^/]+\.xml|word/_rels/[^/]+\.rels|word/media/[^/]+)$"
)
_TEXTS = re.compile(r"^word/(document|footnotes|endnotes|header\d*|footer\d*|styles|numbering|settings)\.xml$")
_GONE = {  # tracked deletions, marks of comments, what a program remembers of its user
    f"{_W}{name}"
    for name in (
        "del", "moveFrom", "delText", "commentRangeStart", "commentRangeEnd", "commentReference", "moveFromRangeStart",
        "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "rPrChange", "pPrChange", "tblPrChange", "trPrChange",
        "tcPrChange", "sectPrChange", "numberingChange", "bookmarkStart", "bookmarkEnd", "proofErr", "rsids", "docVars",
        "attachedTemplate", "mailMerge", "object", "smartTagPr", "customXmlPr", "permStart", "permEnd", "dataBinding",
    )
}  # fmt: skip
_UNWRAPPED = {f"{_W}{name}" for name in ("ins", "moveTo", "smartTag", "customXml", "hyperlink")}
_NAMES = ("descr", "title", "name", "alt", "author", "tag", "alias", "val", "instr", "initials")
_PICTURE = re.compile(r"^word/media/")
_PARSER = {"resolve_entities": False, "no_network": True, "huge_tree": False}


def texts_of(content: bytes) -> list[str]:
    """Every paragraph of the file in order: text, tables, notes, headers and footers."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [
            "".join(text for _, text in _runs(paragraph))
            for name in archive.namelist()
            if _TEXTS.match(name)
            for paragraph in _paragraphs(_clean(_parsed(archive.read(name))))
        ]


def pictures_of(content: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return sum(bool(_PICTURE.match(name)) for name in archive.namelist())


def rewritten(content: bytes, replace: Replace, *, title: str) -> bytes:
    """The file with its texts replaced, new properties, and none of the parts that are not read. Pictures are blank."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        kept = [name for name in archive.namelist() if _KEPT.match(name)]
        for name in kept:
            part = archive.read(name)
            if name == "[Content_Types].xml":
                part = _types(part, set(kept))
            elif name.endswith(".rels"):
                part = _relations(part, name, set(kept))
            elif _PICTURE.match(name):
                part = _blank(name)
            elif _TEXTS.match(name):
                part = _replaced(part, replace)
            made.writestr(name, part)
    return _titled(buffer.getvalue(), title)


def _parsed(part: bytes) -> Any:
    return etree.fromstring(part, etree.XMLParser(**_PARSER))


def _clean(root: Any) -> Any:
    """Deletions are deleted and insertions there, as if they had been accepted."""
    for element in [e for e in root.iter() if e.tag in _GONE]:
        _drop(element)
    for element in [e for e in root.iter() if e.tag in _UNWRAPPED]:
        _unwrap(element)
    for element in list(root.iter(etree.Comment, etree.ProcessingInstruction)):
        _drop(element)
    return root


def _drop(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unwrap(element: Any) -> None:
    parent = element.getparent()
    if parent is None:
        return
    place = parent.index(element)
    for child in reversed(list(element)):
        parent.insert(place, child)
    parent.remove(element)


def _paragraphs(root: Any) -> Iterator[Any]:
    for element in root.iter():
        if isinstance(element.tag, str) and etree.QName(element).localname == "p":
            yield element


def _runs(paragraph: Any) -> Iterator[tuple[Any, str]]:
    """(element, text) of a paragraph's own texts; tabs and breaks, with no element, part words."""
    for element in paragraph.iter():
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if name not in ("t", "instrText", "tab", "br", "cr", "noBreakHyphen") or _owner(element) is not paragraph:
            continue
        if name in ("t", "instrText"):
            yield element, element.text or ""
        elif etree.QName(element.getparent()).localname == "r":
            yield None, "-" if name == "noBreakHyphen" else "\n" if name in ("br", "cr") else "\t"


def _owner(element: Any) -> Any:
    for above in element.iterancestors():
        if etree.QName(above).localname == "p":
            return above
    return None


def _replaced(part: bytes, replace: Replace) -> bytes:
    root = _clean(_parsed(part))
    for paragraph in _paragraphs(root):
        runs = list(_runs(paragraph))
        for mention, label in reversed(replace("".join(text for _, text in runs))):
            _set(runs, mention, label)
    for element in root.iter():
        if isinstance(element.tag, str):
            _attributes(element, replace)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _set(runs: list[tuple[Any, str]], mention: Mention, label: str) -> None:
    """Put the label into the first text that the mention touches, and take its letters from all of them."""
    start, written = 0, False
    for index, (element, text) in enumerate(runs):
        end = start + len(text)
        first, last = max(mention.start, start) - start, min(mention.end, end) - start
        if first < last and element is not None:
            text = text[:first] + ("" if written else label) + text[last:]
            written = True
            element.text = text
            element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            runs[index] = (element, text)
        start = end


def _attributes(element: Any, replace: Replace) -> None:
    """Names and descriptions of pictures and fields may tell too; ids of editing sessions go."""
    for name, value in list(element.attrib.items()):
        local = etree.QName(name).localname
        if local.startswith("rsid"):
            del element.attrib[name]
        elif local in _NAMES:
            for mention, label in reversed(replace(value)):
                value = value[: mention.start] + label + value[mention.end :]
            element.set(name, value)


def _types(part: bytes, kept: set[str]) -> bytes:
    root = _parsed(part)
    for element in list(root):
        target = element.get("PartName", "").lstrip("/")
        if target and target not in kept:
            root.remove(element)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _relations(part: bytes, name: str, kept: set[str]) -> bytes:
    """Without what leads to parts that are gone, or out of the file: an address of a school's site tells."""
    root = _parsed(part)
    folder = "" if name == "_rels/.rels" else "word/"
    for element in list(root):
        target = element.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else folder + target
        if element.get("TargetMode") == "External" or path not in kept:
            root.remove(element)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _blank(name: str) -> bytes:
    """A white point instead of a picture: what is written on it nobody can check."""
    from PIL import Image

    buffer = io.BytesIO()
    kinds = {"jpg": "jpeg", "jpeg": "jpeg", "gif": "gif", "bmp": "bmp", "tif": "tiff", "tiff": "tiff"}
    Image.new("RGB", (1, 1), "white").save(buffer, format=kinds.get(name.rsplit(".", 1)[-1].lower(), "png"))
    return buffer.getvalue()


def _titled(content: bytes, title: str) -> bytes:
    """With properties of its own, none of the original's."""
    import docx

    document = docx.Document(io.BytesIO(content))
    about = document.core_properties
    about.title, about.author, about.last_modified_by = title[:255], "", ""
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def printed_of(blocks: list[tuple[str, list[list[str]]]], title: str) -> Printed:
    """A document of paragraphs (text, no rows) and tables (rows), for files that are no docx."""
    from opora.documents.printing.model import Heading, PrintedColumn, PrintedSection, PrintedTable

    lead: list[str] = []
    tables: list[PrintedTable] = []
    closing: list[str] = []
    for text, rows in blocks:
        if rows:
            width = max(map(len, rows))
            cells = [row + [""] * (width - len(row)) for row in rows]
            columns = [PrintedColumn(cell) for cell in cells[0]]
            tables.append(PrintedTable(None, columns, [PrintedSection(None, cells[1:])]))
        elif text:
            (closing if tables else lead).append(text)
    return Printed(heading=Heading(), lead=lead or [title], tables=tables, closing=closing)


def blocks_of(content: bytes) -> list[tuple[str, list[list[str]]]]:
    """The paragraphs and tables of a docx, as `printed_of` takes them."""
    import docx
    from docx.table import Table

    blocks: list[tuple[str, list[list[str]]]] = []
    for block in docx.Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(block, Table):
            blocks.append(("", [[cell.text for cell in row.cells] for row in block.rows]))
        else:
            blocks.append((block.text.strip(), []))
    return blocks
