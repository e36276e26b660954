"""Is the journal whole? Finds altered, removed, inserted and cut entries without trusting the database.

The last entries and their end (`Head`) lie in one database and can be cut together: only an end kept elsewhere (in a
backup, on an exported copy) shows that. So `verify` takes one.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from opora.journal.chain import seal
from opora.journal.models import Entry, Head

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with the entries `first` to `last`, in Russian."""

    first: int
    last: int
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(slots=True)
class _Walk:
    """What a walk over all entries found."""

    last: int
    seals: dict[int, str]  # of the entries asked for
    wrong: list[int]
    missing: list[tuple[int, int]]
    below: list[int]  # numbers that the chain cannot have


def verify(head: tuple[int, str] | None = None) -> list[Finding]:
    """Everything that is wrong, none where the journal is whole; `head` is a (count, seal) kept elsewhere."""
    before = _end()
    walk = _walk({before[0], head[0] if head else 0})
    after = _end()  # entries may have been added meanwhile
    findings = [
        *(Finding(n, n, f"Запись {n} вставлена: номера начинаются с 1.") for n in walk.below),
        *(Finding(a, b, f"{_entries(a, b, 'удалена', 'удалены')}.") for a, b in walk.missing),
        *(Finding(a, b, f"{_entries(a, b, *_ALTERED)}.") for a, b in _runs(walk.wrong)),
        *_beyond(walk, before, after),
        *(_elsewhere(walk, *head) if head else ()),
    ]
    return sorted(findings, key=lambda finding: finding.first)


_ALTERED = (
    "изменена или вставлена в обход системы: печать не сходится",
    "изменены или вставлены в обход системы (или указан другой ключ журнала): печати не сходятся",
)


def _end() -> tuple[int, str]:
    head = Head.objects.filter(pk=1).first()
    return (head.count, head.mac) if head else (0, "")


def _walk(asked: set[int]) -> _Walk:
    """Check each entry against the seal of the one before it; behind a gap there is none to check against."""
    walk = _Walk(0, {}, [], [], [])
    seal_before: str | None = ""
    for entry in Entry.objects.order_by("number").iterator(chunk_size=CHUNK):
        if entry.number < 1:
            walk.below.append(entry.number)
            continue
        if entry.number > walk.last + 1:
            walk.missing.append((walk.last + 1, entry.number - 1))
            seal_before = None
        if seal_before is not None and not hmac.compare_digest(seal(entry, seal_before), entry.mac):
            walk.wrong.append(entry.number)
        if entry.number in asked:
            walk.seals[entry.number] = entry.mac
        walk.last, seal_before = entry.number, entry.mac
    return walk


def _beyond(walk: _Walk, before: tuple[int, str], after: tuple[int, str]) -> Iterable[Finding]:
    """The end of the chain against the end that this database remembers."""
    count, mac = before
    if walk.last < count:
        yield Finding(walk.last + 1, count, f"{_entries(walk.last + 1, count, *_CUT)}.")
    elif count and count in walk.seals and walk.seals[count] != mac:
        yield Finding(count, count, f"Конец журнала не сходится с записью {count}: печать другая.")
    if walk.last > after[0]:
        first = after[0] + 1
        yield Finding(first, walk.last, f"{_entries(first, walk.last, *_ADDED)}.")


_CUT = ("удалена с конца журнала", "удалены с конца журнала")
_ADDED = ("вставлена за концом журнала", "вставлены за концом журнала")


def _elsewhere(walk: _Walk, count: int, mac: str) -> Iterable[Finding]:
    """The chain against an end kept outside this database."""
    if walk.last < count:
        first = walk.last + 1
        words = f"{_entries(first, count, 'удалена', 'удалены')}: в сохранённом конце журнала записей {count}"
        yield Finding(first, count, f"{words}, сейчас {walk.last}.")
    elif count and count in walk.seals and walk.seals[count] != mac:
        text = f"Запись {count} или записи до неё переписаны: в сохранённом конце журнала её печать другая."
        yield Finding(count, count, text)


def _runs(numbers: Iterable[int]) -> Iterable[tuple[int, int]]:
    """1, 2, 3, 7 as (1, 3), (7, 7)."""
    run: tuple[int, int] | None = None
    for number in numbers:
        if run and number == run[1] + 1:
            run = (run[0], number)
            continue
        if run:
            yield run
        run = (number, number)
    if run:
        yield run


def _entries(first: int, last: int, one: str, several: str) -> str:
    return f"Запись {first} {one}" if first == last else f"Записи {first}–{last} {several}"
