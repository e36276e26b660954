"""Results of schools put straight where they count, for tests of what is built on them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils import timezone

from opora.assessments import store
from opora.assessments.actions.areas import refresh
from opora.assessments.models import Loading, LoadingState, Part, PartState, SchoolResult
from opora.identification.columns import HUNDREDTHS, TALLIES, arrow_schema
from opora.registry.models import Organisation

Key = tuple[int, str, str, int]
RUS_5: Key = (2025, "vpr", "rus", 5)


def put(territory: Organisation, key: Key, marks: dict[Organisation, tuple[int, int, int, int]]) -> Part:
    """Numbers of marks 2, 3, 4 and 5 of each school; every pupil has ten points for each mark."""
    year, procedure, subject, grade = key
    now = timezone.now()
    loading = Loading.objects.create(
        territory=territory,
        title=f"Загрузка {year}",
        loaded_by="Тест",
        state=LoadingState.TAKEN,
        taken_at=now,
        taken_by="Тест",
    )
    whole = sum(map(sum, marks.values()))
    part = Part(
        territory=territory,
        loading=loading,
        year=year,
        procedure=procedure,
        subject=subject,
        grade=grade,
        state=PartState.CURRENT,
        schools=len(marks),
        participants=whole,
        failed=sum(counts[0] for counts in marks.values()),
        digest=f"{year}-{procedure}-{subject}-{grade}",
        accepted_at=now,
    )
    rows = [
        {
            **dict(zip(("year", "procedure", "subject", "grade"), key, strict=True)),
            "school_id": school.public_id,
            "mark": mark,
            "passed": None,
            "journal_mark": None,
            "score": 10 * mark * HUNDREDTHS,
            "max_score": 60 * HUNDREDTHS,
            "pupils": pupils,
        }
        for school, counts in marks.items()
        for mark, pupils in zip((2, 3, 4, 5), counts, strict=True)
        if pupils
    ]

    def write(path: Path) -> None:
        pq.write_table(pa.Table.from_pylist(rows, schema=arrow_schema(TALLIES)), path)

    part.tallies_sha256 = store.put(part.tallies, "tallies.parquet", write)
    part.save()
    SchoolResult.objects.bulk_create(
        SchoolResult(
            organisation=school,
            part=part,
            year=year,
            procedure=procedure,
            subject=subject,
            grade=grade,
            participants=sum(counts),
            failed=counts[0],
            marks_2=counts[0],
            marks_3=counts[1],
            marks_4=counts[2],
            marks_5=counts[3],
            current=True,
        )
        for school, counts in marks.items()
    )
    refresh(territory, [key])
    return part
