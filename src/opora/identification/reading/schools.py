"""The list of schools, and which of them a file means: by code, by code with a changed prefix, by name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from opora.decrees import naming
from opora.identification.reading.model import How

if TYPE_CHECKING:
    import pyarrow as pa

_LOGIN = re.compile(r"\b([a-z]{2,6}\d{4,})\b")
_PARTS = re.compile(r"([a-zа-яё_-]*)(\d{3,})")
_LIKE_LATIN: Final = str.maketrans("асеорхукнмтв", "aceopxykhmtb")
_SCHOOL_WORD = re.compile(
    r"\b(?:[мгчкно]?[бкао]?оу|с[о]?ш|о[о]?ш|нош|школ\w*|лице\w+|гимнази\w+|интернат\w*|корпус|прогимнази\w+)\b"
)
_CLOSE: Final = 0.72
_MOST_NEAREST: Final = 300  # schools for which the nearest is looked for


@dataclass(frozen=True, slots=True)
class School:
    school_id: str
    name: str = ""
    municipality_id: str = ""
    municipality: str = ""  # its name, where the list has one


@dataclass(frozen=True, slots=True)
class Match:
    school: School
    how: How


@dataclass
class Registry:
    """The schools a region knows. `given` are answers of a person: what a file says -> school_id."""

    schools: dict[str, School]
    given: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_code = {code_key(one): one for one in self.schools}
        self._by_number: dict[str, list[str]] = {}  # a spreadsheet program drops the zeros before a code
        self._by_digits: dict[str, list[str]] = {}
        self._by_name: dict[tuple[str, ...], list[str]] = {}
        for one in self.schools.values():
            if one.school_id.isdigit():
                self._by_number.setdefault(one.school_id.lstrip("0"), []).append(one.school_id)
            if digits := _digits(one.school_id):
                self._by_digits.setdefault(digits, []).append(one.school_id)
            if words := name_key(one.name):
                self._by_name.setdefault(words, []).append(one.school_id)
        self._given = {_said_key(said): school_id for said, school_id in self.given.items()}
        self._looked = 0

    @classmethod
    def of(cls, schools: Any, given: Mapping[str, str] | None = None) -> Registry | None:
        """From a table of SCHOOLS (pyarrow), a path, `School`s, or nothing."""
        if schools is None:
            return None
        if isinstance(schools, Registry):
            return schools
        if isinstance(schools, str | Path):
            from opora.identification.reading.school_files import read_schools

            schools = read_schools(schools).table
        found = list(_schools_of_table(schools)) if hasattr(schools, "column_names") else list(schools)
        return cls({one.school_id: one for one in found}, dict(given or {}))

    def match(self, code: str, name: str, municipality: str = "") -> Match | None:
        """The one school that is meant; none where nothing or several fit."""
        for said in (code, name):
            if said and (school_id := self._given.get(_said_key(said))) in self.schools:
                return Match(self.schools[school_id], "given")
        if code:
            if found := self._by_code.get(code_key(code)):
                return Match(self.schools[found], "code")
            same = self._by_number.get(code.lstrip("0"), [])
            if len(same) == 1:
                return Match(self.schools[same[0]], "code")
            same = self._by_digits.get(_digits(code), []) if _digits(code) else []
            if len(same) == 1:
                return Match(self.schools[same[0]], "prefix")
        for words in filter(None, (name_key(name), name_key(code) if not name else None)):
            same = self._by_name.get(words, [])
            if len(same) > 1 and municipality:
                near = [one for one in same if self._stands_in(one, municipality)]
                same = near or same
            if len(same) == 1 and (municipality or _is_own(words)):
                return Match(self.schools[same[0]], "name")
        return None

    def _stands_in(self, school_id: str, municipality: str) -> bool:
        school = self.schools[school_id]
        return _near(school.municipality_id, municipality) or _near(school.municipality, municipality)

    def nearest(self, code: str, name: str) -> School | None:
        """The likeliest school where none fits, for a person to say yes or no; asked for a limited number of times."""
        self._looked += 1
        if self._looked > _MOST_NEAREST:
            return None
        if words := name_key(name):
            keys = {" ".join(one): ids for one, ids in self._by_name.items()}
            close = difflib.get_close_matches(" ".join(words), keys, 1, _CLOSE)
            if close:
                return self.schools[keys[close[0]][0]]
        if code:
            close = difflib.get_close_matches(code_key(code), self._by_code, 1, 0.8)
            if close:
                return self.schools[self._by_code[close[0]]]
        return None


def _schools_of_table(table: pa.Table) -> Iterable[School]:
    names = table.column_names
    columns = [
        table.column(one).to_pylist() if one in names else [None] * table.num_rows
        for one in ("school_id", "name", "municipality_id", "municipality")
    ]
    for school_id, *texts in zip(*columns, strict=True):
        if school_id is not None:
            yield School(str(school_id), *(str(text or "") for text in texts))


def code_key(code: str) -> str:
    """A code in small letters, Cyrillic letters that look like Latin ones taken for them: «SСH01» is «sch01»."""
    text = "".join(code.lower().split())
    return text.translate(_LIKE_LATIN) if re.search("[a-z]", text) else text


def _digits(code: str) -> str:
    """The number behind a prefix of letters («edu223004» and «sch223004» are one); empty where there is none."""
    match = _PARTS.fullmatch(code_key(code))
    return match[2] if match else ""


def name_key(name: str) -> tuple[str, ...]:
    """The words of a name that count, in any order: «МБОУ «СОШ № 5»» and «Средняя школа №5» are one."""
    return tuple(sorted(naming.parse(name).words)) if name else ()


def _is_own(words: tuple[str, ...]) -> bool:
    return naming.Name(words).is_distinctive or bool(naming.Name(words).numbers)


def _said_key(said: str) -> str:
    return " ".join(said.lower().replace("ё", "е").split())


def _near(one: str, other: str) -> bool:
    first, second = _said_key(one), _said_key(other)
    if not first or not second:
        return False
    return first == second or (len(first) > 3 and first in second) or (len(second) > 3 and second in first)


def login_in(text: str) -> tuple[str, str]:
    """The login that stands in a text, and the text without it: «МБОУ СОШ № 1 (sch223004)»."""
    match = _LOGIN.search(text.lower())
    if match is None:
        return "", text
    rest = text[: match.start()] + text[match.end() :]
    return match[1], re.sub(r"[\s(),;-]+$|^[\s(),;-]+|\(\s*\)", "", rest)


def names_a_school(text: str) -> bool:
    return _SCHOOL_WORD.search(text.lower().replace("ё", "е")) is not None
