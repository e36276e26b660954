"""Texts as people compare them: folded for search, padded for order. The same on every database."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath

_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[\w]+")
_QUOTES = re.compile(r"[«»„“”\"'`]")
_DASHES = re.compile(r"[‐‑‒–—−]")


def fold(text: str) -> str:
    """Lower case, ё as е, without quotes, one kind of dash, single spaces: «МБОУ  "СОШ №6"» is «мбоу сош № 6»."""
    text = " № ".join(unicodedata.normalize("NFKC", part) for part in text.split("№"))
    text = text.lower().replace("ё", "е")
    return " ".join(_DASHES.sub("-", _QUOTES.sub("", text)).split())


def words(text: str) -> list[str]:
    """The distinct folded words of a text in order, for search by beginnings."""
    return list(dict.fromkeys(_WORD.findall(fold(text))))


def sort_key(text: str, length: int = 200) -> str:
    """A key that sorts as people count: «№ 6» before «№ 12»; numbers are padded to eight digits."""
    return _NUMBER.sub(lambda m: m.group().zfill(8), fold(text))[:length]


def file_name(name: str, most: int = 300) -> str:
    """The name of a file that somebody brought alone, without folders and control characters."""
    kept = "".join(one for one in PurePath(name.replace("\\", "/")).name if one.isprintable())
    return " ".join(kept.split())[-most:] or "Файл"


def plural(count: int, one: str, few: str, many: str) -> str:
    """The form of a Russian noun after a number: 1 школа, 2 школы, 5 школ."""
    tail, tens = count % 10, count % 100
    if tail == 1 and tens != 11:
        return one
    return few if tail in (2, 3, 4) and tens not in (12, 13, 14) else many
