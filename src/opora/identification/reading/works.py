"""Which work a row tells of: year, procedure, subject and grade, from cells, headers and names."""

from __future__ import annotations

import re
from typing import Any, Final

from opora.identification.columns import CHECKS
from opora.identification.reading import facts
from opora.identification.reading.cells import is_empty, text_of
from opora.identification.reading.mapping import FACTS, FIELDS, Mapping
from opora.identification.reading.state import State, Stop
from opora.identification.reading.table import Block, Columns

Work = tuple[int, str, str, int]  # year, procedure, subject, grade

_CODE_LEGEND = re.compile(r"(\d{1,2})\s*[-–—=]\s*([а-яa-z]{2,})")
_FIELDS: Final = (*FACTS, "class_name")


class Works:
    """Each distinct combination of cells is understood once."""

    def __init__(
        self, state: State, columns: Columns, mapping: Mapping, known: dict[str, str], place: tuple[str, str]
    ) -> None:
        self.state = state
        self.columns = columns
        self.known = known
        self.place = place
        self.legend = _legend(mapping)
        self._found: dict[tuple[Any, ...], Work] = {}
        self._indexes = {
            id(block): [index for name in _FIELDS if (index := block.fields.get(name)) is not None]
            for block in columns.blocks
        }

    def unknown(self) -> list[str]:
        """Facts that neither a column nor anything else tells."""
        found = []
        for name in FACTS:
            told = name in self.columns.shared or (name == "grade" and "class_name" in self.columns.shared)
            if name == "grade" and self.known.get("procedure") in ("oge", "ege"):
                continue
            if not told and name not in self.known and not all(name in one.facts for one in self.columns.blocks):
                found.append(name)
        return found

    def of(self, row: list[Any], block: Block, number: int) -> Work:
        """Raises `Stop` where a fact is missing or impossible."""
        key = (id(block), *(row[index] for index in self._indexes[id(block)]))
        try:
            if found := self._found.get(key):
                return found
        except TypeError:
            return self._look(row, block, number)
        self._found[key] = work = self._look(row, block, number)
        return work

    def _look(self, row: list[Any], block: Block, number: int) -> Work:
        procedure = self._fact(row, block, "procedure")
        year = self._fact(row, block, "year")
        index = block.fields.get("year")
        if index is not None and facts.year_in(text_of(row[index]))[1]:
            text = "Учебный год в столбце понят как второй из двух календарных: работы пишут весной."
            self.state.note("school_year", text, *self.place, number)
        return (
            int(year),
            procedure,
            self._subject(row, block, procedure),
            int(self._grade(row, block, procedure, number)),
        )

    def _fact(self, row: list[Any], block: Block, name: str) -> Any:
        value = self.columns.get(row, block.fields, name)
        if value is None:
            value = block.facts.get(name) or self.known.get(name)
        if value is None:
            check = CHECKS["no_year"] if name == "year" else CHECKS["procedure"]
            reason = check.said("") if name == "year" else "Не указана процедура: ВПР, ОГЭ, ЕГЭ."
            raise Stop(FIELDS[name], "", reason, "missing")
        return value

    def _grade(self, row: list[Any], block: Block, procedure: str, number: int) -> Any:
        value = self.columns.get(row, block.fields, "grade")
        if value is None:
            value = self.columns.get(row, block.fields, "class_name")
            if value is not None and (said := self.known.get("grade", str(value))) != str(value):
                self.state.note(
                    "grade_differs",
                    f"В столбце класса {value}-й класс, а в названии – {said}-й: принят столбец.",
                    *self.place,
                    number,
                )
        if value is None:
            value = block.facts.get("grade") or self.known.get("grade")
        if value is None and procedure in ("oge", "ege"):
            value = 9 if procedure == "oge" else 11
        if value is None:
            raise Stop(FIELDS["grade"], "", "Не указан класс. Впишите число от 1 до 11.", "missing")
        return value

    def _subject(self, row: list[Any], block: Block, procedure: str) -> str:
        index = block.fields.get("subject")
        cell = row[index] if index is not None else None
        if index is None or is_empty(cell):
            found = block.facts.get("subject") or self.known.get("subject") or ""
        else:
            text = text_of(cell)
            found = self.legend.get(text, "") or facts.subject_of(text)
            if found == "mat_prof" and procedure != "ege" and text.strip("0").isdigit():
                found = "mat"
            if not found:
                found = self._own_subject(text)
        if not found:
            raise Stop(FIELDS["subject"], text_of(cell), CHECKS["no_subject"].said(""), "missing")
        if found == "mat" and procedure == "ege":
            raise Stop(FIELDS["subject"], text_of(cell), "Уточните предмет: математика базовая или профильная.")
        return found

    def _own_subject(self, text: str) -> str:
        """A subject that is in no list stays as it is called, and is told once."""
        words = facts.folded(text)
        if not re.search("[a-zа-я]{2}", words):
            raise Stop(FIELDS["subject"], text, f"Предмет «{text}» не распознан. Впишите его название.")
        self.state.note("subject", f"Предмета «{text}» нет в перечне: он принят как есть.", *self.place)
        return words


def _legend(mapping: Mapping) -> dict[str, str]:
    """Codes of subjects that a header explains: «Код предмета (1- РУ, 2- МА)»."""
    found = {}
    for one in mapping.columns:
        if one.field == "subject":
            for code, word in _CODE_LEGEND.findall(facts.folded(one.header)):
                if subject := facts.subject_of(word):
                    found[code] = subject
    return found
