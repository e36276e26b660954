"""The quality report of a loading: what a person should know before he takes it, worked out once when it is read."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from opora.assessments import counting, schools, store
from opora.assessments.counting import Key
from opora.assessments.models import Loading, SchoolMatch
from opora.assessments.queries.data import current_results
from opora.assessments.sheets import names_people
from opora.identification.aggregating import COUNTED
from opora.identification.reading.figures import Procedure, Work, attendance, general, lost
from opora.identification.reading.model import Reading
from opora.identification.titles import procedure_words
from opora.registry.models import Organisation

SHOWN = 100  # schools of one kind of remark that are named; all are counted
AT_LEAST = 5  # absent pupils, before a share means anything


def work_out(loading: Loading, reading: Reading) -> None:
    """Fill `report`. Called inside the transaction that keeps the reading, after the schools were matched."""
    report: dict[str, Any] = {**_set_aside(reading), "names": _names(reading)}
    if reading.parquet is not None and reading.parquet.exists():
        inside = {schools.code_of(one): one for one in schools.schools_inside(loading.territory)}
        report |= _compared(loading, reading.parquet, inside)
    loading.report = report
    loading.save(update_fields=["report"])


def compared_anew(loading: Loading) -> dict[str, Any]:
    """The part of the report that depends on which school is which, from the rows as they were read."""
    inside = {schools.code_of(one): one for one in schools.schools_inside(loading.territory)}
    with store.opened(loading.rows) as path:
        return _compared(loading, path, inside)


def _set_aside(reading: Reading) -> dict[str, Any]:
    reasons = Counter(general(one.reason) for one in reading.rejected)
    return {
        "aside": reading.set_aside,
        "repeated": sum(one.kind == "duplicate" for one in reading.rejected),
        "reasons": reasons.most_common(20),
    }


def _names(reading: Reading) -> list[str]:
    """Headers of columns with names of people, of which nothing is kept."""
    headers = (bound.header for _, sheet in reading.sheets for bound in sheet.mapping.columns)
    return sorted({header for header in headers if names_people(header)})


def _compared(loading: Loading, rows_at: Path, inside: dict[str, Organisation]) -> dict[str, Any]:
    """Against the enrolment of the registry and the results of the year before."""
    said = {code: code for code in inside}
    proposed = SchoolMatch.objects.filter(loading=loading, organisation__isnull=False).select_related("organisation")
    said |= {one.key: schools.code_of(one.organisation) for one in proposed if one.organisation}
    procedures = []
    here: dict[Key, set[str]] = {}
    now: dict[Key, dict[str, tuple[int, ...]]] = {}
    works: dict[Work, tuple[int, int]] = {}
    with counting.opened(rows_at, said) as rows:
        for key in rows.procedures():
            counts = rows.counts(key)
            here[key] = {row[0] for row in counts}
            now[key] = {school: tuple(numbers) for school, *numbers in counts}
            totals = [sum(column) for column in list(zip(*counts, strict=True))[1:]]
            figures = dict(zip(COUNTED, totals, strict=True))
            procedures.append({**key.values, "schools": len(counts), **figures})
            works |= {(key.year, key.work, school): (wrote, away) for school, wrote, *_, away in counts}
    pupils = {code: {0: school.pupils} for code, school in inside.items() if school.pupils is not None}
    looked_at = list(attendance(works, pupils))
    crowded = [
        [str(inside[one.school_id]), procedure_words(*one.procedure), one.participants + one.absent, one.enrolled]
        for one in looked_at
        if one.crowded
    ]
    absent = [
        [str(inside[one.school_id]), procedure_words(*one.procedure), one.absent, one.could]
        for one in looked_at
        if one.few and one.absent >= AT_LEAST
    ]
    remarks = {**_before(loading, here), **_cut("crowded", crowded), **_cut("absent", absent)}
    return {**_replaced(loading, procedures, now), **remarks}


def _replaced(
    loading: Loading, procedures: list[dict[str, Any]], now: dict[Key, dict[str, tuple[int, ...]]]
) -> dict[str, Any]:
    """Of each procedure, how many schools are new, get other figures and keep those they have; and who gets others."""
    among = {f"{name}__in": {getattr(key, name) for key in now} for name in counting.KEY[1:]}
    names = (*counting.KEY, "organisation__code", "organisation__public_id", "organisation__short_name", *COUNTED)
    rows = current_results(loading.territory, sorted({key.year for key in now})).filter(**among)
    same, other = Counter[Key](), Counter[Key]()
    changed = []
    for row in rows.order_by().values_list(*names).iterator():
        key, (code, public_id, name), numbers = Key(*row[:4]), row[4:7], row[7:]
        told = now.get(key, {}).get(code or public_id)
        if told is None:
            continue
        if told == numbers:
            same[key] += 1
            continue
        other[key] += 1
        changed.append([name, procedure_words(*key.work), key.year, *numbers[:2], *told[:2]])
    for one in procedures:
        key = Key(*(one[name] for name in counting.KEY))
        one |= {"same": same[key], "changed": other[key], "fresh": one["schools"] - same[key] - other[key]}
    return {"procedures": procedures, **_cut("changed", sorted(changed))}


def _cut(kind: str, found: list[Any]) -> dict[str, Any]:
    """The first, and how many there are."""
    return {kind: found[:SHOWN], f"{kind}_count": len(found)}


def _before(loading: Loading, here: dict[Key, set[str]]) -> dict[str, Any]:
    """Procedures, and schools of a procedure, that had results a year earlier and have none now."""
    years = sorted({key.year for key in here})
    wanted = sorted({year - 1 for year in years} | set(years))
    names = (*counting.KEY, "organisation__code", "organisation__public_id", "organisation__short_name")
    there: dict[Key, dict[str, str]] = defaultdict(dict)
    for *values, code, public_id, name in current_results(loading.territory, wanted).values_list(*names).iterator():
        there[Key(*values)][code or public_id] = name
    missing, fewer = [], []
    for year in years:
        last = {key.work: schools for key, schools in there.items() if key.year == year - 1}
        now: dict[Procedure, set[str]] = defaultdict(set)
        for key, codes in (*here.items(), *there.items()):
            if key.year == year:
                now[key.work].update(codes)
        for procedure, gone, by_all in lost(last, now):
            work = procedure_words(*procedure)
            if by_all:
                missing.append([work, year, len(gone)])
            else:
                fewer.append([work, year, len(gone), sorted(last[procedure][code] for code in gone)[:SHOWN]])
    return {"missing": missing, "fewer": fewer}
