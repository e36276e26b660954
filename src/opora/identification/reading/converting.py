"""Rows of one sheet -> RESULTS: schools matched, pupils and counts told apart, what does not fit set aside."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, Final

from opora.identification.columns import CHECKS
from opora.identification.reading import cells, facts, groups, pupils
from opora.identification.reading.cells import Bad, is_empty, text_of
from opora.identification.reading.delimited import Broken
from opora.identification.reading.headers import Head, is_numbering
from opora.identification.reading.mapping import FACTS, FIELDS
from opora.identification.reading.model import Rejected, SheetReading
from opora.identification.reading.places import Places, Said
from opora.identification.reading.scales import Key
from opora.identification.reading.schools import names_a_school
from opora.identification.reading.sheets import Row
from opora.identification.reading.state import State, Stop, Waits

_TOTAL = re.compile(
    r"(?:всего|итого|итог|в среднем|среднее(?: значение| по .*)?|вся выборка|российская федерация|россия|рф)\b.*"
    r"|.*\b(?:всего|итого)|в целом по .*|по (?:району|городу|региону|области|краю|республике|муниципалитету)\b.*"
)
_CODE = re.compile(r"[\w.,-]*\d[\w.,-]*")
_CACHE: Final = 50_000  # distinct texts of a column that are kept
_CODE_LEGEND = re.compile(r"(\d{1,2})\s*[-–—=]\s*([а-яa-z]{2,})")
_KEYS: Final = ("school_id", "school_name", "group")


class Columns:
    """Where the fields stand; cells are read once for each distinct text."""

    def __init__(self, head: Head, latest: int) -> None:
        self.shared: dict[str, int] = {}
        self.blocks: list[Block] = []
        self.headers = [one.header for one in head.mapping.columns]
        by_facts: dict[tuple[tuple[str, str], ...], dict[str, int]] = {}
        self.tasks: list[int] = []
        for index, one in enumerate(head.mapping.columns):
            if one.field == "task":
                self.tasks.append(index)
            elif one.field:
                by_facts.setdefault(one.facts, {}).setdefault(one.field, index)
        self.shared = by_facts.pop((), {})
        for said, fields in by_facts.items():
            if groups.RESULT & fields.keys() or pupils.RESULT & fields.keys():
                self.blocks.append(Block(dict(said), {**self.shared, **fields}, fields.values()))
        if not self.blocks or (groups.RESULT | pupils.RESULT) & self.shared.keys() or self.tasks:
            own = [index for name, index in self.shared.items() if name in groups.RESULT | pupils.RESULT]
            self.blocks.insert(0, Block({}, self.shared, own + self.tasks))
        parsers: dict[str, Callable[[Any], Any]] = {
            "year": lambda cell: cells.year(cell, latest),
            "procedure": cells.procedure,
            "grade": cells.grade,
            "class_name": cells.grade,
            "mark": cells.mark,
            "journal_mark": cells.journal_mark,
            "passed": cells.passed,
            "score": cells.score,
            "max_score": cells.score,
            "task": cells.task,
            "participants": cells.participants,
            "failed": cells.failed,
            "failed_share": cells.amount,
            "absent": cells.absent,
        }
        parsers |= dict.fromkeys(groups.MARKS, cells.amount)
        self.parsers = parsers
        self.caches: dict[str, dict[Any, Any]] = {name: {} for name in parsers}

    def get(self, row: list[Any], fields: dict[str, int], field: str) -> Any:
        """The value of a field in a row; raises `Stop` where its cell means nothing."""
        index = fields.get(field)
        if index is None:
            return None
        value = self.read(field, row[index])
        if type(value) is Bad:
            raise Stop(self.headers[index], row[index], value.reason)
        return value

    def read(self, field: str, cell: Any) -> Any:
        cache = self.caches[field]
        try:
            return cache[cell]
        except KeyError:
            value = self.parsers[field](cell)
            if len(cache) < _CACHE:
                cache[cell] = value
            return value
        except TypeError:  # a list in a parquet
            return Bad("В ячейке не одно значение.")


class Block:
    """The columns of one work in a row: `facts` of its headers («Русский язык»), `fields` -> index."""

    def __init__(self, said: dict[str, str], fields: dict[str, int], own: Collection[int]) -> None:
        self.facts = said
        self.fields = fields
        self.own = own  # the columns that only this block has


class Converter:
    """Reads the rows of one sheet below its headers."""

    def __init__(self, state: State, sheet: SheetReading, head: Head, file: str, known: dict[str, str]) -> None:
        self.state = state
        self.sheet = sheet
        self.file = file
        self.known = known
        self.columns = Columns(head, state.latest)
        self.places = Places(state, sheet, file)
        self.width = len(head.mapping.columns)
        self.legend = _legend(head)
        self.subjects: dict[Any, str] = {}
        self.section = ""  # a municipality that heads the rows below it
        self.municipality = ""
        self.shares_whole = False  # shares between 0 and 1
        self.waiting: dict[Key, int] = {}  # scales that are missing -> rows
        self.tasks_maximum = pupils.maximum_of_tasks(self.columns.headers, self.columns.tasks)
        self.row = 0

    def unknown(self) -> list[str]:
        """Facts that neither a column nor anything else tells."""
        fields = self.columns.shared
        found = []
        for name in FACTS:
            told = name in fields or (name == "grade" and "class_name" in fields)
            if name == "grade" and self.known.get("procedure") in ("oge", "ege"):
                continue
            if not told and name not in self.known and not all(name in one.facts for one in self.columns.blocks):
                found.append(name)
        return found

    def look(self, rows: list[Row]) -> None:
        """Learns from the first rows what only many of them tell: whether shares are of 1 or of 100."""
        shares = [
            number
            for block in self.columns.blocks
            if (index := block.fields.get("failed_share")) is not None
            for _, row in rows
            if index < len(row) and (number := cells.number_of(text_of(row[index]))) is not None
        ]
        self.shares_whole = bool(shares) and max(shares) <= 1 and any(0 < one < 1 for one in shares)

    def read(self, rows: Iterator[Row]) -> None:
        for number, row in rows:
            filled = sum(1 for one in row if one is not None and one != "")
            if not filled:
                continue
            if filled == 1 and type(row[0]) is Broken:
                self.sheet.rows += 1
                self.reject(
                    number, Stop("", row[0].text[:200], "Строка не разобрана: в ней не закрыта кавычка.", "row")
                )
                continue
            if len(row) < self.width:
                row = row + [None] * (self.width - len(row))
            elif len(row) > self.width and any(not is_empty(one) for one in row[self.width :]):
                self.sheet.rows += 1
                extra = text_of(next(one for one in row[self.width :] if not is_empty(one)))
                reason = "В строке больше значений, чем столбцов в заголовке: значения сдвинуты."
                self.reject(number, Stop("", extra, reason, "row"))
                continue
            if filled <= 2 and self._is_note(row):
                self.sheet.notes += 1
                continue
            self.sheet.rows += 1
            self._row(number, row)

    def _is_note(self, row: list[Any]) -> bool:
        """A heading of a section («Луговой район») or a footer: one text alone, or a text and its number."""
        texts = [text for one in row if (text := text_of(one))]
        if len(texts) == 2 and texts[0].rstrip(".").isdigit():
            texts = texts[1:]
        if len(texts) != 1 or _CODE.fullmatch(texts[0]) or names_a_school(texts[0]):
            return not texts
        if not any(mark in texts[0] for mark in (":", "*")):
            self.section = texts[0]
        return True

    def _row(self, number: int, row: list[Any]) -> None:
        if self.sheet.rows < 5 and is_numbering([text_of(one) for one in row]):
            self.sheet.rows -= 1
            self.sheet.notes += 1
            return
        try:
            said = self._said(row)
            if self._is_total(said, row):
                self.sheet.totals += 1
                return
            school_id = self.places.school(said, number)
        except Stop as stop:
            self.reject(number, stop)
            return
        before = self.sheet.taken
        wrong = False
        self.row = number
        for block in self.columns.blocks:
            try:
                self._block(number, row, block, school_id)
            except Waits as waits:
                self.waiting[waits.key] = self.waiting.get(waits.key, 0) + 1
                wrong = True
            except Stop as stop:
                self.reject(number, stop, once=wrong)
                wrong = True
        if self.sheet.taken == before and not wrong and len(self.columns.blocks) > 1:
            self.sheet.notes += 1
            self.sheet.rows -= 1

    def _said(self, row: list[Any]) -> Said:
        fields = self.columns.shared
        texts = [text_of(row[index]) if (index := fields.get(name)) is not None else "" for name in _KEYS]
        if (index := fields.get("municipality")) is not None:
            if text := text_of(row[index]):
                self.municipality = text
        elif self.section:
            self.municipality = self.section
        return Said(texts[0], texts[1], texts[2], self.municipality)

    def _is_total(self, said: Said, row: list[Any]) -> bool:
        index = self.columns.shared.get("schools")
        if index is None:
            index = next((one.fields["schools"] for one in self.columns.blocks if "schools" in one.fields), None)
        if index is not None and cells.count(row[index]) > 1:
            return True
        texts = (said.code, said.name, said.group)
        if any(text and _TOTAL.fullmatch(text.lower()) for text in texts):
            return True
        if not said.code and not said.name and not said.group and _TOTAL.fullmatch(said.municipality.lower()):
            self.municipality = ""
            return True
        return bool(said.group) and self.places.is_territory(said)

    def _block(self, number: int, row: list[Any], block: Block, school_id: str) -> None:
        fields = block.fields
        counted = not groups.RESULT.isdisjoint(fields)
        if len(self.columns.blocks) > 1 and all(is_empty(row[index]) for index in block.own):
            return  # the school has no such work
        procedure = self._fact(row, block, "procedure")
        year = self._fact(row, block, "year")
        subject = self._subject(row, block, procedure)
        grade = self._grade(row, block, procedure)
        key = (int(year), procedure, subject, int(grade), school_id)
        if counted and not ("mark" in fields and not is_empty(row[fields["mark"]])):
            made = groups.convert(self, row, fields, number)
            self._add(number, key, None, made)
        else:
            result = pupils.convert(self, row, fields, key)
            self._add(number, key, result[0], result)

    def _add(self, number: int, key: tuple[Any, ...], pupil: str | None, made: tuple[Any, ...]) -> None:
        counted = len(made) == len(groups.EMPTY)
        if first := self.state.seen(key, pupil, counted, self.file, number):
            raise Stop("", pupil or "", first, "duplicate")
        self.state.output.add((*key, *(pupils.EMPTY + made if counted else made + groups.EMPTY)))
        self.sheet.taken += 1
        if not counted and made[1] is None and made[2] is None:
            self.sheet.absent += 1

    def _fact(self, row: list[Any], block: Block, name: str) -> Any:
        value = self.columns.get(row, block.fields, name)
        if value is None:
            value = block.facts.get(name) or self.known.get(name)
        if value is None:
            check = CHECKS["no_year"] if name == "year" else CHECKS["procedure"]
            reason = check.said("") if name == "year" else "Не указана процедура: ВПР, ОГЭ, ЕГЭ."
            raise Stop(FIELDS[name], "", reason, "missing")
        return value

    def _grade(self, row: list[Any], block: Block, procedure: str) -> Any:
        value = self.columns.get(row, block.fields, "grade")
        if value is None:
            value = self.columns.get(row, block.fields, "class_name")
            if value is not None and (said := self.known.get("grade", str(value))) != str(value):
                self.state.note(
                    "grade_differs",
                    f"В столбце класса {value}-й класс, а в названии – {said}-й: принят столбец.",
                    self.file,
                    self.sheet.sheet,
                    self.row,
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
        elif cell in self.subjects:
            found = self.subjects[cell]
        else:
            text = text_of(cell)
            found = self.legend.get(text, "") or facts.subject_of(text)
            if found == "mat_prof" and procedure != "ege" and text.strip("0").isdigit():
                found = "mat"
            if not found:
                found = self._own_subject(text)
            self.subjects[cell] = found
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
        self.state.note("subject", f"Предмета «{text}» нет в перечне: он принят как есть.", self.file, self.sheet.sheet)
        return words

    def reject(self, number: int, stop: Stop, *, once: bool = False) -> None:
        """Sets the row aside; `once` where it is already."""
        value = text_of(stop.value)
        self.state.reject(Rejected(self.file, self.sheet.sheet, number, stop.column, value, stop.reason, stop.kind))
        if not once:
            self.sheet.set_aside += 1


def _legend(head: Head) -> dict[str, str]:
    """Codes of subjects that a header explains: «Код предмета (1- РУ, 2- МА)»."""
    found = {}
    for one in head.mapping.columns:
        if one.field == "subject":
            for code, word in _CODE_LEGEND.findall(facts.folded(one.header)):
                if subject := facts.subject_of(word):
                    found[code] = subject
    return found
