"""What words say of a work: subject, grade, year, procedure, in cells, headers, names of sheets and files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

_LETTER = "а-яa-z"
#: The first that is found wins: «математика профильная» before «математика».
_SUBJECTS: Final = (
    ("mat_prof", r"матем\w*[\s\S]{0,30}?проф|проф\w*[\s\S]{0,20}?матем"),
    ("mat_base", r"матем\w*[\s\S]{0,30}?баз|баз\w*[\s\S]{0,20}?матем"),
    ("mat", r"матем|\bалгебр"),
    ("rus", r"русск\w*(?:\s+язык\w*)?|\bрус\.?\s*яз"),
    ("world", r"окруж\w*\s+мир"),
    ("phys", r"физик"),
    ("chem", r"хими[яиюе]"),
    ("bio", r"биолог"),
    ("geo", r"географ"),
    ("soc", r"обществозн"),
    ("hist", r"истори[яиюе]"),
    ("lit", r"литератур"),
    ("inf", r"информатик"),
    ("eng", r"английск"),
    ("ger", r"немецк"),
    ("fra", r"французск"),
)
_SUBJECT_WORDS = [(code, re.compile(words)) for code, words in _SUBJECTS]
#: Short words that mean a subject only as a whole word: «РУ», «MA_5».
_SHORT: Final = {
    "ру": "rus", "рус": "rus", "rus": "rus", "ru": "rus", "ря": "rus",
    "ма": "mat", "мат": "mat", "mat": "mat", "ma": "mat", "math": "mat",
    "мат_база": "mat_base", "матб": "mat_base", "матп": "mat_prof",
    "ом": "world", "фи": "phys", "физ": "phys", "хи": "chem", "хим": "chem", "би": "bio", "био": "bio",
    "гг": "geo", "геогр": "geo", "об": "soc", "общ": "soc", "обществ": "soc", "ис": "hist", "ист": "hist",
    "ая": "eng", "англ": "eng", "инф": "inf", "лит": "lit", "нем": "ger", "фр": "fra",
    "phys": "phys", "chem": "chem", "bio": "bio", "geo": "geo", "hist": "hist", "soc": "soc", "inf": "inf",
    "eng": "eng", "ger": "ger", "fra": "fra", "world": "world",
}  # fmt: skip
#: Codes of subjects of the state final certification, the same in every region.
_CODES: Final = {
    1: "rus", 2: "mat_prof", 3: "phys", 4: "chem", 5: "inf", 6: "bio", 7: "hist", 8: "geo", 9: "eng", 10: "ger",
    11: "fra", 12: "soc", 18: "lit", 22: "mat_base",
}  # fmt: skip
_PROCEDURES: Final = (
    ("vpr", r"впр|всероссийск\w*\s+проверочн\w*|vpr"),
    ("oge", r"огэ|гиа[\s-]*9|oge"),
    ("ege", r"егэ|гиа[\s-]*11|ege"),
    ("in_school", r"вшк|внутришкольн\w*|in school"),
    (
        "regional",
        r"региональн\w*\s+(?:диагност|проверочн|контрольн|работ|оценоч|мониторинг)\w*|рдр|ркр|regional",
    ),
)
_PROCEDURE_WORDS = [(code, re.compile(rf"(?<![{_LETTER}])(?:{words})(?![{_LETTER}])")) for code, words in _PROCEDURES]
_SPAN = re.compile(r"\b(20\d\d)\s*[-–—/_]\s*(20\d\d|\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_GRADE = re.compile(rf"(?<![\d.,-])(\d{{1,2}})\s*(?:-?\s*(?:й|го|х|ые|ых))?\s*(?:[{_LETTER}]\s+)?(?:кл\b|кл\.|класс)")
_GRADE_AFTER = re.compile(r"\bкласс\w*\W{0,3}(\d{1,2})(?!\d)")
_GRADES = re.compile(r"\b\d{1,2}\s*(?:-|–|—|,|и)\s*\d{1,2}(?:-?х)?\s*(?:кл\b|кл\.|класс)")
_CLASS = re.compile(
    rf"(\d{{1,2}})(?!\d)\s*[-–—/.]?\s*[«\"']?\s*(?:[{_LETTER}\d][{_LETTER}\d\-]*)?[»\"']?(?:\s*(?:кл|класс)\w*\.?)?"
)
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11}


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Small letters, ё as е, underscores and line breaks as spaces."""
    return " ".join(text.lower().replace("ё", "е").replace("_", " ").split())


def subject_in(text: str) -> str:
    """The one subject that a text names; empty for none and for several."""
    words = folded(text)
    found = []
    for code, pattern in _SUBJECT_WORDS:
        if pattern.search(words):
            found.append(code)
            words = pattern.sub(" ", words)
    if not found:
        tokens = re.findall(r"[а-яa-z]+", re.sub(r"\d+", " ", words))
        found = [_SHORT[one] for one in tokens if one in _SHORT and len(one) > 2]
    return found[0] if len(set(found)) == 1 else ""


def subject_of(value: str) -> str:
    """The subject that a cell means: a name, a short word, our code, or the code of the state certification."""
    words = folded(value)
    if words in _SHORT:
        return _SHORT[words]
    joined = words.replace(" ", "_")
    if joined in ("mat_base", "mat_prof"):
        return joined
    number = re.fullmatch(r"0?(\d{1,2})(?:\.0)?", words)
    if number:
        return _CODES.get(int(number[1]), "")
    return subject_in(re.sub(r"^\d{1,2}\s*[-–.]\s*", "", words))


def procedure_in(text: str) -> str:
    words = folded(text)
    found = [code for code, pattern in _PROCEDURE_WORDS if pattern.search(words)]
    return found[0] if len(found) == 1 else ""


def year_in(text: str) -> tuple[str, bool]:
    """The calendar year of a work that a text names, and whether it was told by a school year («2021/2022»)."""
    words = folded(text)
    spans = {(first, (first[:2] + last)[-4:] if len(last) == 2 else last) for first, last in _SPAN.findall(words)}
    spans = {(first, last) for first, last in spans if int(last) == int(first) + 1}
    if len(spans) == 1 and set(_YEAR.findall(words)) <= set(next(iter(spans))):
        return next(iter(spans))[1], True
    years = set(_YEAR.findall(words))
    return (years.pop(), False) if len(years) == 1 else ("", False)


def grade_in(text: str) -> str:
    """The one grade that a text names («5 класс»); empty for none, for several («5–8 классы») and beyond 1–11."""
    words = folded(text)
    if _GRADES.search(words):
        return ""
    found = set(_GRADE.findall(words)) or set(_GRADE_AFTER.findall(words))
    found = {str(int(one)) for one in found if 1 <= int(one) <= 11}
    return found.pop() if len(found) == 1 else ""


def grade_of(value: str) -> str:
    """The grade of a class: «5», «5А», «5-А», «5 «А»», «V»; empty for no class."""
    words = folded(value)
    if words in _ROMAN:
        return str(_ROMAN[words])
    match = _CLASS.fullmatch(words)
    return str(int(match[1])) if match else ""


@dataclass(frozen=True)
class Facts:
    """What several texts say of a work: the first that names a fact wins; `source` says which text it was."""

    known: dict[str, str] = field(default_factory=dict)
    source: dict[str, str] = field(default_factory=dict)
    school_year: str = ""  # the text that tells the year by a school year
    differ: tuple[tuple[str, str, str], ...] = ()  # a fact, the source and the value that lost


def facts_in(texts: Iterable[tuple[str, str]]) -> Facts:
    """Facts of texts (source, text), the most trusted first."""
    known: dict[str, str] = {}
    sources: dict[str, str] = {}
    differ = []
    school_year = ""
    for source, text in texts:
        year, spanned = year_in(text)
        found = {"year": year, "procedure": procedure_in(text), "subject": subject_in(text), "grade": grade_in(text)}
        for name, value in found.items():
            if value and name not in known:
                known[name], sources[name] = value, source
                if name == "year" and spanned:
                    school_year = text
            elif value and value != known[name]:
                differ.append((name, source, value))
    return Facts(known, sources, school_year, tuple(differ))
