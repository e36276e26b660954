"""The columns of a sheet: where the fields stand, the blocks of works, cells read once for each distinct text."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final

from opora.identification.reading import cells
from opora.identification.reading.cells import Bad
from opora.identification.reading.headers import Head
from opora.identification.reading.mapping import MARKS, OF_PUPIL, OF_SCHOOL
from opora.identification.reading.state import Stop

_RESULT: Final = OF_SCHOOL | OF_PUPIL
_CACHE: Final = 50_000  # distinct texts of a column that are kept


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
            if _RESULT & fields.keys():
                self.blocks.append(Block(dict(said), {**self.shared, **fields}, fields.values()))
        if not self.blocks or _RESULT & self.shared.keys() or self.tasks:
            own = [index for name, index in self.shared.items() if name in _RESULT]
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
        parsers |= dict.fromkeys(MARKS, cells.amount)
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
