"""A text with delimiters -> rows: its encoding and delimiter are found out, a broken quote costs one row."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from opora.identification.reading.opening import MEGABYTE, Unreadable

MAX_LINE: Final = 1_000_000  # characters
MAX_JOINED: Final = 20  # lines of one cell in quotes
_SAMPLE: Final = 4 * MEGABYTE
_RUSSIAN_OFTEN = re.compile("[оеаинтсрвл]")
_LETTERS = re.compile(r"[^\W\d_]")
_SINGLE: Final = ("cp1251", "cp866", "koi8_r")
_NAMES: Final = {
    "cp1251": "CP1251",
    "cp866": "CP866 (DOS)",
    "koi8_r": "КОИ-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
}


class Broken:
    """What stands for a row whose quotes do not close; `text` is the line."""

    def __init__(self, text: str) -> None:
        self.text = text


@dataclass(slots=True)
class Delimited:
    path: Path
    encoding: str
    delimiter: str
    notes: list[str] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[int, list[str | Broken]]]:
        """Rows numbered as records; a row that cannot be taken apart is one `Broken`."""
        lines = self._lines()
        waiting: deque[str] = deque()
        number = width = 0
        while (line := waiting.popleft() if waiting else next(lines, None)) is not None:
            number += 1
            cells = line.split(self.delimiter)
            if '"' in line:
                if line.count('"') % 2 == 0:
                    cells = self._parsed(line)
                elif len(cells) != width:
                    waiting.extend(itertools.islice(lines, MAX_JOINED - len(waiting)))
                    count, cells = self._joined(line, list(waiting), width)
                    if not cells:
                        yield number, [Broken(line)]
                        continue
                    for _ in range(count):
                        waiting.popleft()
            if len(cells) > 1:
                width = len(cells)
            yield number, list(cells)

    def _joined(self, line: str, ahead: list[str], width: int) -> tuple[int, list[str]]:
        """A record that goes on in the next lines: how many, and its cells; none where the quote never closes."""
        for count, one in enumerate(ahead, 1):
            if one.count('"') % 2:
                cells = self._parsed("\n".join([line, *ahead[:count]]))
                return (count, cells) if width in (0, len(cells)) and len(cells) > 1 else (0, [])
        return 0, []

    def _parsed(self, text: str) -> list[str]:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter), [])

    def _lines(self) -> Iterator[str]:
        with self.path.open(encoding=self.encoding, errors="replace", newline=None) as stream:
            while line := stream.readline(MAX_LINE):
                if len(line) == MAX_LINE and not line.endswith("\n"):
                    raise Unreadable("Это не таблица: в файле строка длиннее миллиона знаков.")
                yield line.rstrip("\n")


def opened(path: Path) -> Delimited:
    """Raises `Unreadable` for what is no text."""
    with path.open("rb") as stream:
        sample = stream.read(_SAMPLE)
    encoding = encoding_of(sample)
    text = sample.decode(encoding, errors="replace").removeprefix("\ufeff")
    if "\x00" in text:
        raise Unreadable(
            "Это не текст: файл в неизвестной кодировке или другого вида. Сохраните таблицу как .xlsx или .csv (UTF-8)."
        )
    notes = [f"Кодировка файла: {_NAMES[encoding]}."] if encoding in _NAMES and encoding != "cp1251" else []
    return Delimited(path, encoding, delimiter_of(text), notes)


def encoding_of(sample: bytes) -> str:
    """UTF-8 (with or without BOM, even broken in a few places), UTF-16, or the likeliest one-byte encoding."""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if len(sample) > 8 and sample[1:200:2].count(0) > len(sample[1:200:2]) * 0.3:
        return "utf-16-le"
    text = sample.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    if broken <= 1 or broken * 20 < sum(character > "\x7f" for character in text[:200_000]):
        return "utf-8-sig"
    return max(_SINGLE, key=lambda one: _russian(sample[:200_000].decode(one, errors="replace")))


def _russian(text: str) -> float:
    """How often the commonest small letters stand among the letters that are not Latin."""
    others = [one for one in _LETTERS.findall(text) if one > "\x7f"]
    return len(_RUSSIAN_OFTEN.findall(text)) / (len(others) + 1) if others else 0.0


def delimiter_of(text: str) -> str:
    """The delimiter that cuts the most lines of the beginning into the same number of more than one part."""
    lines = [line for line in text[:200_000].splitlines()[:200] if line.strip()][:60]
    best, most = ";", 0.0
    for delimiter in (";", "\t", ","):
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        counts: dict[int, int] = {}
        for width in widths:
            if width > 1:
                counts[width] = counts.get(width, 0) + 1
        if counts:
            width, lines_of = max(counts.items(), key=lambda item: (item[1] * min(item[0], 4), item[0]))
            weight = lines_of * min(width, 4)
            if weight > most:
                best, most = delimiter, weight
    return best
