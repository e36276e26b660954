"""What the sheets of one reading share: the output, what was set aside and noticed, works seen before."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import Any, Final

from opora.identification.reading.model import Finding, Reading, Rejected, RejectedKind, SchoolMatch
from opora.identification.reading.output import Output
from opora.identification.reading.scales import Key, Scales
from opora.identification.reading.schools import Registry

_MOST_FILES: Final = 100_000
_KINDS: Final = ("по обучающимся", "по школам")


class Stop(Exception):
    """A row that is set aside: its column (a header), value, reason."""

    def __init__(self, column: str, value: Any, reason: str, kind: RejectedKind = "value") -> None:
        super().__init__(reason)
        self.column = column
        self.value = value
        self.reason = reason
        self.kind = kind


class Waits(Exception):
    """A row that waits for a scale."""

    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self.key = key


@dataclass
class State:
    reading: Reading
    output: Output
    scales: Scales
    registry: Registry | None
    latest: int  # the last year in which a work can have been written
    schools: dict[tuple[str, str, str], SchoolMatch] = field(default_factory=dict)
    school_rows: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    municipalities: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    _files: dict[str, int] = field(default_factory=dict)
    _pupils: dict[tuple[Any, ...], dict[str, int]] = field(default_factory=dict)  # -> a place, see `_place`
    _counts: dict[tuple[Any, ...], int] = field(default_factory=dict)
    _noted: dict[tuple[str, str, str, str], int] = field(default_factory=dict)

    def reject(self, one: Rejected) -> None:
        self.reading.rejected.append(one)

    def note(self, code: str, text: str, file: str, sheet: str = "", row: int | None = None) -> None:
        """A finding; the same one of the same sheet is told once, with the number of its rows."""
        key = (code, text, file, sheet)
        if key in self._noted:
            place = self._noted[key]
            self.reading.findings[place] = replace(
                self.reading.findings[place], rows=self.reading.findings[place].rows + 1
            )
            return
        self._noted[key] = len(self.reading.findings)
        self.reading.findings.append(Finding(code, text, file, sheet, row))

    def seen(self, key: tuple[Any, ...], pupil: str | None, counted: bool, file: str, row: int) -> str:
        """Why a work is counted already; empty where it is new, and then remembered."""
        if counted:
            if key in self._counts:
                place = self._said(self._counts[key])
                return f"Повтор: эта работа этой школы уже есть ({place}). Оставлена первая строка."
            if key in self._pupils:
                return self._mixed(0)
            self._counts[key] = self._place(file, row)
            return ""
        if key in self._counts:
            return self._mixed(1)
        known = self._pupils.setdefault(key, {})
        if not pupil:
            return ""
        if pupil in known:
            return f"Повтор: работа участника «{pupil}» уже есть ({self._said(known[pupil])}). Оставлена первая строка."
        known[pupil] = self._place(file, row)
        return ""

    def _mixed(self, known: int) -> str:
        return f"Эта работа этой школы уже прочитана {_KINDS[known]}: вместе она была бы сосчитана дважды."

    def _place(self, file: str, row: int) -> int:
        """A file and a row as one number: there are as many as rows."""
        return row * _MOST_FILES + self._files.setdefault(file, len(self._files)) % _MOST_FILES

    def _said(self, place: int) -> str:
        row, file = divmod(place, _MOST_FILES)
        return f"{list(self._files)[file]}, строка {row}"
