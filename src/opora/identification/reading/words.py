"""Headers of columns as regions word them -> fields. A mapping given by a person wins over all of this."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from opora.decrees.formats.cleaning import clean

_BAR: Final = " | "  # between the rows of a header
_TASK_WITH_MAXIMUM = re.compile(
    r"(\d{1,2}[а-яa-z]?\d{0,2}(?:[.(]\d{1,2}\)?)?(?:[.-]\d+)?)\s*\((\d{1,2})\s*б(?:алл\w*)?\.?\)"
)
_UNITS = re.compile(r"(?:чел|человек|количество|кол во|кол|чел\.|%|проценты?|доля|в %|абс\.?)\.?")
_PERSONAL = re.compile(
    r"\b(?:фио|ф\.\s?и\.\s?о|фамили|имя|отчеств|дата рождения|день рождения|снилс|паспорт|телефон|адрес)"
)
_PERCENT = re.compile(r"%|процент|доля")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """In the order in which they are tried, on the last part of a header and, where that says nothing, on the whole."""
    import yaml

    data = yaml.safe_load(resources.files(__package__).joinpath("headers.yaml").read_text(encoding="utf-8"))
    return tuple((field, re.compile("|".join(words))) for field, words in data.items())


@lru_cache(maxsize=8192)
def normal(text: str) -> str:
    """A header as patterns see it: «Кол-во участников*» is «количество участников»."""
    words = clean(text).lower().replace("ё", "е").replace("\n", " ")
    words = re.sub(r"кол(?:-|\.|ич)?\s?-?во\b|кол-во\b|к-во\b", "количество", words)
    words = re.sub(r"(?<=[а-я])-\s+(?=[а-я])", "", words)  # a word broken at the end of a line
    return " ".join(words.replace("*", " ").strip(" :;.,").split())


def is_unit(text: str) -> bool:
    """«чел.», «%»: a unit and no name."""
    return _UNITS.fullmatch(normal(text)) is not None


def is_personal(header: str) -> bool:
    """Whether a column names people: it is never read and never shown."""
    return _PERSONAL.search(normal(header)) is not None


def unnumbered(header: str) -> str:
    """«Балл» of «Балл (2)», the second of two equal headers."""
    return re.sub(r" \(\d+\)$", "", header)


@lru_cache(maxsize=8192)
def field_of(header: str) -> str:
    """The field that a header (its rows joined by « | ») names; empty for none."""
    parts = [normal(part) for part in header.split(_BAR)]
    while len(parts) > 1 and _UNITS.fullmatch(parts[-1]):
        unit = parts.pop()
        name = field_of_words(parts[-1])
        if name == "failed" and _PERCENT.search(unit):
            return "failed_share"
        if name:
            return name
    for part in reversed(parts):
        if name := field_of_words(part):
            return name
    return field_of_words(" ".join(parts))


@lru_cache(maxsize=8192)
def field_of_words(words: str) -> str:
    if _TASK_WITH_MAXIMUM.fullmatch(words):
        return "task"
    for field, pattern in _patterns():
        if pattern.fullmatch(words):
            return field
    return ""


def task_maximum(header: str) -> int | None:
    """The greatest score of a task that its header tells: 1 of «5К1 (1б)»."""
    match = _TASK_WITH_MAXIMUM.fullmatch(normal(header.split(_BAR)[-1]))
    return int(match[2]) if match else None
