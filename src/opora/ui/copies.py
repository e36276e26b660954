"""Copies of tables: at once where they are small; of more rows in the background, where the page is asked again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from opora.core.workflow import Refused
from opora.ui import points, words

AT_ONCE = 50_000  # rows of a copy that a request makes


@dataclass(frozen=True, slots=True)
class Copied:
    """A table as a copy has it; `found` are its rows, to be counted."""

    name: str
    title: str
    labels: Sequence[str]
    rows: Iterable[Sequence[object]]
    kind: str  # xlsx or csv
    found: QuerySet[Any]
    confidential: bool


class Summed:
    """Rows of a copy with the sums of some columns, in `foot` once the rows were walked; a large copy has none."""

    def __init__(self, rows: Iterable[Sequence[object]], summed: Sequence[bool]) -> None:
        self._rows = rows
        self._sums = [Decimal(0) if one else None for one in summed]

    def __iter__(self) -> Iterator[Sequence[object]]:
        for row in self._rows:
            for index, so_far in enumerate(self._sums):
                value = row[index]
                if so_far is not None and isinstance(value, int | Decimal):
                    self._sums[index] = so_far + value
            yield row

    @property
    def foot(self) -> list[object]:
        return ["Итого", *self._sums[1:]]


Sink = Callable[[Copied], None]
_sink: ContextVar[Sink | None] = ContextVar("sink", default=None)


@contextmanager
def poured_into(sink: Sink) -> Iterator[None]:
    """Inside, a table that is asked for a copy gives it to the sink, however many rows it has."""
    token = _sink.set(sink)
    try:
        yield
    finally:
        _sink.reset(token)


def answer(request: HttpRequest, copied: Copied) -> HttpResponse:
    """The copy; or the page that asks whether a large one is to be made."""
    sink = _sink.get()
    if sink:
        sink(copied)
        return HttpResponse()
    if copied.found[: AT_ONCE + 1].count() > AT_ONCE:
        large = next(iter(points.large_copies), None)
        if large is None:
            raise Refused(f"Строк больше {words.number(AT_ONCE)}. Уточните поиск или отбор и скачайте снова.")
        return large(request, copied.title)
    exporter = next(iter(points.exporters))
    return exporter(request, copied.name, copied.title, copied.labels, copied.rows, copied.kind, copied.confidential)
