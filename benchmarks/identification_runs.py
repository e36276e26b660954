"""A run of every rule in the application: from the results as they are stored to the verdicts as they can be read.

`python benchmarks/identification_runs.py [--schools 40000] [--data FOLDER] [--turns 3] [--rules fair …]`

The region is the demo (320 schools, five years, loaded as a specialist does); the country has 40,000 schools and three
years of eight works whose counts and tallies are stored as a loading stores them. A run is started and its job worked
off in one process, which is warm as the worker is; Django is up before the clock starts. The first turn of the first
rule is the first run of its process. `--data` keeps what was built. Limits: 2 s and 10 s.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._scale import Base, answer

LIMITS = {"region": 2.0, "country": 10.0}
YEARS = 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--schools", type=int, default=40_000, help="of the country")
    parser.add_argument("--data", type=Path, help="folder in which what was built is kept between runs")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--rules", nargs="*", help="only these")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        inside()
        return 0
    late = False
    with tempfile.TemporaryDirectory() as passing:
        folder = arguments.data or Path(passing)
        for name, schools in (("region", 320), ("country", arguments.schools)):
            base = Base(name, folder / f"runs-{name}", "", schools, 0)
            base.build()
            asked = base.asking(__file__)
            told = asked({"fill": name == "country"})
            print(f"{name}: {told['schools']} schools, {told['results']} rows of counts")
            for rule in arguments.rules or told["rules"]:
                runs = [asked({"rule": rule}) for _ in range(arguments.turns)]
                times = [one["seconds"] for one in runs]
                median = statistics.median(times)
                late = late or median > LIMITS[name]
                verdict = "holds" if median <= LIMITS[name] else "OVER"
                spread = f"{median:.2f} s ({min(times):.2f}–{max(times):.2f})"
                print(
                    f"{name:<8} {rule:<16} {spread} of {LIMITS[name]:.0f} s, peak {runs[-1]['peak']:.0f} MB: {verdict}"
                )
            asked.stop()
    return int(late)


def inside() -> None:
    import django

    django.setup()

    from django.urls import reverse
    from django.utils.timezone import now

    from opora.access.models import User
    from opora.assessments.actions import running
    from opora.assessments.models import RunState, SchoolResult
    from opora.core.models import Job, JobState
    from opora.core.tasks.running import run_job
    from opora.identification.compiling import warm
    from opora.identification.rules import known
    from opora.registry.models import Organisation

    warm()
    reverse("assessments:runs")  # a web process has answered before
    territory = Organisation.objects.get(parent=None)
    coordinator = User.objects.get(username="coordinator")

    def one(question: dict[str, Any]) -> dict[str, Any]:
        if "fill" in question:
            if question["fill"] and not SchoolResult.objects.exists():
                fill(territory, now().year)
            schools = Organisation.objects.filter(kind="school").count()
            return {"rules": list(known()), "schools": schools, "results": SchoolResult.objects.count()}
        began = time.perf_counter()
        made = running.start(by=coordinator, territory=territory, rule_id=question["rule"], year=now().year, said={})
        for job in Job.objects.filter(state=JobState.QUEUED):
            run_job.call(job.public_id)
        made.refresh_from_db()
        assert made.state == RunState.DONE, made.failure
        assert made.verdicts.filter(flagged=True).count() == made.flagged > 0
        seconds = time.perf_counter() - began
        return {"seconds": seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}

    answer(one)


def fill(territory: Any, last: int) -> None:
    """Results of the country's schools, a year at a time; tallies of the last year, which is the one that rules ask."""
    import duckdb
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    from django.db import transaction
    from django.utils import timezone

    from opora.assessments import counting, store
    from opora.assessments.models import Loading, Part, PartState, SchoolContext, SchoolResult
    from opora.core import bulk
    from opora.identification.aggregating import COUNTED
    from opora.identification.columns import TALLIES, arrow_schema
    from opora.identification.simulation import FINAL_WORKS, WORKS, region
    from opora.registry.models import Organisation

    schools = list(Organisation.objects.filter(kind="school").order_by("public_id"))
    keys = {one.public_id: one.pk for one in schools}
    listed = pa.table(
        {
            "school_id": [one.public_id for one in schools],
            "name": [one.short_name for one in schools],
            "municipality_id": [str(one.parent_id) for one in schools],
            "region_id": ["r1"] * len(schools),
            "settlement": [2 if one.settlement.startswith("г.") else 4 for one in schools],
            "pupils": [one.pupils or 100 for one in schools],
        }
    )
    simulated = region(1, listed, tuple(range(last - YEARS + 1, last + 1)), works=(*WORKS, *FINAL_WORKS))
    plain = {*listed.column_names}
    figures = [name for name in simulated.schools.column_names if name not in plain]
    with transaction.atomic():
        bulk.insert(
            SchoolContext,
            ("organisation", "year", "pupils", "settlement", "figures"),
            (
                (keys[row["school_id"]], last, row["pupils"], row["settlement"],
                 {name: round(row[name], 3) for name in figures if row[name] is not None})
                for row in simulated.schools.to_pylist()
            ),
        )  # fmt: skip
        loading = Loading.objects.create(territory=territory, title="Результаты страны", loaded_by="измерение")
        names = pa.array(simulated.schools["school_id"].to_pylist())
        for written in simulated.written():
            work = written.work
            year = written.year
            mine = (
                (pc.field("year") == year) & (pc.field("procedure") == work.procedure)
                & (pc.field("subject") == work.subject) & (pc.field("grade") == work.grade)
            )  # fmt: skip
            rows = simulated.counts.filter(mine & (pc.field("participants") > 0))
            part = Part(
                loading=loading, territory=territory, year=year, procedure=work.procedure, subject=work.subject,
                grade=work.grade, state=PartState.CURRENT, schools=rows.num_rows, accepted_at=timezone.now(),
                participants=pc.sum(rows["participants"]).as_py(), failed=pc.sum(rows["failed"]).as_py(),
                digest=f"{year}{work.procedure}{work.subject}{work.grade}".ljust(64, "0"),
            )  # fmt: skip
            if year == last:
                here = written.mark > 0
                pupils = pa.table(
                    {
                        "school_id": names.take(pa.array(written.school[here])),
                        "mark": pa.array(written.mark[here], mask=np.full(int(here.sum()), not work.marked)),
                        "passed": pa.array(written.mark[here] > 2, mask=np.full(int(here.sum()), work.marked)),
                        "score": pa.array(written.score[here] * 100),
                    }
                )
                with duckdb.connect() as engine:
                    engine.register("pupils", pupils)
                    tallies = engine.sql(
                        f"SELECT {year} AS year, '{work.procedure}' AS procedure, '{work.subject}' AS subject,"  # noqa: S608
                        f" {work.grade} AS grade, school_id, mark, passed, NULL AS journal_mark, score,"
                        f" {work.max_score * 100} AS max_score, count(*) AS pupils FROM pupils"
                        " GROUP BY ALL ORDER BY ALL"
                    ).to_arrow_table()
                tallies = tallies.cast(arrow_schema(TALLIES))
                part.tallies_sha256 = store.put(
                    part.tallies, "tallies.parquet", lambda path, table=tallies: counting.write(table, path)
                )
            part.save()
            fields = ("organisation", "part", *counting.KEY, *COUNTED, "current")
            told = zip(*(rows[name].to_pylist() for name in ("school_id", *COUNTED)), strict=True)
            key = (year, work.procedure, work.subject, work.grade)
            bulk.insert(
                SchoolResult, fields, ((keys[school], part.pk, *key, *counts, True) for school, *counts in told)
            )
            print(f"stored {part}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
