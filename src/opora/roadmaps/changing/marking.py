"""Two texts side by side with the words that differ, and how alike two texts are."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from dataclasses import dataclass

from opora.core.text import words


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words; `marked` where the other text does not have it."""

    text: str
    marked: bool = False


def marked(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces, split between words."""
    before, after = (re.findall(r"\s+|[^\s]+", text) for text in (old, new))
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        same = kind == "equal"
        if b > a:
            left.append(Piece("".join(before[a:b]), not same))
        if d > c:
            right.append(Piece("".join(after[c:d]), not same))
    return left, right


def alike(one: str, other: str) -> float:
    """0 to 1: the share of words that both texts have, by their first letters; cases of a word count as one."""
    first, second = (Counter(word[:6] for word in words(text)) for text in (one, other))
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 1.0
