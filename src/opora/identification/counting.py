"""Results -> COUNTS and TALLIES, as Ibis expressions of integers only; what sets a row aside.

`results` is the unbound table of the columns that the files have. A row with `participants`, `marks_2` or `failed` is
aggregated, any other is one pupil's work; both may stand in one file. Shares in percent are told by their sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any, Final

import ibis

from opora.identification.columns import (
    COUNTS,
    FIRST_YEAR,
    GRADES,
    HUNDREDTHS,
    MARKS,
    MOST_PARTICIPANTS,
    PROCEDURES,
    RESULTS,
    SHARES_SLACK,
    ibis_schema,
)

Pair = tuple[str, str]

AGGREGATED: Final = ("participants", "marks_2", "failed")
_KINDS: Final = {one.name: one for one in RESULTS}
_KEY: Final = ("year", "procedure", "subject", "grade", "school_id")


def results(present: Sequence[str]) -> Any:
    """The unbound table of results with these columns; `misread`: `passed` is neither yes nor no."""
    columns = tuple(_KINDS[name] for name in present if name in _KINDS)
    schema = {**dict(ibis_schema(columns)), **({"misread": "boolean"} if "misread" in present else {})}
    return ibis.table(schema, name="results")


def _marks(table: Any) -> list[Any]:
    """Columns of marks, NULL where the files have none."""
    return [table[f"marks_{mark}"] if f"marks_{mark}" in table.columns else ibis.null("float64") for mark in MARKS]


def _get(table: Any, name: str, kind: str = "int64") -> Any:
    return table[name] if name in table.columns else ibis.null(kind)


def _has(table: Any, *names: str) -> bool:
    return any(name in table.columns for name in names)


def _aggregated(table: Any) -> Any:
    """Whether a row is of a school, not of a pupil; None where no column could say so."""
    said = [table[name].notnull() for name in AGGREGATED if name in table.columns]
    return reduce(or_, said) if said else None


def _total(table: Any) -> Any:
    """The sum of the four marks, NULL where one is missing."""
    first, *others = _marks(table)
    return reduce(lambda total, one: total + one, others, first)


def checks(table: Any, latest: int) -> dict[str, list[Any]]:
    """Conditions by the name of their check in `columns.CHECKS`; any of them sets the row aside. NULL is no match.

    Conditions on one column stand alone, so that an engine can answer them from the statistics of a parquet file.
    """
    found: dict[str, list[Any]] = {
        "no_year": [table.year.isnull()],
        "year": [table.year < FIRST_YEAR, table.year > latest],
        "no_school": [table.school_id.isnull(), table.school_id == ""],
        "procedure": [table.procedure.isnull(), table.procedure.notin(list(PROCEDURES))],
        "no_subject": [table.subject.isnull(), table.subject == ""],
        "grade": [table.grade.isnull(), table.grade < GRADES[0], table.grade > GRADES[1]],
    }
    if _has(table, "mark"):
        found["mark"] = [table.mark < MARKS[0], table.mark > MARKS[-1]]
    if _has(table, "misread"):
        found["passed"] = [table.misread]
    if _has(table, "max_score"):
        found["max_score"] = [table.max_score <= 0]
    if _has(table, "score"):
        found["score"] = [table.score < 0]
        if _has(table, "max_score"):
            found["score"].append(table.score > table.max_score)
    if _has(table, "journal_mark"):
        found["journal_mark"] = [table.journal_mark < MARKS[0], table.journal_mark > MARKS[-1]]
    aggregated = _aggregated(table)
    if aggregated is None:
        return found
    if _has(table, "participants"):
        found["participants"] = [table.participants < 0, table.participants > MOST_PARTICIPANTS]
    found["marks"] = [one < 0 for mark, one in zip(MARKS, _marks(table), strict=True) if _has(table, f"marks_{mark}")]
    found["marks"].append(aggregated & _get(table, "failed").isnull() & _marks(table)[0].isnull())
    if _has(table, "participants"):
        participants, total = table.participants, _total(table)
        shared = _get(table, "failed").isnull()  # beside `failed` marks are counts, and exams without marks have none
        found["sum"] = [
            shared & (participants > 0) & (total != participants) & ((total - 100).abs() > SHARES_SLACK),
            shared & (participants == 0) & (total != 0),
            ~shared & (total > participants),
        ]
    if _has(table, "failed"):
        found["failed"] = [table.failed < 0]
        if _has(table, "participants"):
            found["failed"].append(table.failed > table.participants)
    if _has(table, "absent"):
        found["absent"] = [table.absent < 0]
    if _has(table, "mark", "passed"):
        works = [table[name].notnull() for name in ("mark", "passed") if name in table.columns]
        found["two_kinds"] = [aggregated & reduce(or_, works)]
    return found


def suspicions(table: Any, latest: int) -> Any:
    """One row per condition with the number of rows in `rows`: all zero where nothing is to be set aside."""
    conditions = [one for alternatives in checks(table, latest).values() for one in alternatives]
    return ibis.union(
        *(table.filter(one).aggregate(rows=lambda some: some.count()) for one in conditions), distinct=False
    )


def problem(table: Any, latest: int) -> Any:
    """The name of the first check that holds for a row, NULL where none does."""
    said = [(reduce(or_, conditions), name) for name, conditions in checks(table, latest).items()]
    return ibis.cases(*said, else_=ibis.null("string"))


def set_aside(table: Any, latest: int) -> Any:
    """How many rows each check sets aside: `problem, rows`."""
    told = table.select(problem=problem(table, latest))
    return told.filter(told.problem.notnull()).group_by("problem").aggregate(rows=lambda one: one.count())


def sound(table: Any, latest: int) -> Any:
    """The rows without a problem."""
    return table.filter(problem(table, latest).isnull())


def _wanted(table: Any, years: Sequence[int], pairs: Sequence[Pair] | None) -> Any:
    """The rows of these years, procedures and subjects (every year and pair where none is named)."""
    conditions = [table.year.isin(sorted(years))] if years else []
    if pairs is not None:
        conditions.append(table.procedure.isin(sorted({procedure for procedure, _ in pairs})))
        conditions.append(table.subject.isin(sorted({subject for _, subject in pairs})))
    return table.filter(*conditions) if conditions else table


def counts(
    table: Any, years: Sequence[int] = (), pairs: Sequence[Pair] | None = None, columns: Sequence[str] | None = None
) -> Any:
    """COUNTS of the rows wanted; `columns` names those that are needed beside the key (all).

    Where the procedures are known beforehand, rows are grouped by short codes instead of texts: an eighth of the time.
    """
    names = tuple(one.name for one in COUNTS[len(_KEY) :] if columns is None or one.name in columns)
    table = _wanted(table, years, pairs)
    parts = []
    aggregated = _aggregated(table)
    if _has(table, "mark", "passed"):
        parts.append(_of_pupils(table if aggregated is None else table.filter(~aggregated), pairs, names))
    if aggregated is not None:
        parts.append(_of_schools(table.filter(aggregated), names))
    if len(parts) == 1:
        return parts[0]
    both = ibis.union(*parts, distinct=False)
    return both.group_by(*_KEY).aggregate(**{name: both[name].sum() for name in names})


def _of_pupils(table: Any, pairs: Sequence[Pair] | None, names: Sequence[str]) -> Any:
    if "absent" not in names:
        table = table.filter(_took(table))
    mark, passed = _get(table, "mark"), _get(table, "passed", "boolean")
    where = {
        "participants": _took(table) if "absent" in names else None,
        "failed": (mark == MARKS[0]) | (passed == ibis.literal(False)),
        "absent": ~_took(table),
        **{f"marks_{one}": mark == one for one in MARKS},
    }
    totals = {name: table.count(where=where[name]) for name in names}
    if pairs is None:
        return table.group_by(*_KEY).aggregate(**totals)
    procedures, subjects = (sorted(set(one)) for one in zip(*pairs, strict=True))
    grouped = table.group_by(
        year=table.year, p=_code(table.procedure, procedures), s=_code(table.subject, subjects), grade=table.grade,
        school_id=table.school_id,
    ).aggregate(**totals)  # fmt: skip
    return grouped.select(
        "year", "grade", "school_id", *names, procedure=_name(grouped.p, procedures), subject=_name(grouped.s, subjects)
    ).select(*_KEY, *names)


def _took(table: Any) -> Any:
    """Whether a pupil took part: there is a mark or `passed`."""
    return reduce(or_, (table[name].notnull() for name in ("mark", "passed") if name in table.columns))


def _code(column: Any, texts: Sequence[str]) -> Any:
    return ibis.cases(*((column == text, code) for code, text in enumerate(texts)), else_=len(texts))


def _name(column: Any, texts: Sequence[str]) -> Any:
    return ibis.cases(*((column == code, text) for code, text in enumerate(texts)), else_="")


def _numbers(table: Any) -> dict[str, Any]:
    """Whole numbers of an aggregated row; shares in percent become counts, a half rounds up on every engine."""
    total = _total(table)
    given = _get(table, "participants")
    participants = given.coalesce(total.cast("int64"), _get(table, "failed")) if _has(table, "participants") else total
    if _has(table, "participants"):
        shares = (total != given) & ((total - 100).abs() <= SHARES_SLACK) & _get(table, "failed").isnull()
        marks = [
            ibis.cases((shares, (one * given / 100 + 0.5).floor().cast("int64")), else_=one.cast("int64"))
            for one in _marks(table)
        ]
    else:
        marks = [one.cast("int64") for one in _marks(table)]
    return {
        "participants": participants.cast("int64"),
        "failed": _get(table, "failed").coalesce(marks[0]),
        "absent": _get(table, "absent").coalesce(0),
        **{f"marks_{mark}": one.coalesce(0) for mark, one in zip(MARKS, marks, strict=True)},
    }


def _of_schools(table: Any, names: Sequence[str]) -> Any:
    numbers = _numbers(table)
    rows = table.select(*_KEY, **{name: numbers[name] for name in names})
    return rows.group_by(*_KEY).aggregate(**{name: rows[name].sum() for name in names})


def tallies(table: Any, years: Sequence[int] = (), pairs: Sequence[Pair] | None = None) -> Any:
    """TALLIES of the rows wanted; aggregated rows tell marks only."""
    table = _wanted(table, years, pairs)
    aggregated = _aggregated(table)
    parts = []
    if _has(table, "mark", "passed"):
        works = table if aggregated is None else table.filter(~aggregated)
        parts.append(_tallied(works.filter(_took(works))))
    if aggregated is not None:
        schools = table.filter(aggregated)
        numbers = _numbers(schools)
        for mark in MARKS:
            row = schools.select(
                *_KEY, mark=ibis.literal(mark, "int64"), passed=ibis.null("boolean"), journal_mark=ibis.null("int64"),
                score=ibis.null("int64"), max_score=ibis.null("int64"), pupils=numbers[f"marks_{mark}"],
            )  # fmt: skip
            parts.append(row.filter(row.pupils > 0))
    if len(parts) == 1:
        return parts[0]
    both = ibis.union(*parts, distinct=False)
    return both.group_by(*both.columns[:-1]).aggregate(pupils=both.pupils.sum())


def _tallied(works: Any) -> Any:
    def hundredths(name: str) -> Any:
        return (_get(works, name, "float64") * HUNDREDTHS + 0.5).floor().cast("int64")

    columns = works.select(
        *_KEY,
        mark=_get(works, "mark").cast("int64"),
        passed=_get(works, "passed", "boolean"),
        journal_mark=_get(works, "journal_mark").cast("int64"),
        score=hundredths("score"),
        max_score=hundredths("max_score"),
    )
    return columns.group_by(*columns.columns).aggregate(pupils=columns.count())
