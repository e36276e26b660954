"""Which school a row means; each distinct school of a sheet is looked up once."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from opora.identification.columns import CHECKS
from opora.identification.reading.model import SchoolMatch, SheetReading
from opora.identification.reading.schools import login_in, names_a_school
from opora.identification.reading.state import State, Stop


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
    def __init__(self, state: State, sheet: SheetReading, file: str) -> None:
        self.state = state
        self.sheet = sheet
        self.file = file
        self._found: dict[Said, tuple[str, tuple[str, str, str]]] = {}

    def school(self, said: Said, row: int) -> str:
        """The id; raises `Stop` where none is said or none fits."""
        if said in self._found:
            school_id, key = self._found[said]
            match = self.state.schools[key]
            match_rows = match.rows + 1
            self.state.schools[key] = replace(match, rows=match_rows)
        else:
            school_id = self._look(said, row)
        if not school_id:
            code, name = said.parts
            raise Stop("школа", code or name, self._unknown(said), "school")
        return school_id

    def _look(self, said: Said, row: int) -> str:
        code, name = said.parts
        if not code and not name:
            raise Stop("школа", "", CHECKS["no_school"].said(""), "missing")
        key = (code, name, said.municipality)
        registry = self.state.registry
        if registry is None:
            match = SchoolMatch(code or name, name, code or name, "code" if code else "name", rows=1)
        elif found := registry.match(code, name, said.municipality):
            match = SchoolMatch(code or name, name, found.school.school_id, found.how, rows=1)
        else:
            near = registry.nearest(code, name)
            match = SchoolMatch(
                code or name, name, "", None, near.school_id if near else "", near.name if near else "", rows=1
            )
        if key in self.state.schools:
            match = replace(match, rows=self.state.schools[key].rows + 1)
        self.state.schools[key] = match
        self._found[said] = match.school_id, key
        if match.school_id and said.municipality:
            self._compare(match.school_id, said, row)
        return match.school_id

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

    def _unknown(self, said: Said) -> str:
        code, name = said.parts
        match = self.state.schools[(code, name, said.municipality)]
        text = CHECKS["unknown_school"].said(code or name)
        if match.nearest:
            text += f" Похожа: «{match.nearest_name or match.nearest}» (код {match.nearest})."
        return text

    def is_territory(self, said: Said) -> bool:
        """Whether a group of participants is a region or a municipality and not a school."""
        code, name = said.parts
        if code or names_a_school(name):
            return False
        return self.state.registry is None or self.state.registry.match("", name, said.municipality) is None
