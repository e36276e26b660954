"""The lines of a heading, and those that name the kind of a document or its title."""

from __future__ import annotations

import re
from dataclasses import dataclass

from opora.decrees.reading.nodes import Para

KINDS = {
    "РАСПОРЯЖЕНИЕ": "directive",
    "ПРИКАЗ": "order",
    "ПРОТОКОЛ": "protocol",
    "РЕШЕНИЕ": "decision",
    "ПОСТАНОВЛЕНИЕ": "other",
    "ПЛАН": "plan",
    "КОМПЛЕКСНЫЙ ПЛАН": "plan",
    "ДОРОЖНАЯ КАРТА": "plan",
    "МУНИЦИПАЛЬНАЯ ДОРОЖНАЯ КАРТА": "plan",
    "РЕГИОНАЛЬНАЯ ДОРОЖНАЯ КАРТА": "plan",
    "КОМПЛЕКС МЕР": "plan",
    "ПИСЬМО": "letter",
}
_KIND = re.compile(rf"^({'|'.join(sorted(KINDS, key=len, reverse=True))})(?=\W|$)")
_LINE_KIND = re.compile(rf"^({'|'.join(sorted(KINDS, key=len, reverse=True))})$", re.IGNORECASE)
TITLE = re.compile(r"^(?:Об?|О\s+внесении)\s+\S")

NAMES_PLAN = re.compile(
    r"^(?:\w+(?:[аыо][яйе]|ий)\s+){0,2}?(?:дорожная\s+карта|план(?:-график)?|перечень|комплекс\s+мер\w*|программа|график)(?!\w)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Line:
    text: str
    para: Para
    gap: bool


def lines_of(paras: list[Para]) -> list[Line]:
    return [
        Line(text.strip(), para, para.gap and index == 0)
        for para in paras
        for index, text in enumerate(para.text.split("\n"))
        if text.strip()
    ]


def unspaced(text: str) -> str:
    """«П Р И К А З» as a word."""
    return re.sub(r"(?<![А-ЯЁа-яё])((?:[А-ЯЁ]\s){3,}[А-ЯЁ])(?![А-ЯЁа-яё])", lambda m: m.group().replace(" ", ""), text)


def kind_of(text: str) -> tuple[str, str] | None:
    """(kind, what follows it in the line) of a line that names the kind of a document."""
    text = unspaced(text)
    match = _KIND.match(text) or _LINE_KIND.match(text.rstrip(" :."))
    if not match:
        return None
    return KINDS[match.group(1).upper()], text[match.end() :].strip(" .")
