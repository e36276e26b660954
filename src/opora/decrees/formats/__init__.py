"""A file of any supported format -> a Layout. The content decides what a file is, its suffix only cross-checks."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from opora.decrees.errors import Unreadable
from opora.decrees.formats import safety
from opora.decrees.formats.cleaning import is_copy_line

if TYPE_CHECKING:
    from opora.decrees.layout import Layout

FORMATS = "Поддерживаются .docx, .pdf, .xlsx и .txt; .doc, .odt и .rtf – где установлен LibreOffice."
_BINARY = {".docx", ".docm", ".xlsx", ".xlsm", ".pdf", ".doc", ".xls", ".odt", ".rtf"}


def open_layout(path: Path) -> Layout:
    """The paragraphs and tables of a file. Raises Unreadable, and nothing else, where it cannot be read."""
    path = Path(path)
    try:
        layout = _open(path)
    except Unreadable as error:
        error.where = error.where or path.name
        raise
    except Exception as error:  # parsers of foreign files fail in any way there is
        raise Unreadable(
            "Файл повреждён или устроен необычно, прочитать его не удалось.",
            "Откройте его в редакторе, сохраните заново как .docx и загрузите снова.",
            where=path.name,
        ) from error
    _without_mark(layout)
    if not layout.blocks:
        raise Unreadable(
            "В документе нет текста.",
            "Проверьте, тот ли это файл; если текст вставлен картинкой, нужен исходный документ или PDF.",
            where=path.name,
        )
    return layout


def _without_mark(layout: Layout) -> None:
    """Leave out the lines by which a copy of this system is known again: they are no part of the document."""
    from opora.decrees.layout import Paragraph, Table

    for block in layout.blocks:
        if isinstance(block, Table):
            block.rows[:] = [
                row for row in block.rows if not is_copy_line(" ".join(cell.text for cell in row.cells if cell.text))
            ]
    layout.blocks[:] = [b for b in layout.blocks if not (isinstance(b, Paragraph) and is_copy_line(b.text))]


def _open(path: Path) -> Layout:
    head = safety.check_file(path)
    if head.startswith(b"PK\x03\x04"):
        return _open_archive(path)
    if head.startswith(safety.OLE_MAGIC):
        return _open_ole(path)
    if b"%PDF-" in head[:1024]:
        from opora.decrees.formats.pdf import read_pdf

        return read_pdf(path)
    if head.startswith(b"{\\rtf"):
        return _convert(path, ".rtf")
    safety.refuse_picture(head)
    return _open_text(path, head)


def _open_archive(path: Path) -> Layout:
    names = safety.check_archive(path)
    if path.suffix.lower() in (".docm", ".dotm", ".xlsm"):
        safety.refuse_macros()
    if any(name.startswith("word/") for name in names):
        from opora.decrees.formats.docx import read_docx

        return read_docx(path)
    if any(name.startswith("xl/") for name in names):
        from opora.decrees.formats.xlsx import read_xlsx

        return read_xlsx(path)
    if "mimetype" in names:
        with zipfile.ZipFile(path) as archive, archive.open("mimetype") as stream:
            if stream.read(200).startswith(b"application/vnd.oasis.opendocument.text"):
                return _convert(path, ".odt")
    raise Unreadable("Это архив, а не документ.", f"Распакуйте его и загрузите документ из него. {FORMATS}")


def _open_ole(path: Path) -> Layout:
    safety.refuse_encrypted(path)
    if safety.ole_has(path, "WordDocument"):
        return _convert(path, ".doc")
    if safety.ole_has(path, "Workbook", "Book"):
        raise Unreadable("Это таблица старого формата Excel.", "Сохраните её как .xlsx и загрузите снова.")
    raise Unreadable("Формат файла не распознан.", FORMATS)


def _convert(path: Path, suffix: str) -> Layout:
    from opora.decrees.formats.convert import read_converted

    return read_converted(path, suffix)


def _open_text(path: Path, head: bytes) -> Layout:
    suffix = path.suffix.lower()
    if suffix in _BINARY:
        raise Unreadable(
            f"Имя файла кончается на {suffix}, но внутри документ другого вида.",
            f"Откройте файл в редакторе и сохраните заново в нужном формате. {FORMATS}",
        )
    controls = sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1a\x1b" for byte in head)
    if controls > len(head) // 100 and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("Это не текстовый документ.", FORMATS)
    from opora.decrees.formats.text import read_text_layout

    return read_text_layout(path)
