"""Names of people in any order and case, and words of organisations."""

from __future__ import annotations

import re
from functools import cache

from opora.decrees.reading.cases import analyser

SURNAME = r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?"
INITIALS = r"[А-ЯЁ]\.\s?[А-ЯЁ]\."
PATRONYMIC = r"[А-ЯЁ][а-яё]+(?:(?:ович|евич|ьич)(?:а|у|ем|е)?|(?:ичн|овн|евн)(?:а|ы|е|у|ой|ою))"
SHORT = rf"(?:{SURNAME}\s+{INITIALS}|{INITIALS}\s?{SURNAME})"
FULL = rf"{SURNAME}\s+[А-ЯЁ][а-яё]+\s+{PATRONYMIC}"
NAME = rf"(?:{FULL}|{SHORT})"
NAME_RE = re.compile(rf"(?<![\w-]){NAME}(?![\w-])")
ALONE_RE = re.compile(rf"^[_\s/]*({NAME})\s*[_/]*$")


def people_in(text: str) -> list[re.Match[str]]:
    """The names of people in a text; whom a school is named after is none."""
    return [m for m in NAME_RE.finditer(text) if not re.search(r"(?:\bим\.|\bимени)\s*$", text[: m.start()])]


@cache
def parts(name: str) -> tuple[str, str]:
    """(surname, initials) of a name in any order, ё as е."""
    words = re.findall(r"[А-ЯЁ]\.|[\w-]+", name.replace("ё", "е").replace("Ё", "Е"))
    initials = "".join(w[0] for w in words if w.endswith("."))
    long = [w for w in words if not w.endswith(".")]
    if initials:
        return long[0] if long else "", initials
    return long[0], "".join(w[0] for w in long[1:3])


def nominative_name(name: str) -> str:
    """A name after «на», «Баркаловой»: the nominative, by the endings of surnames; initials tell no sex."""
    if re.fullmatch(FULL, name):
        return _nominative_full(name)
    surname, _ = parts(name)
    original = next(w for w in re.findall(r"[\w-]+", name) if w.replace("ё", "е").replace("Ё", "Е") == surname)
    return name.replace(original, _nominative(original), 1)


def _nominative_full(name: str) -> str:
    """A full name, by the sex that its patronymic tells."""
    words = name.split()
    sex = "femn" if re.search(r"н(?:а|ы|е|у|ой|ою)$", words[-1]) else "masc"
    return " ".join("-".join(_inflected(part, sex) for part in word.split("-")) for word in words)


def _inflected(word: str, sex: str) -> str:
    for reading in analyser().parse(word):
        if sex in reading.tag and "sing" in reading.tag and {"Surn", "Name", "Patr"} & reading.tag.grammemes:
            found = reading.inflect({"nomn", "sing", sex})
            if found:
                return str(found.word).capitalize()
    return word


def _nominative(surname: str) -> str:
    for ending, instead in (
        ("ского", "ский"), ("цкого", "цкий"), ("скому", "ский"), ("цкому", "цкий"), ("скую", "ская"), ("цкую", "цкая"),
        ("ской", "ская"), ("цкой", "цкая"), ("ого", "ый"), ("ова", "ов"), ("ева", "ев"), ("ёва", "ёв"), ("ина", "ин"),
        ("ына", "ын"), ("ову", "ова"), ("еву", "ева"), ("ёву", "ёва"), ("ину", "ина"), ("ыну", "ына"), ("овой", "ова"),
        ("евой", "ева"), ("иной", "ина"), ("ую", "ая"), ("ого", "ий"), ("юка", "юк"), ("ика", "ик"), ("ака", "ак"),
        ("нка", "нк"), ("ера", "ер"), ("ана", "ан"), ("яна", "ян"), ("ича", "ич"), ("ука", "ук"), ("аря", "арь"),
        ("ая", "ай"), ("ея", "ей"), ("ля", "ль"), ("ёка", "ёк"), ("ека", "ек"), ("еца", "ец"), ("ву", "ва"),
    ):  # fmt: skip
        if surname.endswith(ending) and len(surname) > len(ending) + 1:
            return surname[: -len(ending)] + instead
    return surname


def stem(surname: str) -> str:
    """The surname without the ending of its case: «Степанова» and «Степанов» are one, «Чумак» and «Чумаков» two."""
    folded = surname.lower().replace("ё", "е")
    for ending in (
        "ого",
        "ому",
        "ыми",
        "ими",
        "ая",
        "ой",
        "ую",
        "ым",
        "им",
        "ом",
        "ем",
        "ий",
        "ый",
        "а",
        "у",
        "е",
        "ы",
        "я",
        "ю",
        "ь",
    ):
        if folded.endswith(ending) and len(folded) - len(ending) >= 3:
            return folded[: -len(ending)]
    return folded
