"""Five years of results with a known truth, and the list that a run of them gives."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.core.files.base import ContentFile

from opora.access.models import User
from opora.assessments.actions import context as conditions
from opora.assessments.actions import deciding, running, taking, uploading
from opora.assessments.actions.matching import accept_all
from opora.assessments.models import Loading, LoadingState, Run, RunState
from opora.assessments.schools import code_of
from opora.core.clock import today
from opora.core.models import Job, JobState
from opora.core.tasks.running import run_job
from opora.identification.simulation import FINAL_WORKS, WORKS, Planted, SimulatedRegion, region
from opora.lists.models import Category
from opora.registry.models import Organisation
from opora.site.demo.region import Region

YEARS = 5
PLANTED = Planted(weak=15, resilient=10, inflating=6)
SHARE = "12 %"
FEW = 160  # schools under which fewer are planted
ORDER = "приказ департамента образования об утверждении перечня"


def build_results(demo: Region, coordinator: User, deputy: User, seed: int) -> None:
    """Load results as a specialist does, run the rule, decide on every school, have a second person approve."""
    last = today().year
    years = tuple(range(last - YEARS + 1, last + 1))
    planted = PLANTED if len(demo.schools) >= FEW else Planted(weak=4, resilient=3, inflating=2)
    works = (*WORKS, *FINAL_WORKS)
    simulated = region(seed, _table(demo.schools), years, works=works, planted=planted)
    _tell_conditions(demo, simulated, years[0], coordinator)
    _load(simulated, demo, coordinator, years)
    run = _run(demo, coordinator, "fair", last, share=SHARE)
    _run(demo, coordinator, "fioko-2025", last)
    _decide(run, demo, coordinator, deputy)


def _table(schools: list[Organisation]) -> pa.Table:
    rows = [
        {
            "school_id": code_of(one),
            "name": one.short_name,
            "municipality_id": str(one.parent_id),
            "region_id": "r1",
            "settlement": _settlement(one),
            "pupils": one.pupils or 100,
        }
        for one in schools
    ]
    return pa.Table.from_pylist(rows)


def _settlement(school: Organisation) -> int:
    """1 regional centre, 2 town, 3 urban-type settlement, 4 village."""
    name = school.settlement
    if name.startswith("г. Заречный"):
        return 1
    return 2 if name.startswith("г.") else 3 if name.startswith(("пгт", "рп")) else 4


def _tell_conditions(demo: Region, simulated: SimulatedRegion, year: int, by: User) -> None:
    """A table of the passports of the simulated schools, taken as a specialist does."""
    rows = [
        {name: round(value, 3) if isinstance(value, float) else value for name, value in row.items()}
        for row in simulated.schools.to_pylist()
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "passports.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            table = csv.DictWriter(stream, list(rows[0]), delimiter=";")
            table.writeheader()
            table.writerows(rows)
        name = "Паспорта школ.csv"
        conditions.apply(conditions.look_at(path, by=by, territory=demo.authority, year=year, name=name), by=by)


def _load(simulated: SimulatedRegion, demo: Region, coordinator: User, years: tuple[int, ...]) -> None:
    """A file for each year, uploaded, read and taken."""
    results = simulated.results
    for year in years:
        rows = results.filter(pc.equal(results["year"], year))
        content = io.BytesIO()
        pq.write_table(rows, content)
        name = f"Результаты {year} года.parquet"
        files = [(ContentFile(content.getvalue(), name=name), name)]
        title = f"ВПР, ОГЭ и ЕГЭ {year} года"
        made = uploading.upload(by=coordinator, territory=demo.authority, files=files, title=title)
        _work()
        made.refresh_from_db()
        if made.matches.open().exists():
            accept_all(made, by=coordinator)
        taking.take(made, by=coordinator)
        _work()
        _check(made)


def _work() -> None:
    """What waits in the background, done here and now, with what that asks for."""
    while waiting := list(Job.objects.filter(state=JobState.QUEUED).order_by("pk")):
        for job in waiting:
            run_job.call(job.public_id)


def _check(made: Loading) -> None:
    made.refresh_from_db()
    if made.state != LoadingState.TAKEN:
        raise RuntimeError(f"the demo's results were not taken: {made.state} {made.failure}")


def _run(demo: Region, by: User, rule: str, year: int, **said: Any) -> Run:
    run = running.start(by=by, territory=demo.authority, rule_id=rule, year=year, said=said)
    _work()
    run.refresh_from_db()
    if run.state != RunState.DONE:
        raise RuntimeError(f"the demo's run failed: {run.failure}")
    return run


def _decide(run: Run, demo: Region, coordinator: User, deputy: User) -> None:
    """As the rule says, but for one school included and one postponed by hand; the first school is always listed."""
    day = today()
    school_year = day.year if day.month >= 8 else day.year - 1
    selection = deciding.compose(
        run,
        by=coordinator,
        school_year=school_year,
        title="Школы с низкими образовательными результатами",
        category=Category.LOW_RESULTS,
    )
    flagged = [row.organisation for row in selection.choices.included().select_related("organisation")]
    first = demo.schools[0]
    if first not in flagged:
        reason = "Решение рабочей группы: по двум предметам результаты снижаются третий год."
        deciding.decide(selection, by=coordinator, school=first, decision="include", reason=reason)
    later = next((one for one in reversed(flagged) if one not in demo.schools[:3]), None)
    if later:
        reason = "Школа объединяется с соседней; решение отложено до конца реорганизации."
        deciding.decide(selection, by=coordinator, school=later, decision="postpone", reason=reason)
    deciding.propose(selection, by=coordinator)
    deciding.approve(selection, by=deputy, document_text=ORDER)
