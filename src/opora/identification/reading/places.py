"""Which school a row means; each distinct school of a sheet is looked up once."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from opora.identification.columns import CHECKS
from opora.identification.reading import cells
from opora.identification.reading.cells import text_of
from opora.identification.reading.model import SchoolMatch, SheetReading
from opora.identification.reading.schools import login_in, names_a_school
from opora.identification.reading.state import State, Stop
from opora.identification.reading.table import Columns

_TOTAL = re.compile(
    r"(?:всего|итого|итог|в среднем|среднее(?: значение| по .*)?|вся выборка|российская федерация|россия|рф)\b.*"
    r"|.*\b(?:всего|итого)|в целом по .*|по (?:району|городу|региону|области|краю|республике|муниципалитету)\b.*"
)
Key = tuple[str, str, str]  # code, name, municipality as the file has them


class Said(NamedTuple):
    """A school as a row names it."""

    code: str
    name: str
    group: str
    municipality: str

    @property
    def parts(self) -> tuple[str, str]:
        """Code and name, also where one text holds both: «МБОУ СОШ № 1 (sch223004)»."""
        if self.group:
            return login_in(self.group)
        if not self.code and self.name:
            return login_in(self.name)
        return self.code, self.name


class Places:
    def __init__(self, state: State, sheet: SheetReading, file: str, columns: Columns) -> None:
        self.state = state
        self.sheet = sheet
        self.file = file
        self.section = ""  # a municipality that heads the rows below it
        self._municipality = ""
        fields = columns.shared
        self._fields = [fields.get(name) for name in ("school_id", "school_name", "group", "municipality")]
        self._schools = fields.get("schools")
        if self._schools is None:
            self._schools = next((one.fields["schools"] for one in columns.blocks if "schools" in one.fields), None)
        self._indexes = [index for index in (*self._fields, self._schools) if index is not None]
        self._found: dict[tuple[Any, ...], tuple[str | None, Key | None, str]] = {}

    def of(self, row: list[Any], number: int) -> str | None:
        """The school's id, none for a row that sums up several; raises `Stop` where no school is said or none fits."""
        raw = (self._municipality, self.section, *(row[index] for index in self._indexes))
        try:
            found = self._found.get(raw)
        except TypeError:  # a list in a parquet
            raise Stop("школа", "", CHECKS["no_school"].said(""), "missing") from None
        if found is None:
            found = self._found[raw] = self._read(row, number)
        school_id, key, self._municipality = found
        if key is not None:
            self.state.school_rows[key] += 1
            if not school_id:
                raise Stop("школа", key[0] or key[1], self._unknown(key), "school")
        return school_id

    def _read(self, row: list[Any], number: int) -> tuple[str | None, Key | None, str]:
        """The id, how the file names the school, the municipality that stands for the rows below."""
        code, name, group, place = (text_of(row[index]) if index is not None else "" for index in self._fields)
        municipality = place or self._municipality
        if self._fields[3] is None and self.section:
            municipality = self.section
        said = Said(code, name, group, municipality)
        if self._schools is not None and cells.count(row[self._schools]) > 1:
            return None, None, municipality
        if any(text and _TOTAL.fullmatch(text.lower()) for text in (code, name, group)):
            return None, None, municipality
        if not (code or name or group) and _TOTAL.fullmatch(municipality.lower()):
            return None, None, ""
        if group and self._is_territory(said):
            return None, None, municipality
        return *self._look(said, number), municipality

    def _look(self, said: Said, row: int) -> tuple[str, Key]:
        code, name = said.parts
        if not code and not name:
            raise Stop("школа", "", CHECKS["no_school"].said(""), "missing")
        key = (code, name, said.municipality)
        registry = self.state.registry
        if registry is None:
            match = SchoolMatch(code or name, name, code or name, "code" if code else "name")
        elif found := registry.match(code, name, said.municipality):
            match = SchoolMatch(code or name, name, found.school.school_id, found.how)
        elif key in self.state.schools:
            match = self.state.schools[key]
        else:
            near = registry.nearest(code, name)
            match = SchoolMatch(code or name, name, "", None, near.school_id if near else "", near.name if near else "")
        self.state.schools[key] = match
        if match.school_id and said.municipality:
            self._compare(match.school_id, said, row)
        return match.school_id, key

    def _compare(self, school_id: str, said: Said, row: int) -> None:
        """A school in two municipalities is told; its rows stay."""
        words = " ".join(said.municipality.lower().replace("ё", "е").split())
        known = self.state.municipalities[school_id]
        if known and words not in known:
            other = next(iter(known.values()))
            self.state.note(
                "two_municipalities",
                f"Школа «{said.code or said.name}» указана и в «{other}», и в «{said.municipality}». Исправьте "
                "муниципалитет в файле; результаты приняты.",
                self.file,
                self.sheet.sheet,
                row,
            )
        known.setdefault(words, said.municipality)

    def _unknown(self, key: Key) -> str:
        match = self.state.schools[key]
        text = CHECKS["unknown_school"].said(key[0] or key[1])
        if match.nearest:
            text += f" Похожа: «{match.nearest_name or match.nearest}» (код {match.nearest})."
        return text

    def _is_territory(self, said: Said) -> bool:
        """Whether a group of participants is a region or a municipality and not a school."""
        code, name = said.parts
        if code or names_a_school(name):
            return False
        return self.state.registry is None or self.state.registry.match("", name, said.municipality) is None
