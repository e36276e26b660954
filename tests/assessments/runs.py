"""Finished runs and trials without running anything, for tests of what is built on them."""

from __future__ import annotations

from django.utils import timezone

from opora.assessments.models import OwnRule, Run, RunState, Trial, TrialState, Verdict
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


def tried(region: Region, *, title: str = "Справедливое правило", years: tuple[int, ...] = (2024, 2025)) -> Trial:
    """A trial whose last year alone lists the first school."""
    trial = Trial.objects.create(
        territory=region.authority,
        rule_id="fair",
        rule_version="1",
        rule_title=title,
        values=rule("fair").read({}),
        first_year=years[0],
        last_year=years[-1],
        made_by="Тест",
        state=TrialState.DONE,
        finished_at=timezone.now(),
    )
    told = {}
    for year in years:
        flagged = region.schools[:1] if year == years[-1] else []
        run = finished(region, flagged, year=year)
        Run.objects.filter(pk=run.pk).update(trial=trial)
        told[str(year)] = {
            "listed": len(flagged),
            "judged": 4,
            "pupils": 100,
            "small": 1.0,
            "small_of_all": 0.5,
            "rural": None,
            "rural_of_all": 0.25,
            "run": run.public_id,
        }
    told[str(years[-1])] |= {"entered": 1, "left": 0, "stayed": 0, "jaccard": 0.0, "kappa": 0.0}
    trial.figures = {"years": told, "failed": {}}
    trial.save()
    return trial


def declared(region: Region, *, title: str = "Наше правило", version: str = "1", in_use: bool = True) -> OwnRule:
    """A version of a rule of the region's own."""
    text = (
        f'id: ours\nversion: "{version}"\ntitle: {title}\nsource: Приказ № 1\nindicators:\n'
        "  - {name: rus, counted: vpr:rus, threshold: 0.3}\n"
    )
    return OwnRule.objects.create(
        territory=region.authority,
        rule_id="ours",
        version=version,
        title=title,
        source="Приказ № 1",
        text=text,
        in_use=in_use,
        made_by="Тест",
    )
