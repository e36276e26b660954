"""How good a reading is: what a specialist looks at before results are trusted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from opora.identification.reading.model import HOW_WORDS, Reading, SchoolMatch
from opora.identification.titles import procedure_words

if TYPE_CHECKING:
    import pyarrow as pa

Procedure = tuple[str, str, int]  # procedure, subject, grade
Work = tuple[int, Procedure, str]  # year, procedure, school

#: A smaller share of writers among those who could write is told.
FEW: Final = 0.7


@dataclass(frozen=True, slots=True)
class Missing:
    """A procedure that a school (or, with no school, the region) had last year and has not now."""

    procedure: Procedure
    school_id: str
    before: int  # participants last year

    @property
    def text(self) -> str:
        return f"{procedure_words(*self.procedure)}: в прошлом году участников {self.before}, теперь нет."


@dataclass(frozen=True, slots=True)
class Attendance:
    """One work of one school: who wrote, who was absent, who could have written."""

    procedure: Procedure
    year: int
    school_id: str
    participants: int
    absent: int
    enrolled: int | None  # of the grade, or of the whole school where the list of schools knows no more
    whole_school: bool

    @property
    def crowded(self) -> bool:
        """Whether more pupils have results than the school has."""
        return self.enrolled is not None and self.participants + self.absent > self.enrolled

    @property
    def could(self) -> int:
        """Who could have written, as far as is known."""
        there = self.participants + self.absent
        return there if self.enrolled is None or self.whole_school else max(self.enrolled, there)

    @property
    def few(self) -> bool:
        """Whether few of them wrote."""
        return self.participants < FEW * self.could

    @property
    def text(self) -> str:
        who = "в школе" if self.whole_school else "в параллели"
        if self.crowded:
            there = self.participants + self.absent
            said = f"участников и отсутствовавших {there}, а обучающихся {who} {self.enrolled}."
        else:
            said = f"писали {self.participants} из {self.could}."
        return f"{procedure_words(*self.procedure)}, {self.year}: {said}"


@dataclass(frozen=True)
class Quality:
    """Figures of a reading; lists are sorted and hold only what a person should look at."""

    files: int
    rows: int
    taken: int
    absent: int
    set_aside: int
    totals: int
    participants: int
    duplicates: int
    impossible: int  # rows set aside for a value
    reasons: dict[str, int]  # a reason without what it quotes -> rows
    schools: int
    matched: dict[str, int]  # how -> schools
    unknown: tuple[SchoolMatch, ...]
    matched_otherwise: tuple[SchoolMatch, ...]  # by a changed prefix, by name or by a person
    silent: tuple[str, ...]  # schools of the list without any result
    missing: tuple[Missing, ...]
    attendance: tuple[Attendance, ...]
    findings: dict[str, int] = field(default_factory=dict)  # code -> rows

    @property
    def absent_share(self) -> float | None:
        """Of the pupils of the files who could have written."""
        whole = self.participants + self.absent
        return self.absent / whole if whole else None

    @property
    def is_clean(self) -> bool:
        return not (self.set_aside or self.unknown or self.missing or self.attendance or self.findings)

    @property
    def matched_words(self) -> dict[str, int]:
        return {HOW_WORDS[how]: self.matched[how] for how in HOW_WORDS if how in self.matched}


def quality(reading: Reading, schools: pa.Table | None = None, last_counts: pa.Table | None = None) -> Quality:
    """Figures of `reading` against SCHOOLS (`pupils`, and `pupils_5` … where there are) and COUNTS of last year."""
    works = _works(reading.results)
    reasons = Counter(general(one.reason) for one in reading.rejected)
    counted = {one.school_id for one in reading.schools if one.school_id}
    by_school: dict[str, SchoolMatch] = {one.school_id: one for one in reading.schools if one.school_id}
    kinds = Counter(one.kind for one in reading.rejected)
    unknown = [one for one in reading.schools if not one.school_id]
    known = _pupils(schools)
    return Quality(
        files=len(reading.files),
        rows=sum(sheet.rows for _, sheet in reading.sheets),
        taken=reading.taken,
        absent=sum(work[1] for work in works.values()),
        set_aside=reading.set_aside,
        totals=sum(sheet.totals for _, sheet in reading.sheets),
        participants=sum(work[0] for work in works.values()),
        duplicates=kinds["duplicate"],
        impossible=kinds["value"],
        reasons=dict(reasons.most_common()),
        schools=len(counted),
        matched=dict(Counter(str(one.how) for one in by_school.values())),
        unknown=tuple(sorted(unknown, key=lambda one: (-one.rows, one.said))),
        matched_otherwise=tuple(one for one in reading.schools if one.how in ("prefix", "name", "given")),
        silent=tuple(sorted(known.keys() - counted)),
        missing=tuple(_missing(works, last_counts)),
        attendance=tuple(attendance(works, known)),
        findings=dict(Counter({one.code: 0 for one in reading.findings}) + _rows_of_findings(reading)),
    )


def _rows_of_findings(reading: Reading) -> Counter[str]:
    rows: Counter[str] = Counter()
    for one in reading.findings:
        rows[one.code] += one.rows
    return rows


def general(reason: str) -> str:
    """A reason without the value that it quotes, so that like ones are counted together."""
    head, quote, rest = reason.partition("«")
    return f"{head}«…»{rest.partition('»')[2]}" if quote else reason


def _works(results: pa.Table) -> dict[Work, tuple[int, int]]:
    """Participants and absent pupils of each work of each school."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not results.num_rows:
        return {}
    counted = results.column("participants").is_valid()
    writes = pc.or_(results.column("mark").is_valid(), results.column("passed").is_valid())
    wrote = pc.if_else(counted, pc.fill_null(results.column("participants"), 0), pc.cast(writes, pa.int64()))
    away = pc.if_else(counted, pc.fill_null(results.column("absent"), 0), pc.cast(pc.invert(writes), pa.int64()))
    keys = ["year", "procedure", "subject", "grade", "school_id"]
    table = results.select(keys).append_column("wrote", wrote).append_column("away", away)
    grouped = table.group_by(keys).aggregate([("wrote", "sum"), ("away", "sum")]).to_pylist()
    return {
        (row["year"], (row["procedure"], row["subject"], row["grade"]), row["school_id"]): (
            row["wrote_sum"],
            row["away_sum"],
        )
        for row in grouped
    }


def _pupils(schools: pa.Table | None) -> dict[str, dict[int, int]]:
    """Pupils of each school by grade; of the whole school under 0."""
    if schools is None:
        return {}
    columns = {0: "pupils"} | {grade: f"pupils_{grade}" for grade in range(1, 12)}
    columns = {grade: name for grade, name in columns.items() if name in schools.column_names}
    lists: dict[int, list[Any]] = {grade: schools.column(name).to_pylist() for grade, name in columns.items()}
    return {
        str(school_id): {grade: int(values[place]) for grade, values in lists.items() if values[place] is not None}
        for place, school_id in enumerate(schools.column("school_id").to_pylist())
    }


def attendance(works: Mapping[Work, tuple[int, int]], pupils: Mapping[str, Mapping[int, int]]) -> Iterator[Attendance]:
    """Works with more pupils than the school has, and those that few wrote.

    `works` are participants and absent pupils; `pupils` are those of a school by grade, of the whole school under 0.
    """
    for (year, procedure, school_id), (wrote, away) in sorted(works.items()):
        known = pupils.get(school_id, {})
        enrolled = known.get(procedure[2], known.get(0))
        one = Attendance(procedure, year, school_id, wrote, away, enrolled, procedure[2] not in known)
        if one.crowded or one.few:
            yield one


def lost(
    before: Mapping[Procedure, Collection[str]], now: Mapping[Procedure, Collection[str]]
) -> Iterator[tuple[Procedure, list[str], bool]]:
    """Each procedure that schools had last year and have not now: those schools, and whether nobody has it."""
    for procedure, schools in sorted(before.items()):
        there = now.get(procedure, ())
        gone = sorted(set(schools).difference(there))
        if gone:
            yield procedure, gone, not there


def _missing(works: Mapping[Work, tuple[int, int]], last_counts: pa.Table | None) -> Iterator[Missing]:
    now: dict[Procedure, set[str]] = defaultdict(set)
    for _, procedure, school_id in works:
        now[procedure].add(school_id)
    before: dict[Procedure, Counter[str]] = defaultdict(Counter)
    for row in last_counts.to_pylist() if last_counts is not None else ():
        if row["participants"]:
            before[row["procedure"], row["subject"], row["grade"]][row["school_id"]] += row["participants"]
    for procedure, schools, by_all in lost(before, now):
        if by_all:
            yield Missing(procedure, "", before[procedure].total())
        else:
            yield from (Missing(procedure, one, before[procedure][one]) for one in schools)
