"""Rows of one sheet -> RESULTS: schools matched, pupils and counts told apart, what does not fit set aside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from opora.identification.reading import cells, groups, pupils
from opora.identification.reading.cells import is_empty, text_of
from opora.identification.reading.context import Context
from opora.identification.reading.delimited import Broken
from opora.identification.reading.headers import Head, is_numbering
from opora.identification.reading.mapping import OF_SCHOOL
from opora.identification.reading.model import Rejected, SheetReading
from opora.identification.reading.places import Places
from opora.identification.reading.scales import Key
from opora.identification.reading.schools import names_a_school
from opora.identification.reading.sheets import Row
from opora.identification.reading.state import State, Stop, Waits
from opora.identification.reading.table import Block, Columns
from opora.identification.reading.works import Works

_CODE = re.compile(r"[\w.,-]*\d[\w.,-]*")


class Converter:
    """Reads the rows of one sheet below its headers."""

    def __init__(self, state: State, sheet: SheetReading, head: Head, file: str, known: dict[str, str]) -> None:
        self.state = state
        self.sheet = sheet
        self.file = file
        self.columns = Columns(head, state.latest)
        self.places = Places(state, sheet, file, self.columns)
        self.works = Works(state, self.columns, head.mapping, known, (file, sheet.sheet))
        self.width = len(head.mapping.columns)
        self.waiting: dict[Key, int] = {}  # scales that are missing -> rows
        most = pupils.maximum_of_tasks(self.columns.headers, self.columns.tasks)
        self.context = Context(state, sheet, file, self.columns, most)

    def look(self, rows: list[Row]) -> None:
        """Learns from the first rows what only many of them tell: whether shares are of 1 or of 100."""
        shares = [
            number
            for block in self.columns.blocks
            if (index := block.fields.get("failed_share")) is not None
            for _, row in rows
            if index < len(row) and (number := cells.number_of(text_of(row[index]))) is not None
        ]
        self.context.shares_whole = bool(shares) and max(shares) <= 1 and any(0 < one < 1 for one in shares)

    def read(self, rows: Iterator[Row]) -> None:
        for number, row in rows:
            filled = len(row) - row.count("") - row.count(None)
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
            self.places.section = texts[0]
        return True

    def _row(self, number: int, row: list[Any]) -> None:
        if self.sheet.rows < 5 and is_numbering([text_of(one) for one in row]):
            self.sheet.rows -= 1
            self.sheet.notes += 1
            return
        try:
            school_id = self.places.of(row, number)
        except Stop as stop:
            self.reject(number, stop)
            return
        if school_id is None:
            self.sheet.totals += 1
            return
        before = self.sheet.taken
        wrong = False
        self.context.row = number
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

    def _block(self, number: int, row: list[Any], block: Block, school_id: str) -> None:
        fields = block.fields
        counted = not OF_SCHOOL.isdisjoint(fields)
        if len(self.columns.blocks) > 1 and all(is_empty(row[index]) for index in block.own):
            return  # the school has no such work
        key = (*self.works.of(row, block, number), school_id)
        if counted and not ("mark" in fields and not is_empty(row[fields["mark"]])):
            made = groups.convert(self.context, row, fields)
            self._add(number, key, None, made)
        else:
            result = pupils.convert(self.context, row, fields, key)
            self._add(number, key, result[0], result)

    def _add(self, number: int, key: tuple[Any, ...], pupil: str | None, made: tuple[Any, ...]) -> None:
        counted = len(made) == len(groups.EMPTY)
        if first := self.state.seen(key, pupil, counted, self.file, number):
            raise Stop("", pupil or "", first, "duplicate")
        self.state.output.add((*key, *(pupils.EMPTY + made if counted else made + groups.EMPTY)))
        self.sheet.taken += 1
        if not counted and made[1] is None and made[2] is None:
            self.sheet.absent += 1

    def reject(self, number: int, stop: Stop, *, once: bool = False) -> None:
        """Sets the row aside; `once` where it is already."""
        value = text_of(stop.value)
        self.state.reject(Rejected(self.file, self.sheet.sheet, number, stop.column, value, stop.reason, stop.kind))
        if not once:
            self.sheet.set_aside += 1
