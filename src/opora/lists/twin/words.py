"""Words as Russian texts inflect them, and which of them are common to all schools."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from opora.decrees.reading.cases import analyser
from opora.decrees.reading.names import stem

_TOKEN = re.compile(r"[А-Яа-яЁёA-Za-z\u00ad]+|\d+|\S")
_LATIN = str.maketrans("AaBCcEeHKMOoPpTXxy", "АаВСсЕеНКМОоРрТХху")
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_CAPITAL = re.compile("[А-ЯЁ]")
NUMBER_SIGN = "№"
SHORTEST = 3  # letters of a word that tells anything

# What names a school: a number or a name beside it is that of a school.
SCHOOL_WORDS = frozenset(
    "школа гимназия лицей сош оош нош сш ош кадетский корпус учреждение организация прогимназия интернат оо оу "
    "мбоу мкоу маоу моу гбоу гкоу гаоу мбу мку мао мобу мчоу ноу".split()
)
# What the names of schools and places share. Lemmas, and abbreviations as they are.
COMMON = SCHOOL_WORDS | frozenset(
    "муниципальный государственный бюджетный казённый казенный автономный частный общеобразовательный образовательный "
    "образование средний основной начальный общий полный дошкольный детский сад центр комплекс филиал имя имени им "
    "город село посёлок поселок деревня станица хутор аул рабочий сельский городской тип район округ область край "
    "республика муниципалитет россия российский федерация углублённый углубленный изучение отдельный предмет "
    "герой советский союз труд орден знамя лет год улица дом индекс пгт рп ст ул пер пр район департамент министерство "
    "управление комитет отдел школьный открытый сменный вечерний специальный коррекционный санаторный номер для или "
    "под при над про".split()
)
TYPES = frozenset("гимназия лицей прогимназия интернат кадетский".split())  # what a school is called besides «школа»
MUNICIPAL = frozenset("район округ муниципалитет".split())


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a sign, and where it stands."""

    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """Without soft hyphens, and with Russian letters where Latin ones only look like them."""
        plain = self.text.replace("\u00ad", "")
        return plain.translate(_LATIN) if _CYRILLIC.search(plain) or len(plain) <= 5 else plain

    @property
    def is_name(self) -> bool:
        """Whether it is written like a name: with a capital, and long enough to tell something."""
        return len(self.word) >= SHORTEST and _CAPITAL.match(self.word) is not None

    @property
    def is_common(self) -> bool:
        return not COMMON.isdisjoint(keys_of(self.word.lower()))

    @property
    def is_school(self) -> bool:
        return not SCHOOL_WORDS.isdisjoint(lemmas_of(self.word.lower()))


def tokens_of(text: str) -> list[Token]:
    return [Token(match.group(), *match.span()) for match in _TOKEN.finditer(text)]


@lru_cache(maxsize=100_000)
def lemmas_of(word: str) -> frozenset[str]:
    """The words of which this may be a form, ё as е too."""
    found = {reading.normal_form for reading in analyser().parse(word)} | {word}
    return frozenset(found | {form.replace("ё", "е") for form in found})


@lru_cache(maxsize=100_000)
def keys_of(word: str) -> frozenset[str]:
    """What two forms of one word share: a lemma, or the stem where the dictionary does not know it."""
    return lemmas_of(word) | {f"{stem(word)}-"}


@lru_cache(maxsize=10_000)
def case_of(word: str) -> str:
    """The case of a word as it stands; «nomn» for what has none."""
    for reading in analyser().parse(word.lower()):
        if reading.tag.POS in ("NOUN", "ADJF") and reading.tag.case and "Fixd" not in reading.tag:
            return str(reading.tag.case)
    return "nomn"


@lru_cache(maxsize=10_000)
def is_given_name(word: str) -> bool:
    """Whether it is a first name or a patronymic, in any case."""
    return bool(_CAPITAL.match(word)) and any(
        {"Name", "Patr"} & reading.tag.grammemes for reading in analyser().parse(word)
    )


def telling(name: str) -> frozenset[str]:
    """The words of a name that are its own: «Ясногорская» of «МБОУ «Ясногорская СОШ № 1»»; in small letters."""
    return frozenset(t.word.lower() for t in tokens_of(name) if t.is_name and not t.is_common)


def numbers_of(name: str) -> frozenset[str]:
    """The numbers of a name: «6» of «СОШ № 6»."""
    tokens = tokens_of(name)
    return frozenset(
        token.text.lstrip("0") or "0"
        for before, token in zip([None, *tokens], tokens, strict=False)
        if token.text.isdigit() and before is not None and (before.text in ("№", "N") or before.is_school)
    )


def types_of(name: str) -> frozenset[str]:
    """«гимназия» of «МКОУ «Гимназия «Гармония»»; nothing of an ordinary school."""
    return frozenset(lemma for token in tokens_of(name) for lemma in TYPES & lemmas_of(token.word.lower()))
