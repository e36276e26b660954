"""What a workbook brings against what was entered meanwhile: nothing is overwritten silently."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opora.collection.values import Stored
from opora.collection.workbook.reading import Filled


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer of the workbook that differs from what stands now; a conflict where both changed since it left."""

    key: str
    cell: str
    was: Stored  # when the workbook left
    now: Stored
    brought: Stored
    conflict: bool


def base(answers: Mapping[str, Stored], changes: Iterable[tuple[int, str, Stored]], revision: int) -> dict[str, Stored]:
    """The answers as they were at `revision`: `changes` are (revision, key, old), newest first."""
    found = dict(answers)
    for made, key, old in changes:
        if made > revision:
            found[key] = old
    return found


def differences(filled: Filled, was: Mapping[str, Stored], now: Mapping[str, Stored]) -> list[Difference]:
    """What the workbook changed, in its order; what it left as it was changes nothing, whatever was entered since.

    An answer with a mistake in its cell is no answer: it is told as a problem and changes nothing here.
    """
    found = []
    for key, brought in filled.answers.items():
        before, current = _plain(was.get(key)), _plain(now.get(key))
        brought = _plain(brought)
        if key in filled.wrong or brought in (before, current):
            continue
        found.append(Difference(key, filled.cells[key], before, current, brought, conflict=current != before))
    return found


def _plain(stored: Stored) -> Stored:
    """Nothing said in one way."""
    return None if stored in ("", [], {}) else stored
