"""What is built on results, for the world of the access table: a run, drafts of a list, objections, conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.utils import timezone

from opora.access.roles import RoleCode
from opora.assessments.actions import deciding
from opora.assessments.actions.areas import refresh
from opora.assessments.models import (
    ContextUpload,
    Leaving,
    Objection,
    ObjectionFile,
    OwnRule,
    Run,
    RunState,
    SchoolContext,
    Selection,
    Trial,
    TrialState,
    Verdict,
)
from opora.identification.rules import rule
from opora.lists.models import Category
from tests import factories
from tests.assessments.looked import looked
from tests.assessments.runs import declared, tried

if TYPE_CHECKING:
    from tests.site.world.objects import World


@dataclass
class Identified:
    """«Вывод» is what a run says of the first school, «Возражение» what that school says of its list."""

    run: Run
    other_run: Run
    failed_run: Run
    selection: Selection
    proposed: Selection
    dropped: Selection
    objection: Objection
    evidence: ObjectionFile
    leaving: Leaving
    upload: ContextUpload
    trial: Trial
    other_trial: Trial
    failed_trial: Trial
    own_rule: OwnRule
    off_rule: OwnRule


def _run(world: World, year: int, state: str = RunState.DONE) -> Run:
    territory, done = world.region.authority, state == RunState.DONE
    found = rule("fair")
    made = Run.objects.create(
        territory=territory,
        rule_id=found.id,
        rule_version=found.version,
        rule_title=f"Правило {world.word('Вывод')}",
        year=year,
        values=found.read({}),
        made_by="Кто",
        state=state,
        finished_at=timezone.now(),
        failure="" if done else "Не вышло.",
        schools=4,
        flagged=1,
        provenance={"engine": "duckdb", "results": []},
        evidence=[{"name": "works", "kind": "integer", "title": "Работ учтено", "unit": ""}],
    )
    if done:
        Verdict.objects.bulk_create(
            Verdict(
                run=made,
                organisation=school,
                flagged=number == (year - 2020) % 4,
                reason=f"Потому что {world.word('Вывод')}.",
                evidence={"works": 5},
            )
            for number, school in enumerate(world.region.schools)
        )
    return made


def identified(world: World) -> Identified:
    by, school = world.coordinator, world.region.schools[0]
    refresh(world.region.authority, [(2020, "vpr", "mat", 5)])
    SchoolContext.objects.create(organisation=school, year=2020, pupils=100, figures={"low_income": 0.2})
    region, first = world.region, world.region.schools[:1]
    looked([region.authority, region.municipalities[0]], first, 2020, world.word("Сходство"))
    looked_by_others = [one for one in region.schools if one not in first]
    looked([region.municipalities[1]], looked_by_others, 2020)
    upload = ContextUpload.objects.create(
        territory=region.authority, year=2020, file_name=f"{world.word('Гамма')}.csv", loaded_by="Кто", changed=1
    )
    known = {"pupils": 100, "settlement": None, "figures": {"low_income": 0.2}}
    upload.rows.create(organisation=school, before=known, after={**known, "pupils": 101})
    run = _run(world, 2020)
    drafts = [
        deciding.compose(
            run, by=by, school_year=2020, title=f"Проект {world.word('Вывод')}", category=Category.LOW_RESULTS
        )
        for _ in range(3)
    ]
    proposer = factories.user(RoleCode.REGIONAL_COORDINATOR, world.region.authority)
    deciding.propose(drafts[1], by=proposer)
    proposer.memberships.all().delete()  # one who may know the lists, and whom nobody walks as
    deciding.drop(drafts[2], by=by)
    filed = Objection.objects.create(
        school=school, school_list=world.list, text=world.word("Возражение"), filed_by=world.word("Возражение")
    )
    file = ObjectionFile(objection=filed, file_name=f"{world.word('Возражение')}.pdf")
    file.file.save("a.pdf", ContentFile(b"%PDF-1.4"))
    left = Leaving.objects.create(
        school=school,
        school_list=world.list,
        criteria=world.word("Возражение"),
        left_on=timezone.localdate(),
        decided_by="Кто",
    )
    return Identified(
        run,
        _run(world, 2021),
        _run(world, 2022, RunState.FAILED),
        *drafts,
        objection=filed,
        evidence=file,
        leaving=left,
        upload=upload,
        **_rules(world),
    )


def _rules(world: World) -> dict[str, Any]:
    """Trials of the laboratory and the region's own rules."""
    title = f"Правило {world.word('Вывод')}"
    trials = [tried(world.region, title=title) for _ in range(3)]
    Trial.objects.filter(pk=trials[2].pk).update(state=TrialState.FAILED, failure="Не вышло.")
    for year in Verdict.objects.filter(run__trial__in=trials):
        year.reason = f"Потому что {world.word('Вывод')}."
        year.save()
    return {
        **dict(zip(("trial", "other_trial", "failed_trial"), trials, strict=True)),
        "off_rule": declared(world.region, title=title, version="1", in_use=False),
        "own_rule": declared(world.region, title=title, version="2"),
    }
