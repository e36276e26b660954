"""A part of a row's words: the subpoint «а)», the second paragraph; found in the text, taken out or put anew."""

from __future__ import annotations

import re

NEW = "новый абзац"
_PIECE = re.compile(r"(?P<kind>подпункт|абзац)\s+«?(?P<name>[а-я]|\d{1,2})»?\)?", re.IGNORECASE)
_LABEL = re.compile(r"(?<![\w(])(?P<name>[а-я]|\d{1,2})\)\s*(?=\S)", re.IGNORECASE)


def span_of(text: str, piece: str) -> tuple[int, int] | None:
    """Where the piece stands in the text, its label with it; None where it does not."""
    asked = _PIECE.fullmatch(piece.strip())
    if asked is None:
        return None
    if asked["kind"].lower() == "абзац":
        lines = list(re.finditer(r"[^\n]+", text))
        place = int(asked["name"]) - 1 if asked["name"].isdigit() else -1
        return lines[place].span() if 0 <= place < len(lines) else None
    labels = list(_LABEL.finditer(text))
    for index, label in enumerate(labels):
        if label["name"].lower() == asked["name"].lower():
            end = labels[index + 1].start() if index + 1 < len(labels) else len(text)
            return label.start(), label.start() + len(text[label.start() : end].rstrip())
    return None


def put(text: str, span: tuple[int, int], new: str) -> str:
    """The text with other words there; a label that they do not repeat stays, what ended the piece ends it again."""
    old = text[slice(*span)]
    label = _LABEL.match(old)
    if label and not _LABEL.match(new):
        new = f"{label.group().strip()} {new}"
    if old[-1] in ";," and new[-1] not in ".;,":
        new += old[-1]
    return f"{text[: span[0]]}{new}{text[span[1] :]}"


def without(text: str, span: tuple[int, int]) -> str:
    """The text without the piece, and without the mark that led to it where it was the last."""
    before, after = text[: span[0]].rstrip(), text[span[1] :].lstrip()
    if not after:
        return f"{before[:-1]}." if before.endswith((";", ",")) else before
    between = (
        "\n" if "\n" in text[: span[0]][len(before) :] + text[span[1] :][: len(text[span[1] :]) - len(after)] else " "
    )
    return f"{before}{between}{after}"
