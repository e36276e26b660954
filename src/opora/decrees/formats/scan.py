"""Pages that are pictures, recognised by Tesseract where it is installed with its Russian language."""

from __future__ import annotations

import io
import shutil
import subprocess
from typing import TYPE_CHECKING

from opora.decrees.errors import Unreadable
from opora.decrees.formats import programs
from opora.decrees.formats.cleaning import clean
from opora.decrees.layout import Block, Paragraph
from opora.decrees.model import Source

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGE = "rus"
TIMEOUT = 60  # seconds for a page
MAX_PAGES = 50
DOTS_PER_INCH = 300
MAX_SIDE = 6000  # of a page picture, in dots
_ADVICE = "Загрузите исходный документ .docx или PDF с текстом."


def recognise(path: Path, numbers: list[int]) -> dict[int, list[Block]]:
    """The paragraphs of these pages (counted from 1). Raises Unreadable where recognition is not installed."""
    program = _program()
    if len(numbers) > MAX_PAGES:
        raise Unreadable(f"Страниц-изображений больше {MAX_PAGES}.", f"Разделите файл на части. {_ADVICE}")
    try:
        return {number: _read(program, path, number) for number in numbers}
    except (subprocess.SubprocessError, OSError) as error:
        raise Unreadable("Распознать страницы-изображения не удалось.", _ADVICE) from error


def _program() -> str:
    program = shutil.which("tesseract")
    if program is None:
        raise Unreadable("Это скан без текста, а распознавание (Tesseract) на сервере не установлено.", _ADVICE)
    try:
        languages = programs.run([program, "--list-langs"], timeout=TIMEOUT).decode(errors="replace").split()
    except (subprocess.SubprocessError, OSError):
        languages = []
    if LANGUAGE not in languages:
        raise Unreadable("Это скан без текста, а русский язык для распознавания (Tesseract) не установлен.", _ADVICE)
    return program


def _read(program: str, path: Path, number: int) -> list[Block]:
    command = [program, "stdin", "stdout", "-l", LANGUAGE, "--dpi", str(DOTS_PER_INCH), "--psm", "3", "tsv"]
    output = programs.run(command, timeout=TIMEOUT, data=_picture(path, number)).decode(errors="replace")
    blocks: list[Block] = []
    for count, text in enumerate(paragraphs_of_tsv(output), 1):
        blocks.append(Paragraph(text, Source(page=number, paragraph=count)))
    return blocks


def _picture(path: Path, number: int) -> bytes:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        page = document[number - 1]
        scale = min(DOTS_PER_INCH / 72, MAX_SIDE / max(*page.get_size(), 1))
        bitmap = page.render(scale=scale, grayscale=True)
        stream = io.BytesIO()
        bitmap.to_pil().save(stream, "PNG")
        bitmap.close()
        page.close()
    finally:
        document.close()
    return stream.getvalue()


def paragraphs_of_tsv(output: str) -> list[str]:
    """Tesseract's table of words (level, page, block, paragraph, line, …, text) -> paragraphs."""
    from opora.decrees.formats.pdf_text import join_lines

    paragraphs: dict[tuple[str, str], dict[str, list[str]]] = {}
    for row in output.splitlines()[1:]:
        fields = row.split("\t")
        if len(fields) == 12 and fields[0] == "5" and fields[11].strip():
            lines = paragraphs.setdefault((fields[2], fields[3]), {})
            lines.setdefault(fields[4], []).append(fields[11])
    texts = (join_lines([" ".join(words) for words in lines.values()]) for lines in paragraphs.values())
    return [text for text in map(clean, texts) if text]
