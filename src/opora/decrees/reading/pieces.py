"""Where inside a row a provision works: «подпункт «а» пункта 3», «абзац второй пункта 3»; and rows that are renumbered.

A piece is said as people say it: «подпункт а», «абзац 2», «новый абзац».
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NEW = "новый абзац"
_NUMBER = r"\d{1,3}(?:\.\d{1,3})*"
_ROW = r"(?:пункт|строк|позици|мероприяти)\w*"
_SUBPOINT = re.compile(
    rf"подпункт\w*\s+(?:«(?P<letter>[а-я])\)?»|(?P<bare>[а-я])\)?(?=\s)|(?P<number>{_NUMBER})(?!\d)\)?)"
    rf"(?:\s+{_ROW}\s+(?:№\s*)?(?P<row>{_NUMBER}))?",
    re.IGNORECASE,
)
_ORDINALS = ("перв", "втор", "трет", "четв", "пят", "шест", "седьм", "восьм", "девят", "десят")
_PARAGRAPH = re.compile(
    rf"абзац(?:а|у|ем|е)?\s+(?P<which>{'|'.join(_ORDINALS)})\w*(?:\s+{_ROW}\s+(?:№\s*)?(?P<row>{_NUMBER}))?",
    re.IGNORECASE,
)
_APPENDED = re.compile(r"дополни\w*\s+(?:нов\w+\s+)?(?:подпунктом|абзацем)(?!\w)", re.IGNORECASE)
_DOTTED = re.compile(r"\s+(?:№\s*)?(?P<row>\d{1,3}(?:\.\d{1,3})+)")  # «подпунктом 3.4»: a row of its own
_DETAIL = re.compile(r"подпункт|абзац", re.IGNORECASE)
_LIST = rf"{_NUMBER}(?:\s*(?:,|и|[-–—]|по)\s*(?:№\s*)?{_NUMBER})*"
RENUMBERED = re.compile(
    rf"(?<!под){_ROW}\s+(?:№\s*)?(?P<old>{_LIST})\s+считать\s+(?:соответственно\s+)?{_ROW}\s+(?:№\s*)?(?P<new>{_LIST})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """The row where it is named beside the piece, the piece, and the sentence without these words."""

    row: str | None
    piece: str | None
    rest: str


def piece_in(text: str, bare: str) -> Found | None:
    """What `text` says; `bare` is the same with its quotations masked. None where more than one piece is named."""
    if not _DETAIL.search(bare):
        return Found(None, None, bare)
    if appended := _APPENDED.search(bare):
        if dotted := _DOTTED.match(bare, appended.end()):
            return Found(dotted["row"], None, bare)
        rest = _DETAIL.split(bare, maxsplit=1)[0]
        return Found(None, NEW, rest)
    named = [m for m in (*_SUBPOINT.finditer(text), *_PARAGRAPH.finditer(text)) if _DETAIL.match(bare, m.start())]
    if len(named) != 1 or len(_DETAIL.findall(bare)) != 1:
        return None
    match = named[0]
    rest = f"{bare[: match.start()]}{' ' * len(match.group())}{bare[match.end() :]}"
    row = match["row"]
    if match.re is _PARAGRAPH:
        which = next(n for n, word in enumerate(_ORDINALS, 1) if match["which"].lower() == word)
        return Found(row, f"абзац {which}", rest)
    number = match["number"]
    if number and "." in number and (row is None or number.startswith(f"{row}.")):
        return Found(number, None, rest)  # a row of its own: «подпункт 3.1»
    return Found(row, f"подпункт {(number or match['letter'] or match['bare']).lower()}", rest)
