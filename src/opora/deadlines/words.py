"""The words of deadline expressions: a text becomes tokens, in lower case, with dashes and quotes of one kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

MONTHS = {
    "янв": 1,
    "фев": 2,
    "мар": 3,
    "апр": 4,
    "ма": 5,
    "июн": 6,
    "июл": 7,
    "авг": 8,
    "сен": 9,
    "окт": 10,
    "ноя": 11,
    "дек": 12,
}
SEASONS = {"зим": 12, "вес": 3, "лет": 6, "осе": 9}  # the first month of each
UNITS = {"кв": "quarter", "пол": "half", "чет": "term", "три": "trimester", "дек": "decade", "нед": "week"}
PARTS = {"нач": "start", "сер": "middle", "кон": "end"}
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
ORDINALS = {"перв": 1, "втор": 2, "трет": 3, "четв": 4, "посл": -1}
WEEKDAYS = {"по": "MO", "вт": "TU", "ср": "WE", "че": "TH", "пя": "FR", "су": "SA", "во": "SU"}

_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_YEAR_WORD = r"(?:\s*(?:годах|годов|годам|годы|года|году|годом|год|г\.?\s?г\.?|г\b\.?))"
_SCHOOL = r"(?:уч(?:ебн\w*|\.)?\s*(?:годах|годов|годам|годы|года|году|годом|год|г\b\.?)|учебн\w+)"

_TOKEN = re.compile(
    rf"""
    (?P<time>(?<![\d.])(?:[01]?\d|2[0-4])[:.\-][0-5]\d\s*(?:часов|часа|час|ч\b\.?)(?:\s*\(?мск\)?)?
        |(?<![\d.])(?:[01]?\d|2[0-4]):[0-5]\d(?:\s*\(?мск\)?)?|(?<![\d.])(?:[01]?\d|2[0-4])\.00(?![\d.])
        |(?<![\d.])(?:[01]?\d|2[0-4])\s*(?:часов|час\.))
    |(?P<iso>20\d\d-\d\d-\d\d)
    |(?P<date>(?<![\d.]){_DAY}[./]{_MONTH}[./](?:20\d\d|\d\d)(?!\d){_YEAR_WORD}?)
    |(?P<monthyear>(?<![\d.]){_MONTH}\.20\d\d(?!\d){_YEAR_WORD}?)
    |(?P<short>(?<![\d.]){_DAY}\.(?:1[0-2]|0[1-9])\.?(?!\d))
    |(?P<school>20\d\d\s*[-/]\s*(?:20)?\d\d\s*(?:-\w{{1,3}}\s*)?{_SCHOOL}
        |(?P<schoolword>(?:(?:текущ|нынешн|будущ|следующ|предстоящ|нов)\w*\s+)?{_SCHOOL}))
    |(?P<years>20\d\d{_YEAR_WORD}?\s*(?:-|по)\s*20\d\d{_YEAR_WORD}?)
    |(?P<halfyears>20\d\d/(?:20)?\d\d{_YEAR_WORD}?)
    |(?P<year>20\d\d{_YEAR_WORD}?(?:-?(?:й|го|м)\b{_YEAR_WORD}?)?)
    |(?P<thisyear>(?:текущ|эт|настоящ)\w+\s+(?:календарн\w+\s+)?год\w*|\bс\.\s?г\.|\bт\.\s?г\.)
    |(?P<nextyear>(?:следующ|будущ)\w+\s+(?:календарн\w+\s+)?год\w*)
    |(?P<lastmonthday>последн\w+\s+(?:(?:рабоч|календарн)\w+\s+)?(?:день|дня|число|числа)\s+(?:каждого\s+)?месяц\w*)
    |(?P<monthday>(?<!\d)\d{{1,2}}(?:-?(?:го|му|е|ого))?\s*(?:-\s*\d{{1,2}}(?:-?(?:го|е))?\s*)?числ\w*)
    |(?P<month>\b(?:январ[ьяею]\w?|янв\b\.?|феврал[ьяею]\w?|февр?\b\.?|март[ауе]?|марте|мар\b\.|апрел[ьяею]\w?|апр\b\.?
        |ма[йяею]\b|маем|июн[ьяею]\w?|июл[ьяею]\w?|август[ауе]?|авг\b\.?|сентябр[ьяею]\w?|сент?\b\.?|октябр[ьяею]\w?|окт\b\.?
        |ноябр[ьяею]\w?|нояб?\b\.?|декабр[ьяею]\w?|дек\b\.?)(?:м|х)?\b)
    |(?P<season>\b(?:зим[аыоеу]й?|весн[аыоеу]й?|лет[оа]м?\b|осен[ьи]ю?)\b)
    |(?P<unit>\b(?:квартал\w*|кв\b\.?|полугоди\w+|четверт(?:ь|и|ей|ью|ях)\b|триместр\w*|декад\w+|недел\w+|половин\w+))
    |(?P<part>\b(?:начал\w+|середин\w+|конец|конц\w+|окончани\w+|завершени\w+)\b)
    |(?P<roman>\b(?:iv|iii|ii|i)\b(?:-?(?:й|го|е|ом|я|ая|ой)\b)?)
    |(?P<ordinal>\b(?:перв(?:ый|ого|ом|ое|ая|ой|ую|ые)|втор(?:ой|ого|ом|ое|ая|ую|ые)|трет(?:ий|ьего|ьем|ье|ья|ьей|ью|ьи)
        |четверт(?:ый|ого|ом|ое|ая|ой|ую|ые)|последн(?:ий|его|ем|ее|яя|ей|юю|ие))\b)
    |(?P<wholeyear>(?:календарн\w+\s+)?\bгод(?:а|у)?\b)
    |(?P<number>(?<![\d.])\d{{1,2}}(?!\d)(?:-?(?:го|й|е|я|ое|ая|ой|му|ом)\b)?)
    |(?P<dash>-)
    |(?P<comma>[,;]|\bи\b|\bа\s+также\b|\bтакже\b)
    |(?P<until>\b(?:не\s+позднее(?:\s+чем)?(?:\s+до)?|не\s+позже|(?:в\s+срок\s+)?до)\b:?|\bдо:)
    |(?P<notbefore>\bне\s+ранее(?:\s+чем)?(?:\s+с)?\b)
    |(?P<since>\b(?:начиная\s+)?с\s?о?\b(?!\.))
    |(?P<through>\bпо\b)
    |(?P<towards>\bк\b)
    |(?P<term>\b(?:в\s+)?срок(?:и|ом)?(?:\s+(?:исполнения|реализации|выполнения|проведения|представления|предоставления))?\s*[-:]*)
    |(?P<include>\bвключительно\b)
    |(?P<word>[^\W\d_]+(?:-[^\W\d_]+)*|\d+|\S)
    """,
    re.VERBOSE,
)

_TAGS = re.compile(r"<[^>]{0,80}>")
_BULLETS = re.compile(r"[•·▪●*«»\"“”„|]")
_DASHES = re.compile(r"[‐‑‒–—−]")
_MARKS = re.compile(r"(?:^|\s)\d{1,2}\)")
_ACT = r"(?:приказ|письм|распоряжени|постановлени|протокол|решени|указ|закон|план\w*\s+работы)"
_CITATIONS = re.compile(
    rf"\((?=[^()]*(?:№|{_ACT}))[^()]*\)|\b{_ACT}\w*\b[^()№]{{0,160}}?\bот\s+[\d«][^()№]{{0,30}}(?:№\s*\S+|$)"
    rf"|\bот\s+\d{{1,2}}[.\s]\S{{1,10}}[.\s]\s*20\d\d\s*(?:г\.?|года)?\s*№\s*\S+"
)
_CYRILLIC_ROMAN = re.compile(r"\b[іiІIvVхХ1l]*[іІ][іiІIvVхХ]*\b")


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is the name of the group that matched; `text` is folded."""

    kind: str
    text: str


def normal(text: str) -> str:
    """Lower case, ё as е, one kind of dash and space, without tags, bullets, quotes, list marks, cited documents."""
    text = _TAGS.sub(" ", text.lower().replace("ё", "е"))
    text = _DASHES.sub("-", _BULLETS.sub(" ", text))
    text = _CYRILLIC_ROMAN.sub(lambda m: m.group().replace("і", "i"), text)
    text = _CITATIONS.sub(" ", " ".join(text.split()))
    return " ".join(_MARKS.sub(" ", text).split())


def tokens(text: str) -> list[Token]:
    """The tokens of a `normal` text; what is nothing known is a `word`."""
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "word"
        found.append(Token("school" if kind == "schoolword" else kind, match.group().strip()))
    return found


@cache
def month_of(word: str) -> int:
    """1 to 12."""
    return MONTHS.get(word[:3]) or MONTHS[word[:2]]


def ordinal_of(token: Token) -> int | None:
    """1, 2, 3, 4, or -1 for the last; None where the token is no ordinal."""
    if token.kind == "roman":
        return ROMAN[token.text.split("-")[0].rstrip("йгоемяа")]
    if token.kind == "ordinal":
        return ORDINALS[token.text[:4]]
    if token.kind == "number":
        return int("".join(c for c in token.text if c.isdigit()))
    return None
