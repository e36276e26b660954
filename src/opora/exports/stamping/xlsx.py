"""The mark of an xlsx: below and beside each table, in the footer of every printed page, in its properties."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from opora.exports.stamping import Stamp, picture
from opora.exports.stamping.package import Package, tag

_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_EMU = 36_000  # in a millimetre
_LINE = 150  # characters of the footer, which holds 255 with everything
_BOTTOM = 0.9  # inch of the page below the table: room for the code
# What stands behind the rows of a sheet, in the order that the format demands.
_BEHIND = (
    "headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing "
    "legacyDrawingHF picture oleObjects controls webPublishItems tableParts extLst"
).split()


def stamped_xlsx(content: bytes, stamp: Stamp) -> bytes:
    package = Package(content)
    sheets = sorted(name for name in package.names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name))
    if not sheets:
        raise ValueError("no sheet")
    package.put("xl/media/copy.png", picture.png(stamp.mark))
    package.add_type("Extension", "png", "image/png")
    package.add_type("Extension", "vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
    for number, name in enumerate(sheets, start=1):
        _sheet(package, name, number, stamp)
    _core(package, stamp)
    tag(package, stamp)
    return package.written()


def _sheet(package: Package, name: str, number: int, stamp: Stamp) -> None:
    text = package.text(name)
    rows = [int(row) for row in re.findall(r'<row r="(\d+)"', text)]
    columns = [_column(letters) for letters in re.findall(r'<c r="([A-Z]+)\d+"', text)]
    text = _below(text, max(rows, default=0) + 2, stamp.line)
    text = _footer(text, stamp)
    if "<drawing " not in text:
        key = _drawn(package, name, number, max(columns, default=0) + 1)
        text = _placed(text, "drawing", f'<drawing xmlns:r="{_RELATION}" r:id="{key}"/>')
    if "<legacyDrawingHF" not in text:
        key = _printed(package, name, number)
        text = _placed(text, "legacyDrawingHF", f'<legacyDrawingHF xmlns:r="{_RELATION}" r:id="{key}"/>')
    package.put(name, text)


def _below(text: str, row: int, line: str) -> str:
    added = f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{escape(line)}</t></is></c></row>'
    if "<sheetData/>" in text:
        return text.replace("<sheetData/>", f"<sheetData>{added}</sheetData>", 1)
    return text.replace("</sheetData>", f"{added}</sheetData>", 1)


def _footer(text: str, stamp: Stamp) -> str:
    """Line on the left, code in the middle; what stood on the right stays, the number of the page as a rule."""
    before = re.search(r"<oddFooter>(.*?)</oddFooter>", text, re.DOTALL)
    right = re.search(r"&amp;R(?:(?!&amp;[LC]).)*", before[1], re.DOTALL) if before else None
    line = escape(stamp.line[:_LINE].replace("&", "&&"))
    said = f"<oddFooter>&amp;L&amp;7{line}&amp;C&amp;G{right[0] if right else ''}</oddFooter>"
    if before:
        text = text.replace(before[0], said, 1)
    elif "</oddHeader>" in text:
        text = text.replace("</oddHeader>", f"</oddHeader>{said}", 1)
    else:
        text = _placed(text, "headerFooter", f"<headerFooter>{said}</headerFooter>")
    return re.sub(r'(<pageMargins [^>]*bottom=")([\d.]+)(")', _roomier, text, count=1)


def _roomier(match: re.Match[str]) -> str:
    return f"{match[1]}{max(float(match[2]), _BOTTOM)}{match[3]}"


def _placed(text: str, element: str, added: str) -> str:
    """The sheet with an element where the order of its kind wants it."""
    later = "|".join(_BEHIND[_BEHIND.index(element) + 1 :])
    following = re.search(rf"<(?:{later})[ />]", text) if later else None
    end = following.start() if following else text.rindex("</worksheet>")
    return text[:end] + added + text[end:]


def _drawn(package: Package, sheet: str, number: int, column: int) -> str:
    """The code on the sheet itself, to the right of the table: a photograph of the screen holds it."""
    part = f"xl/drawings/drawingCopy{number}.xml"
    key = package.relate(part, f"{_RELATION}/image", "../media/copy.png")
    size = round(picture.SIDE * 1.5 * _EMU)
    package.put(
        part,
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{_RELATION}">'
        f"<xdr:oneCellAnchor><xdr:from><xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>0</xdr:row>"
        f'<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:ext cx="{size}" cy="{size}"/><xdr:pic><xdr:nvPicPr>'
        '<xdr:cNvPr id="2" name="Копия" descr="Метка копии"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill>'
        f'<a:blip r:embed="{key}"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:xfrm>'
        f'<a:off x="0" y="0"/><a:ext cx="{size}" cy="{size}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        '</a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData fPrintsWithSheet="0"/></xdr:oneCellAnchor></xdr:wsDr>',
    )
    package.add_type("PartName", f"/{part}", "application/vnd.openxmlformats-officedocument.drawing+xml")
    return package.relate(sheet, f"{_RELATION}/drawing", f"../drawings/drawingCopy{number}.xml")


def _printed(package: Package, sheet: str, number: int) -> str:
    """The code for the footer of printed pages: spreadsheet programs keep it in VML."""
    part = f"xl/drawings/vmlDrawingCopy{number}.vml"
    key = package.relate(part, f"{_RELATION}/image", "../media/copy.png")
    side = round(picture.SIDE / 25.4 * 72, 1)
    package.put(
        part,
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
        '</o:shapelayout><v:shapetype id="_x0000_t75" coordsize="21600,21600" o:spt="75" o:preferrelative="t" '
        'path="m@4@5l@4@11@9@11@9@5xe" filled="f" stroked="f"><v:stroke joinstyle="miter"/>'
        '<v:path o:extrusionok="f" gradientshapeok="t" o:connecttype="rect"/><o:lock v:ext="edit" aspectratio="t"/>'
        f'</v:shapetype><v:shape id="CF" o:spid="_x0000_s{1024 + number}" type="#_x0000_t75" '
        f'style="position:absolute;margin-left:0;margin-top:0;width:{side}pt;height:{side}pt;z-index:1">'
        f'<v:imagedata o:relid="{key}" o:title="copy"/><o:lock v:ext="edit" rotation="t"/></v:shape></xml>',
    )
    return package.relate(sheet, f"{_RELATION}/vmlDrawing", f"../drawings/vmlDrawingCopy{number}.vml")


def _core(package: Package, stamp: Stamp) -> None:
    if "docProps/core.xml" not in package:
        return
    text = package.text("docProps/core.xml")
    for name, value in (("dc:description", stamp.line), ("cp:keywords", stamp.code), ("cp:lastModifiedBy", stamp.who)):
        text = re.sub(rf"<{name}(?:/>|>.*?</{name}>)", "", text, flags=re.DOTALL)
        end = text.rindex("</")
        text = f"{text[:end]}<{name}>{escape(value)}</{name}>{text[end:]}"
    package.put("docProps/core.xml", text)


def _column(letters: str) -> int:
    """«A» is 1, «AB» 28."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
