"""Names of organisations as documents vary them: legal forms, spelled out or short, and kinds of schools."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"\d+|[^\W\d_]+")
_STEMS = (  # words of a legal form spelled out, in any gender and case
    "муниципальн",
    "государственн",
    "негосударственн",
    "федеральн",
    "краев",
    "областн",
    "бюджетн",
    "автономн",
    "казенн",
    "частн",
    "некоммерческ",
    "учреждени",
    "организаци",
    "общеобразовательн",
    "образовательн",
    "дошкольн",
)
_KINDS = (  # a kind of school spelled out, as short names write it
    (("средняя", "общеобразовательная", "школа"), "сош"),
    (("основная", "общеобразовательная", "школа"), "оош"),
    (("начальная", "общеобразовательная", "школа"), "нош"),
    (("средняя", "школа"), "сош"),
    (("основная", "школа"), "оош"),
    (("начальная", "школа"), "нош"),
    (("сш",), "сош"),
    (("ош",), "оош"),
)
_OPENING = frozenset(spelled[0] for spelled, _ in _KINDS)
_FORMS = frozenset(
    "мбоу маоу мкоу моу мбу мау мку мбноу гбоу гаоу гкоу гоу гбу гау гку фгбоу фгкоу огбоу огаоу огкоу кгбоу кгаоу "
    "кгкоу чоу ноу нчоу ано аноо мбдоу мадоу мкдоу мбудо маудо мкудо гаудпо гбудпо".split()
)
GENERIC = frozenset("сош оош нош школа гимназия лицей интернат имени им г с п д ст".split())


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart: its words without the legal form, in order."""

    words: tuple[str, ...]

    @property
    def numbers(self) -> frozenset[str]:
        return frozenset(word for word in self.words if word.isdigit())

    @property
    def is_distinctive(self) -> bool:
        """Whether it says more than a kind of school and a number, which many territories have."""
        return any(word not in GENERIC and not word.isdigit() for word in self.words)

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(self.words) & {"сош", "оош", "нош", "гимназия", "лицей", "интернат"}


def parse(text: str) -> Name:
    """«Муниципальное бюджетное общеобразовательное учреждение «Средняя школа №6»» and «МБОУ СОШ 6» are one."""
    text = unicodedata.normalize("NFKC", text.replace("№", " ")).lower().replace("ё", "е")
    words = [word.lstrip("0") or "0" if word.isdigit() else word for word in _WORD.findall(text)]
    words = [word for word in _with_kinds(words) if not _is_legal(word)]
    return Name(tuple(words))


@lru_cache(maxsize=20_000)  # the names of a country share few words
def _is_legal(word: str) -> bool:
    return word in _FORMS or any(word.startswith(stem) and len(word) <= len(stem) + 3 for stem in _STEMS)


def _with_kinds(words: list[str]) -> list[str]:
    if _OPENING.isdisjoint(words):
        return words
    result: list[str] = []
    index = 0
    while index < len(words):
        if words[index] not in _OPENING:
            result.append(words[index])
            index += 1
            continue
        for spelled, short in _KINDS:
            if tuple(words[index : index + len(spelled)]) == spelled:
                result.append(short)
                index += len(spelled)
                break
        else:
            result.append(words[index])
            index += 1
    return result
