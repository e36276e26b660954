"""The quality report of a loading: what a person should know before he takes it, worked out once when it is read."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from opora.assessments import counting, schools
from opora.assessments.counting import Key
from opora.assessments.models import Loading, SchoolMatch
from opora.assessments.queries.data import current_results
from opora.assessments.sheets import names_people
from opora.identification.reading.model import Reading
from opora.identification.titles import procedure_words
from opora.registry.models import Organisation

SHOWN = 100  # schools of one kind of remark that are named; all are counted
MANY_ABSENT = 0.3  # of those who were to write
AT_LEAST = 5  # pupils, before a share means anything
_REPEATED = "Повтор"


def work_out(loading: Loading, reading: Reading) -> None:
    """Fill `report`. Called inside the transaction that keeps the reading, after the schools were matched."""
    report: dict[str, Any] = {**_set_aside(reading), "names": _names(reading)}
    if reading.parquet is not None and reading.parquet.exists():
        inside = {schools.code_of(one): one for one in schools.schools_inside(loading.territory)}
        report |= _compared(loading, reading, inside)
    loading.report = report
    loading.save(update_fields=["report"])


def _set_aside(reading: Reading) -> dict[str, Any]:
    reasons = Counter(_general(one.reason) for one in reading.rejected)
    repeated = sum(count for reason, count in reasons.items() if reason.startswith(_REPEATED))
    return {
        "aside": reading.set_aside,
        "repeated": repeated,
        "reasons": reasons.most_common(20),
    }


def _general(reason: str) -> str:
    """The reason without the value it names, so that like ones are counted together."""
    head, quote, rest = reason.partition("«")
    if not quote:
        return reason
    return f"{head}«…»{rest.partition('»')[2]}"


def _names(reading: Reading) -> list[str]:
    """Headers of columns with names of people, of which nothing is kept."""
    headers = (bound.header for _, sheet in reading.sheets for bound in sheet.mapping.columns)
    return sorted({header for header in headers if names_people(header)})


def _compared(loading: Loading, reading: Reading, inside: dict[str, Organisation]) -> dict[str, Any]:
    """Against the enrolment of the registry and the results of the year before."""
    said = {code: code for code in inside}
    proposed = SchoolMatch.objects.filter(loading=loading, organisation__isnull=False).select_related("organisation")
    said |= {one.key: schools.code_of(one.organisation) for one in proposed if one.organisation}
    found: dict[str, Any] = {"procedures": [], "crowded": [], "absent": []}
    here: dict[Key, set[str]] = {}
    assert reading.parquet is not None  # noqa: S101  (the caller has looked)
    with counting.opened(reading.parquet, said) as rows:
        for key in rows.procedures():
            counts = rows.counts(key)
            here[key] = {row[0] for row in counts}
            totals = [sum(column) for column in list(zip(*counts, strict=True))[1:]]
            figures = dict(zip(counting.COUNTED, totals, strict=True))
            found["procedures"].append({**key.values, "schools": len(counts), **figures})
            for code, *numbers in counts:
                _look_at(found, key, inside[code], dict(zip(counting.COUNTED, numbers, strict=True)))
    return {**found, **_before(loading, here), **_cut(found)}


def _look_at(found: dict[str, Any], key: Key, school: Organisation, figures: dict[str, int]) -> None:
    work = procedure_words(key.procedure, key.subject, key.grade)
    there, absent = figures["participants"], figures["absent"]
    if school.pupils is not None and there + absent > school.pupils:
        found["crowded"].append([str(school), work, there + absent, school.pupils])
    if absent >= AT_LEAST and absent > MANY_ABSENT * (there + absent):
        found["absent"].append([str(school), work, absent, there + absent])


def _cut(found: dict[str, Any]) -> dict[str, Any]:
    """Of each kind the first, and how many there are."""
    cut: dict[str, Any] = {}
    for kind in ("crowded", "absent"):
        cut |= {kind: found[kind][:SHOWN], f"{kind}_count": len(found[kind])}
    return cut


def _before(loading: Loading, here: dict[Key, set[str]]) -> dict[str, Any]:
    """Procedures, and schools of a procedure, that had results a year earlier and have none now."""
    years = sorted({key.year for key in here})
    wanted = sorted({year - 1 for year in years} | set(years))
    names = (*counting.KEY, "organisation__code", "organisation__public_id", "organisation__short_name")
    there: dict[Key, dict[str, str]] = defaultdict(dict)
    for *values, code, public_id, name in current_results(loading.territory, wanted).values_list(*names).iterator():
        there[Key(*values)][code or public_id] = name
    missing, fewer = [], []
    for key in sorted((one for one in there if one.year + 1 in years), key=lambda one: tuple(one.values.values())):
        now = Key(key.year + 1, key.procedure, key.subject, key.grade)
        got = here.get(now, set()) | set(there.get(now, {}))
        work = procedure_words(key.procedure, key.subject, key.grade)
        lost = sorted(name for code, name in there[key].items() if code not in got)
        if not got:
            missing.append([work, now.year, len(there[key])])
        elif lost:
            fewer.append([work, now.year, len(lost), lost[:SHOWN]])
    return {"missing": missing, "fewer": fewer}
