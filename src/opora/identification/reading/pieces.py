"""A large sheet of an xlsx read piece by piece: each piece is a small workbook of some of its rows for calamine.

calamine builds a whole sheet in memory (73 bytes for each place of the sheet); openpyxl streams, but ten times slower.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from opora.identification.reading.opening import MEGABYTE, Unreadable

PIECE: Final = 32 * MEGABYTE  # of XML
MAX_PIECE: Final = 128 * MEGABYTE
MAX_PLACES: Final = 4_000_000  # of a piece
_HEAD: Final = 2 * MEGABYTE
_BEGIN = re.compile(rb"<sheetData\b[^>]*>")
_ROW = re.compile(rb'<row\b[^>]*?\br="(\d{1,10})"')
_CLOSE: Final = b"</row>"
_END: Final = b"</sheetData></worksheet>"
_KEPT: Final = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(?:_rels/)?workbook\.xml(?:\.rels)?|xl/(?:styles|sharedStrings)\.xml"
)

Row = tuple[int, list[Any]]


def rows(path: Path, member: str, name: str, columns: int) -> Iterator[Row]:
    """The rows of the sheet that lies under `member`; raises `Unreadable`."""
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist() if _KEPT.fullmatch(one)}
        size = min(max(PIECE, 2 * len(parts.get("xl/sharedStrings.xml", b""))), MAX_PIECE)
        with archive.open(member) as stream:
            head, rest = _begin(stream)
            for body in _bodies(stream, rest, size):
                yield from _piece(parts, member, name, head, body, columns)


def _begin(stream: IO[bytes]) -> tuple[bytes, bytes]:
    start = stream.read(_HEAD)
    match = _BEGIN.search(start)
    if match is None:
        raise Unreadable("Лист таблицы записан необычно. Сохраните его как .csv и загрузите снова.")
    return start[: match.end()], start[match.end() :]


def _bodies(stream: IO[bytes], rest: bytes, size: int) -> Iterator[bytes]:
    """Whole rows, about `size` bytes of XML at a time."""
    while True:
        read = stream.read(size)
        text = rest + read
        cut = text.rfind(_CLOSE)
        if cut < 0:
            if not read or len(text) > MAX_PIECE:
                return
            rest = text
            continue
        yield text[: cut + len(_CLOSE)]
        rest = text[cut + len(_CLOSE) :]
        if not read:
            return


def _piece(parts: dict[str, bytes], member: str, name: str, head: bytes, body: bytes, columns: int) -> Iterator[Row]:
    """Rows of one piece; one that would spread over too many places is cut in two."""
    numbers = [int(one) for one in _ROW.findall(body)]
    if not numbers:
        return
    if len(numbers) > 1 and (max(numbers) - min(numbers) + 1) * columns > MAX_PLACES:
        middle = body.rfind(_CLOSE, 0, len(body) // 2)
        cut = (middle if middle >= 0 else body.find(_CLOSE)) + len(_CLOSE)
        if cut < len(body):
            yield from _piece(parts, member, name, head, body[:cut], columns)
            yield from _piece(parts, member, name, head, body[cut:], columns)
            return
    import python_calamine

    small = io.BytesIO()
    with zipfile.ZipFile(small, "w", zipfile.ZIP_STORED) as archive:
        for one, content in parts.items():
            archive.writestr(one, content)
        archive.writestr(member, head + body + _END)
    small.seek(0)
    sheet = python_calamine.CalamineWorkbook.from_filelike(small).get_sheet_by_name(name)
    if sheet.start is None:
        return
    left = [""] * sheet.start[1]
    for number, cells in enumerate(sheet.to_python(skip_empty_area=True), sheet.start[0] + 1):
        yield number, left + cells if left else cells
