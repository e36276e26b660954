"""Characters that a reader does not see or cannot tell apart are gone before anything is read."""

from __future__ import annotations

import re

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f]")
_BULLET = re.compile(
    "^[•▪●◦■□‣⁃\uf02d\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc][ \t]*", re.MULTILINE
)  # the last six are of symbol fonts
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_COPY = re.compile(r"(?:Копия №\s?)?КП(?:-[0-9A-Z]{4}){3}-[0-9A-Z](?::.*)?", re.DOTALL)
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\u0085\u2028\u2029]")


def clean(text: str) -> str:
    """Plain spaces, «\\n» for every line break, «- » for a bullet, nothing invisible; every line is stripped."""
    text = _BREAKS.sub("\n", text)
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text)).replace("\u2011", "-")
    text = "\n".join(line.strip() for line in text.split("\n")).strip("\n")
    return _PRIVATE.sub("", _BULLET.sub("- ", text)).strip()


def letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def is_copy_line(text: str) -> bool:
    """Whether a text is nothing but the mark that a copy of this system carries («Копия № КП-…: кто, когда»)."""
    return _COPY.fullmatch(text.strip().lstrip("'")) is not None
