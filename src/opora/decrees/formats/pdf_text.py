"""Words on a page -> lines -> paragraphs, by their places alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from opora.decrees.formats.cleaning import clean

_MARKER = re.compile(r"(?:\d{1,3}(?:\.\d{1,3})*[.)]|[а-яa-z]\)|[-–—•▪●◦·])\s", re.IGNORECASE)
_ENDED = re.compile(r"[.;:!?…,]$")
_HYPHEN = re.compile(r"([^\W\d_])[-‐]$")
# first halves that keep their hyphen: «учебно-методический» broken at the end of a line
_COMPOUND = re.compile(
    r"(?:учебно|научно|информационно|организационно|нормативно|материально|психолого|социально|финансово|"
    r"воспитательно|административно|методико|контрольно|экспертно|культурно|физкультурно|предметно|"
    r"северо|юго|по|кое|из|пресс|онлайн|интернет|видео|веб)-$",
    re.IGNORECASE,
)
_WIDE_GAP = 2.5  # of the letters' height: the gap between a position and a name in one line


@dataclass(slots=True)
class Word:
    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float = 10
    bold: bool = False


@dataclass(slots=True)
class Line:
    words: list[Word]

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return max(word.x1 for word in self.words)

    @property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        return max(word.bottom for word in self.words)

    @property
    def size(self) -> float:
        return median(word.size for word in self.words)

    @property
    def bold(self) -> bool:
        return all(word.bold for word in self.words)

    @property
    def text(self) -> str:
        text = self.words[0].text
        for before, word in pairwise(self.words):
            gap = word.x0 - before.x1
            text += ("\t" if gap > _WIDE_GAP * max(before.size, 6) else " ") + word.text
        return text


@dataclass(slots=True)
class Block:
    """Lines that make one paragraph."""

    lines: list[Line]
    text: str = ""
    centred: bool = False

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)


def lines_of(words: list[Word]) -> list[Line]:
    """Words whose middles stand within half a letter's height of each other share a line."""
    lines: list[Line] = []
    middle = 0.0
    for word in sorted(words, key=lambda w: ((w.top + w.bottom) / 2, w.x0)):
        place = (word.top + word.bottom) / 2
        if lines and place - middle < 0.5 * max(lines[-1].words[0].size, word.size, 1):
            lines[-1].words.append(word)
        else:
            lines.append(Line([word]))
            middle = place
    for line in lines:
        line.words.sort(key=lambda w: w.x0)
    return lines


def paragraphs_of(lines: list[Line], left: float, right: float) -> list[Block]:
    """Lines joined to paragraphs between two margins."""
    blocks: list[Block] = []
    pitches = [after.top - before.top for before, after in pairwise(lines)]
    pitch = median(pitches) if pitches else 0.0
    if lines:
        pitch = min(pitch, 2.2 * median(line.size for line in lines)) or pitch
    for line in lines:
        if blocks and _continues(blocks[-1], line, left, right, pitch):
            blocks[-1].lines.append(line)
        else:
            blocks.append(Block([line]))
    for block in blocks:
        block.text = join_lines([line.text for line in block.lines])
        block.centred = all(_centred(line, left, right) for line in block.lines)
    return blocks


def _centred(line: Line, left: float, right: float) -> bool:
    before, after = line.x0 - left, right - line.x1
    return before > line.size and abs(before - after) < 1.5 * line.size


def _continues(block: Block, line: Line, left: float, right: float, pitch: float) -> bool:
    """Does this line go on where the block's last line ended? It does where its first word would not have fit."""
    last = block.lines[-1]
    if line.top - last.top > 1.3 * pitch + 1 or abs(line.size - last.size) > 1.5:
        return False
    if last.bold != line.bold and (last.bold or line.bold) and _ENDED.search(last.text):
        return False
    text = line.text + " "
    if _MARKER.match(text) and (_ENDED.search(last.text) or not text[0].isdigit()) and not last.text.endswith(","):
        return False
    if _HYPHEN.search(last.text) or last.text.endswith("\u00ad"):
        return True
    size = max(last.size, 1)
    both_centred = _centred(last, left, right) and _centred(line, left, right)
    if line.x0 - left > 1.2 * size and not both_centred and abs(line.x0 - last.x0) > 1:
        return False  # a first-line indent
    need = line.words[0].x1 - line.words[0].x0 + 0.25 * size
    if both_centred:
        return (last.x1 - last.x0) + need > right - left - size
    return last.x1 + need > right - 0.3 * size


def join_lines(texts: list[str]) -> str:
    """Lines of one paragraph as one text; a word broken at a line's end is whole again."""
    result = ""
    for text in texts:
        if not result:
            result = text
        elif result.endswith("\u00ad"):
            result = result[:-1] + text
        elif _HYPHEN.search(result) and text[:1].islower():
            keeps = _COMPOUND.search(result.rsplit(None, 1)[-1])
            result = (result if keeps else result[:-1]) + text
        elif _HYPHEN.search(result):
            result += text  # «Ханты-» «Мансийск»
        else:
            result += " " + text
    return clean(result)
