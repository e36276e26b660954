"""The stamps at the head of a plan: «УТВЕРЖДАЮ», «УТВЕРЖДЕНО приказом …», «СОГЛАСОВАНО»."""

from __future__ import annotations

import re

from opora.decrees.model import Approval, Decree, Signatory
from opora.decrees.reading.cases import nominative
from opora.decrees.reading.lines import TITLE, Line, kind_of
from opora.decrees.reading.names import NAME_RE
from opora.decrees.reading.references import DATE, date_of

_APPROVED = re.compile(r"^(?:УТВЕРЖД(?:АЮ|ЕН[АОЫ]?)|Утвержд(?:аю|ен[аоы]?))\b:?")
_AGREED = re.compile(r"^(?:СОГЛАСОВАН[АОЫ]?|Согласован[аоы]?)\b:?")
_BY_ORDER = re.compile(
    rf"^(?:(?:приказ(?:ом)?|распоряжением?|постановлением?|решением?)\s+)?(?P<issuer>.*?)\s*от\s+(?P<date>{DATE})\s*№\s*(?P<number>\S+)",
    re.IGNORECASE,
)
_LONGEST = 9  # lines of a stamp


def read_stamps(lines: list[Line], decree: Decree) -> set[int]:
    """Who approved the document signs it; who agreed to it is an approval. The lines that the stamps take."""
    taken: set[int] = set()
    for start, line in enumerate(lines):
        if start in taken:
            continue
        if _APPROVED.match(line.text):
            taken |= _approved(lines, start, decree)
        elif _AGREED.match(line.text):
            taken |= _agreed(lines, start, decree)
    return taken


def _approved(lines: list[Line], start: int, decree: Decree) -> set[int]:
    position, named, taken = _gathered(lines, start, _APPROVED)
    if named is not None:
        decree.signatory = Signatory(_name(lines[named]), " ".join(position) or None)
        decree.sources["signatory"] = lines[named].para.source
        by_order = _BY_ORDER.match(lines[max(taken)].text)
        decree.date = decree.date or date_of(lines[max(taken)].text)
        decree.number = by_order["number"].rstrip(".,") if by_order else decree.number
        return taken
    order = _BY_ORDER.match(" ".join(position))
    if order:
        decree.date, decree.number = date_of(order["date"]), order["number"].rstrip(".,")
        decree.sources["date"] = decree.sources["number"] = lines[max(taken)].para.source
        issuer = nominative(order["issuer"].strip())
        decree.issuer = issuer[:1].upper() + issuer[1:] or None
    return taken


def _agreed(lines: list[Line], start: int, decree: Decree) -> set[int]:
    position, named, taken = _gathered(lines, start, _AGREED)
    if named is None:
        return set()
    source = lines[named].para.source
    decree.approvals.append(Approval(_name(lines[named]), " ".join(position) or None, "согласовано", source, 0.9))
    return taken


def _name(line: Line) -> str:
    match = NAME_RE.search(line.text)
    return " ".join(match.group().split()) if match else ""


def _gathered(lines: list[Line], start: int, stamp: re.Pattern[str]) -> tuple[list[str], int | None, set[int]]:
    """The lines of a position, where the name stands, and all lines of the stamp with its date."""
    first = stamp.sub("", lines[start].text).strip()
    position, taken = [first] if first else [], {start}
    for index in range(start + 1, min(start + _LONGEST, len(lines))):
        text = lines[index].text
        if kind_of(text) or TITLE.match(text) or _APPROVED.match(text) or _AGREED.match(text):
            break
        taken.add(index)
        name = NAME_RE.search(text)
        if name is None:
            position.append(text)
            if _BY_ORDER.match(" ".join(position)):
                break
            continue
        before = text[: name.start()].strip(" _/,")
        position += [before] if before else []
        after = index + 1
        if after < len(lines) and re.search(r"20\d\d|_{2,}", lines[after].text) and len(lines[after].text) < 50:
            taken.add(after)
        return position, index, taken
    return position, None, taken
