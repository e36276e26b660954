"""An amending document's body cut into provisions: a sentence that changes something, with the new words it gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from opora.decrees.model import Source
from opora.decrees.reading.nodes import Grid, Node

_LABEL = re.compile(r"^(?P<label>\d{1,2}(?:\.\d{1,2}){0,4}[.)]|\d{1,2}(?:\.\d{1,2}){1,4}|[а-я]\)|[-–—•])\s*(?=\S)")
_OPENING = re.compile(r"(?:(?<=^)|(?<=[\s(\[«\t]))[\"“„](?=\S)")
ACTS = re.compile(
    r"(?<!\w)(?:излож(?:ить|ив|ена?)|замени(?:ть|в)|дополни(?:ть|в)|исключи(?:ть|в)|признать\s+утративш|считать\s+утративш"
    r"|утративш\w+\s+силу|отменить|продлить|перенести|снять\s+с\s+контроля)(?!\w)",
    re.IGNORECASE,
)
OPENS = re.compile(r"внос\w+|внести|внесени\w+", re.IGNORECASE)
_LOOSE, _DASH, _LETTER, _BRACKET = 40, 30, 20, 10  # levels of what stands without a dotted number


@dataclass(slots=True)
class Provision:
    """`text` is its own sentence, `lines` and `grids` what it gives in quotes or in a table below."""

    level: int
    text: str
    source: Source
    lines: list[str] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)

    @property
    def asks(self) -> bool:
        """Whether new words are still to come."""
        return self.text.rstrip().endswith(":")

    @property
    def open(self) -> bool:
        """Whether a quotation began and has not ended."""
        whole = "".join((self.text, *self.lines, *(_of(grid) for grid in self.grids)))
        return whole.count("«") > whole.count("»")

    @property
    def heads(self) -> bool:
        """«В приложении:», «внести следующие изменения:»: what stands below says what."""
        return self.asks and not ACTS.search(masked(self.text))


def _of(grid: Grid) -> str:
    return "".join(row.text(c) for row in grid.rows for c in row.filled)


def quotes(text: str) -> str:
    """Every kind of quotation mark as « and »."""
    return re.sub(r"[\"”“]", "»", _OPENING.sub("«", text))


def quoted(text: str) -> list[tuple[int, int]]:
    """The outermost quotations: where their words begin and end."""
    found, depth, start = [], 0, 0
    for index, char in enumerate(text):
        if char == "«":
            depth += 1
            start = index + 1 if depth == 1 else start
        elif char == "»" and depth:
            depth -= 1
            if depth == 0:
                found.append((start, index))
    return found


def masked(text: str) -> str:
    """The text with quoted words blotted out, of the same length."""
    for start, end in quoted(text):
        text = text[:start] + "·" * (end - start) + text[end:]
    return text


def provisions_in(nodes: list[Node]) -> Iterator[Provision]:
    """The provisions in order."""
    current: Provision | None = None
    for node in nodes:
        if isinstance(node, Grid):
            if current is not None:
                current.grids.append(node)
            continue
        for line in quotes(node.text).split("\n"):
            if current is not None and _belongs(line, current):
                current.lines.append(line)
                continue
            label = _LABEL.match(line)
            if label is None and current is not None and not (current.lines or current.grids or current.asks):
                current.text += " " + line
                continue
            if current is not None:
                yield current
            current = Provision(_level(label["label"]) if label else _LOOSE, line, node.source)
            if label:
                current.text = line[label.end() :]
    if current is not None:
        yield current


def _belongs(line: str, current: Provision) -> bool:
    """Whether the line is among the new words: inside the quotation, opening it, or the row's own number without it."""
    label = _LABEL.match(line)
    if label and ACTS.search(masked(line[label.end() :])) and "«" not in line[: label.end()]:
        return False
    if current.open or re.fullmatch(r"»?[.;,]?", line.strip()):
        return True
    if not current.asks or current.heads:
        return False
    if current.lines and current.lines[-1].rstrip(" .;").endswith("»"):
        return False
    number = label["label"].rstrip(".)") if label else ""
    return line.startswith("«") or (bool(number) and number in re.findall(r"\d+(?:\.\d+)*", current.text))


def _level(label: str) -> int:
    if label[0] in "-–—•":
        return _DASH
    if not label[0].isdigit():
        return _LETTER
    return _BRACKET if label.endswith(")") and "." not in label else label.rstrip(".)").count(".") + 1
