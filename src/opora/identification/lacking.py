"""A year of which a rule has nothing to count: said, never judged as if every school had done well."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final

from opora.identification.columns import PROCEDURES
from opora.identification.errors import Unfit
from opora.identification.sources import quoted
from opora.identification.titles import subject_words

if TYPE_CHECKING:
    import pyarrow as pa

    from opora.identification.rules.base import Rule, Values

_MARKED: Final = ("mark", "passed")
_COUNTED: Final = ("participants", "failed", "marks_2", "marks_3", "marks_4", "marks_5")


def seen(measured: Mapping[str, pa.Table], years: Collection[int], year: int) -> bool:
    """Whether what was measured shows by itself that there is something of the year."""
    from opora.identification import arrays

    if set(years) == {year} and any(table.num_rows for table in measured.values()):
        return True
    dated = [table.column("year") for table in measured.values() if "year" in table.column_names]
    return any(bool((arrays.values(one)[0] == year).any()) for one in dated)


def query(rule: Rule, year: int, values: Values, table: str, present: Collection[str]) -> str:
    """One row where `table` (results or counts with the columns `present`) has a participant of the year that the rule
    counts, else none."""
    some = [f"{name} IS NOT NULL" for name in _MARKED if name in present]
    some += [f"{name} > 0" for name in _COUNTED if name in present]
    pairs = rule.wanted(values)
    works = [f"(procedure = {quoted(one)} AND subject = {quoted(other)})" for one, other in pairs or ()]
    where = [f"year = {int(year)}", f"({' OR '.join(some)})", *([f"({' OR '.join(works)})"] if works else [])]
    return f"SELECT 1 AS there FROM {table} WHERE {' AND '.join(where)} LIMIT 1"  # noqa: S608  # texts are quoted


def nothing(rule: Rule, year: int, values: Values) -> Unfit:
    pairs = rule.wanted(values)
    works = f" Оно считает: {_words(pairs)}." if pairs else ""
    what = f"за {year} год нет результатов, которые учитывает правило.{works}"
    return Unfit(what, "Загрузите их или выберите другой год.", where=rule.title)


def _words(pairs: Collection[tuple[str, str]]) -> str:
    """«ВПР – математика, русский язык; ОГЭ – математика»"""
    found: dict[str, list[str]] = {}
    for procedure, subject in pairs:
        found.setdefault(PROCEDURES.get(procedure, procedure), []).append(subject_words(subject))
    return "; ".join(f"{procedure} – {', '.join(subjects)}" for procedure, subjects in found.items())
