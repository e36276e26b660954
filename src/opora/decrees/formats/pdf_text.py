"""Words on a page -> lines -> paragraphs, by their places alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from statistics import median
from typing import Any

from opora.decrees.formats.cleaning import clean

_MARKER = re.compile(
    r"(?:\d{1,3}(?:\.\d{1,3})*[.)]|[а-яa-z]\)|[-–—•▪●◦■·\uf02d\uf0a7\uf0b7\uf0d8\uf0fc])\s", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_SHORT = frozenset("и в с к о у а я на по до от из за об не но ко со во же ли бы".split())
_ENDED = re.compile(r"[.;:!?…,]$")
_IN_NUMBER = re.compile(r"\d[-/]$")  # «2020-2021», «01-121/13» broken at the end of a line
_HYPHEN = re.compile(r"([^\W\d_])[-‐]$")
# first halves that keep their hyphen: «учебно-методический» broken at the end of a line
_COMPOUND = re.compile(
    r"\b(?:учебно|научно|информационно|организационно|нормативно|материально|психолого|социально|финансово|"
    r"воспитательно|административно|методико|контрольно|экспертно|культурно|физкультурно|предметно|"
    r"северо|юго|по|кое|из|пресс|онлайн|интернет|видео|веб)-$",
    re.IGNORECASE,
)
# the name of a kind of document has a line of its own, however the lines around it are centred
_ALONE = re.compile(r"(?:ПРИКАЗ|РАСПОРЯЖЕНИЕ|ПОСТАНОВЛЕНИЕ|ПРОТОКОЛ|РЕШЕНИЕ|ПРИКАЗЫВАЮ:?)", re.IGNORECASE)
_ABBREVIATION = 6  # capitals that may be one abbreviation broken in two, «МО-БУ»
_APART = 1.4  # of the usual step from paragraph to paragraph
_STUMP = 3  # letters of a word's end that no word of its own has
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
    apart: bool = False

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
        block.text = join_lines(_mended(block.lines, right))
        block.centred = all(_symmetric(line, left, right) for line in block.lines) and any(
            _indented(line, left) for line in block.lines
        )
    _part(blocks)
    return blocks


def _part(blocks: list[Block]) -> None:
    """Mark the paragraphs above which there is clearly more space than there is between paragraphs elsewhere."""
    steps = [after.lines[0].top - before.lines[-1].top for before, after in pairwise(blocks)]
    if not steps:
        return
    usual = min(*steps, 2.2 * median(line.size for block in blocks for line in block.lines))
    for block, step in zip(blocks[1:], steps, strict=True):
        block.apart = step > _APART * usual


def _symmetric(line: Line, left: float, right: float) -> bool:
    return abs((line.x0 - left) - (right - line.x1)) < 1.5 * line.size


def _indented(line: Line, left: float) -> bool:
    return line.x0 - left > line.size


def _continues(block: Block, line: Line, left: float, right: float, pitch: float) -> bool:
    """Does this line go on where the block's last line ended? It does where its first word would not have fit."""
    last = block.lines[-1]
    if line.top - last.top > 1.3 * pitch + 1 or abs(line.size - last.size) > 1.5 or "\t" in last.text:
        return False  # after «12.03.2020 … № 5», a position and a name, nothing goes on
    if _differs(last, line) or _ALONE.fullmatch(last.text) or _ALONE.fullmatch(line.text):
        return False
    text = line.text + " "
    whole = " ".join(line.text for line in block.lines)
    opened = whole.count("(") > whole.count(")") and not text[0].isdigit()
    if (
        _MARKER.match(text)
        and not opened
        and (_ENDED.search(last.text) or not text[0].isdigit())
        and not last.text.endswith(",")
    ):
        return False
    if _HYPHEN.search(last.text) or last.text.endswith("\u00ad"):
        return True
    size = max(last.size, 1)
    need = line.words[0].x1 - line.words[0].x0 + 0.25 * size
    if (
        _symmetric(last, left, right)
        and _symmetric(line, left, right)
        and (_indented(last, left) or _indented(line, left))
    ):
        return (last.x1 - last.x0) + need > right - left - size
    if line.x0 - last.x0 > 1.2 * size and not _hangs(block, line):
        return False  # a first-line indent
    return last.x1 + need > right - 0.3 * size


def _differs(last: Line, line: Line) -> bool:
    """A bold line before a plain one, or after it: a title and its text."""
    if last.bold:
        return not line.words[0].bold
    return line.bold and not last.words[-1].bold


def _hangs(block: Block, line: Line) -> bool:
    """The second line of «1. Text» that stands under the text, not under the number."""
    first = block.lines[0]
    if len(block.lines) > 1 or len(first.words) < 2 or not _MARKER.match(first.text.replace("\t", " ") + " "):
        return False
    return abs(line.x0 - first.words[1].x0) < 0.6 * max(line.size, 1)


def _mended(lines: list[Line], right: float) -> list[str]:
    """The lines' texts; a word wider than its cell, which was cut without a hyphen («муниципальны|х»), is whole."""
    texts = [lines[0].text]
    for before, line in pairwise(lines):
        start = _WORD.match(line.text)
        full = len(before.words) == 1 and before.x1 + 0.9 * before.size > right
        if full and start and start[0][0].islower() and is_cut(before.text, start[0]):
            texts[-1] += line.text
        else:
            texts.append(line.text)
    return texts


def is_cut(head: str, tail: str) -> bool:
    """Are these two halves of one Russian word rather than two words?"""
    last = _LAST_WORD.search(head)
    known = _dictionary().word_is_known
    if last is not None and len(tail) <= _STUMP and not known(tail) and tail not in _SHORT:
        return True
    if last is None or not known(last[0] + tail):
        return False
    if len(tail) < 3 and tail not in _SHORT:
        return True
    return not (known(last[0]) and known(tail))


@lru_cache(maxsize=1)
def _dictionary() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


def join_lines(texts: list[str]) -> str:
    """Lines of one paragraph as one text; a word broken at a line's end is whole again."""
    result = ""
    for text in texts:
        if not result:
            result = text
        elif result.endswith("\u00ad"):
            result = result[:-1] + text
        elif (_IN_NUMBER.search(result) and text[0].isdigit()) or re.search(r"\b\w/$", result):
            result += text
        elif _HYPHEN.search(result):
            result = (result if _keeps_hyphen(result[:-1], text) else result[:-1]) + text
        else:
            result += " " + text
    return clean(result)


def _keeps_hyphen(head: str, text: str) -> bool:
    """Does the hyphen at a line's end belong to the word («школ-лидеров») or only break it («образова-тельный»)?"""
    last, start = _LAST_WORD.search(head), _WORD.match(text)
    if last is None or start is None:
        return True
    first, second = last[0], start[0]
    known = _dictionary().word_is_known
    if known(first + second) and (second.islower() or first.isupper()):
        return False
    if first.isupper() and second.isupper():
        return len(first + second) > _ABBREVIATION
    if not second.islower():
        return True  # «Ханты-Мансийск»
    if first.endswith("о") and (second.endswith("о") or known(second)):
        return True  # «медико-психолого-педагогический»
    return bool(_COMPOUND.search(head + "-")) or (len(first) > 2 and known(first) and known(second))
