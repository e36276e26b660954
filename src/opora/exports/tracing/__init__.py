"""The marks that a file, a photograph or a copied text still carries."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import pypdfium2

from opora.core.marks import marks_in
from opora.exports.tracing.pictures import marks_of_picture

MAX_BYTES = 60 * 1024 * 1024
_UNPACKED = 300 * 1024 * 1024  # bytes that an Office file may unpack to
_PAGES = 30  # of a PDF, drawn to look for codes
_ENDS = 3  # a page from the end is looked at too
_PICTURE = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\x00", b"MM\x00*")
_TAG = re.compile(r"<[^>]*>")
_PARAGRAPH = re.compile(r"</(?:\w+:)?(?:p|t|si|row|c|property|keywords|description|comments|li|td)>")


class Unreadable(Exception):
    """The file cannot be looked into; the message (Russian) says why."""


def marks_of(content: bytes) -> list[str]:
    """The marks found in a file of any kind, each once. Raises `Unreadable`."""
    if not content:
        raise Unreadable("Файл пуст.")
    if len(content) > MAX_BYTES:
        raise Unreadable(f"Файл больше {MAX_BYTES // 1024 // 1024} МБ.")
    if content.startswith(b"PK\x03\x04"):
        found = _of_archive(content)
    elif b"%PDF-" in content[:1024]:
        found = _of_pdf(content)
    elif content.startswith(_PICTURE):
        found = _of_picture(content)
    else:
        found = iter(marks_in(_decoded(content)))
    return list(dict.fromkeys(found))


def _of_picture(content: bytes) -> Iterator[str]:
    found = marks_of_picture(content)
    if found is None:
        raise Unreadable("Изображение повреждено или слишком велико.")
    yield from found


def _of_archive(content: bytes, *, inside: bool = False) -> Iterator[str]:
    """Every text and picture of a docx, xlsx or odt, wherever in it the mark has survived."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > _UNPACKED:
                raise Unreadable("Файл распаковывается в слишком большой объём.")
            parts = [(name, archive.read(name)) for name in archive.namelist()]
    except (zipfile.BadZipFile, RuntimeError, OSError, NotImplementedError) as error:
        raise Unreadable("Файл повреждён или защищён паролем.") from error
    for name, part in parts:
        if name.lower().endswith((".xml", ".rels", ".txt")):
            text = part.decode("utf-8", "replace")
            yield from marks_in(_TAG.sub("", _PARAGRAPH.sub("\n", text)))
    for _, part in parts:
        if part.startswith(_PICTURE):
            yield from marks_of_picture(part) or ()
        elif not inside and part.startswith((b"PK\x03\x04", b"%PDF-")):  # files that were packed together
            yield from _of_archive(part, inside=True) if part.startswith(b"PK") else _of_pdf(part)


def _of_pdf(content: bytes) -> Iterator[str]:
    """Its properties, what stands behind its end, its text, and its pages as pictures."""
    yield from marks_in(content[-64:].decode("ascii", "replace"))
    try:
        document = pypdfium2.PdfDocument(content)
        yield from marks_in("\n".join(document.get_metadata_dict().values()))
        count = len(document)
        for number in range(count):
            yield from marks_in(document[number].get_textpage().get_text_bounded())
        pages = [*range(min(count, _PAGES)), *range(max(_PAGES, count - _ENDS), count)]
        for number in pages:
            drawn = document[number].render(scale=2).to_pil()
            found = marks_of_picture(drawn)
            if found:
                yield from found
                return
    except pypdfium2.PdfiumError as error:
        raise Unreadable("PDF повреждён или защищён паролем.") from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1251"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")
