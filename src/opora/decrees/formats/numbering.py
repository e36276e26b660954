"""Automatic numbering of a docx: what Word prints before a paragraph («4.1.», «а)», «- »)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"  # Word leaves out ё, й, ъ, ы and ь
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = [(1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")]  # fmt: skip


def value(element: Any, name: str) -> str | None:
    """The w:val of a child element, None where there is no such child."""
    child = element.find(W + name) if element is not None else None
    return None if child is None else child.get(W + "val")


def whole(text: str | None, default: int = 0) -> int:
    try:
        return int(text) if text is not None else default
    except ValueError:
        return default


@dataclass(slots=True)
class Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""
    restart: int | None = None
    style: str | None = None
    legal: bool = False


@dataclass(slots=True)
class Number:
    """A w:num: one use of an abstract numbering, with starts of its own."""

    abstract: str
    starts: dict[int, int] = field(default_factory=dict)
    levels: dict[int, Level] = field(default_factory=dict)
    begun: set[int] = field(default_factory=set)


class Numbering:
    """Counts through a document in reading order; `label` must be called once for each numbered paragraph."""

    def __init__(self, root: Any | None) -> None:
        self._abstract: dict[str, dict[int, Level]] = {}
        self._numbers: dict[str, Number] = {}
        self._counters: dict[str, dict[int, int]] = {}
        if root is not None:
            self._read(root)

    def _read(self, root: Any) -> None:
        by_style: dict[str, dict[int, Level]] = {}
        links: dict[str, str] = {}
        for element in root.findall(W + "abstractNum"):
            name = element.get(W + "abstractNumId") or ""
            levels = {whole(level.get(W + "ilvl")): _level(level) for level in element.findall(W + "lvl")}
            self._abstract[name] = levels
            if (style := value(element, "styleLink")) is not None:
                by_style[style] = levels
            if (style := value(element, "numStyleLink")) is not None:
                links[name] = style
        for name, style in links.items():
            self._abstract[name] = by_style.get(style, self._abstract[name])
        for element in root.findall(W + "num"):
            number = Number(value(element, "abstractNumId") or "")
            for override in element.findall(W + "lvlOverride"):
                depth = whole(override.get(W + "ilvl"))
                if (start := value(override, "startOverride")) is not None:
                    number.starts[depth] = whole(start, 1)
                if (level := override.find(W + "lvl")) is not None:
                    number.levels[depth] = _level(level)
            self._numbers[element.get(W + "numId") or ""] = number

    def level_of_style(self, number: str, style: str) -> int | None:
        """The level that a paragraph style is tied to."""
        found = self._numbers.get(number)
        levels = self._levels(found) if found else {}
        return next((depth for depth, level in levels.items() if level.style == style), None)

    def _levels(self, number: Number) -> dict[int, Level]:
        return {**self._abstract.get(number.abstract, {}), **number.levels}

    def label(self, number_id: str, depth: int) -> str:
        """The printed number of the next paragraph of this numbering: «4.1.», «а)», «-» for a bullet or nothing."""
        number = self._numbers.get(number_id)
        if number is None:
            return ""
        levels = self._levels(number)
        level = levels.get(depth)
        if level is None:
            return ""
        counters = self._counters.setdefault(number.abstract, {})
        self._count(number, levels, counters, depth)
        if level.format == "bullet":
            return "-"
        text = level.text
        for place in range(9, 0, -1):
            mark = f"%{place}"
            if mark in text:
                upper = levels.get(place - 1, Level())
                counted = counters.setdefault(place - 1, number.starts.get(place - 1, upper.start))
                text = text.replace(mark, render(counted, "decimal" if level.legal else upper.format))
        return text.strip()

    def _count(self, number: Number, levels: dict[int, Level], counters: dict[int, int], depth: int) -> None:
        start = number.starts.get(depth, levels[depth].start)
        if depth not in counters or (depth in number.starts and depth not in number.begun):
            counters[depth] = start
        else:
            counters[depth] += 1
        number.begun.add(depth)
        for deeper in [place for place in counters if place > depth]:
            restart = levels.get(deeper, Level()).restart
            if restart is None or depth < restart:
                del counters[deeper]


def _level(element: Any) -> Level:
    restart = value(element, "lvlRestart")
    legal = element.find(W + "isLgl")
    # a format that only new programs know stands behind mc:AlternateContent; its fallback is inside too
    form = element.find(f".//{W}numFmt")
    return Level(
        start=whole(value(element, "start"), 1),
        format=(form.get(W + "val") if form is not None else None) or "decimal",
        text=value(element, "lvlText") or "",
        restart=None if restart is None else whole(restart),
        style=value(element, "pStyle"),
        legal=legal is not None and legal.get(W + "val") not in ("0", "false", "off"),
    )


def render(number: int, form: str) -> str:
    """A number as Word writes it: decimal, roman, letters, nothing."""
    if form == "none":
        return ""
    if form == "decimalZero":
        return f"{number:02d}"
    if form in ("russianLower", "russianUpper"):
        text = _letters(number, _RUSSIAN)
    elif form in ("lowerLetter", "upperLetter"):
        text = _letters(number, _LATIN)
    elif form in ("lowerRoman", "upperRoman"):
        text = _roman(number)
    else:
        return str(number)
    return text.upper() if form.startswith("upper") or form.endswith("Upper") else text


def _letters(number: int, alphabet: str) -> str:
    """а … я, аа, бб: the letter is doubled when the alphabet ends."""
    if not 0 < number <= 10 * len(alphabet):
        return str(number)
    return alphabet[(number - 1) % len(alphabet)] * ((number - 1) // len(alphabet) + 1)


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    text = ""
    for size, sign in _ROMAN:
        text += sign * (number // size)
        number %= size
    return text
