"""The queries of COUNTS and TALLIES: what rules are measured on, and what an application keeps of its results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from opora.identification.columns import COUNTS, PROCEDURE_KEY
from opora.identification.compiling import compiled

#: The modules whose code makes the expressions.
CODE: Final = ("opora.identification.counting", "opora.identification.columns")
COUNTED: Final = tuple(one.name for one in COUNTS[len(PROCEDURE_KEY) :])


@dataclass(frozen=True)
class Wanted:
    """These years (none: all), procedures and subjects (None: all), columns of COUNTS; whether TALLIES too."""

    years: tuple[int, ...] = ()
    pairs: tuple[tuple[str, str], ...] | None = None
    columns: tuple[str, ...] = COUNTED
    tallied: bool = True


def queries(dialect: str, present: Sequence[str], wanted: Wanted, latest: int | None = None) -> dict[str, str]:
    """The queries of `counts`, and of `tallies` where they are wanted, over the table `results`.

    `present` are its columns. With `latest`, the last year that a work can be of, rows with a problem are left out;
    else there are none.
    """
    asked = {
        "present": present, "years": wanted.years, "pairs": wanted.pairs, "columns": wanted.columns, "latest": latest,
    }  # fmt: skip

    def build() -> dict[str, Any]:
        from opora.identification import counting

        table = counting.results(present)
        table = table if latest is None else counting.sound(table, latest)
        tables = {"counts": counting.counts(table, wanted.years, wanted.pairs, wanted.columns)}
        if wanted.tallied:
            tables["tallies"] = counting.tallies(table, wanted.years, wanted.pairs)
        return tables

    return compiled(build, dialect, {"counts": asked, "tallied": wanted.tallied}, CODE)
