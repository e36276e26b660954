"""A finished run without running anything, for tests of what is built on it."""

from __future__ import annotations

from django.utils import timezone

from opora.assessments.models import Run, RunState, Verdict
from opora.identification.rules import rule
from opora.registry.models import Organisation
from tests.factories import Region


def finished(region: Region, flagged: list[Organisation], *, year: int = 2026) -> Run:
    """Every school of the region judged; those of `flagged` are on the list."""
    run = Run.objects.create(
        territory=region.authority,
        rule_id="fair",
        rule_version="1",
        rule_title="Справедливое правило",
        year=year,
        values=rule("fair").read({}),
        made_by="Тест",
        state=RunState.DONE,
        finished_at=timezone.now(),
        schools=len(region.schools),
        flagged=len(flagged),
        provenance={"engine": "duckdb", "results": [{"name": "counts", "sha256": "ab12"}]},
        evidence=[{"name": "works", "kind": "integer", "title": "Работ учтено", "unit": ""}],
        digest="cd34",
    )
    Verdict.objects.bulk_create(
        Verdict(
            run=run,
            organisation=school,
            flagged=school in flagged,
            reason=f"Из 23 работ {9 if school in flagged else 1} с отметкой «2».",
            evidence={"works": 23},
        )
        for school in region.schools
    )
    return run
