"""The laboratory: a rule replayed over past years in the background, each year kept as a run, and put to a truth."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from opora.access.models import User
from opora.assessments.actions import running
from opora.assessments.models import TRIAL_WORKFLOW, Run, RunState, Trial, TrialState
from opora.assessments.queries.schools import table as school_table
from opora.assessments.rules import rule_as_run, rule_of, text_of
from opora.core.actor import Actor, System, require
from opora.core.permissions import Permission
from opora.core.tasks import Progress, enqueue, task
from opora.core.tasks.running import Lost
from opora.core.workflow import Refused
from opora.identification.errors import Unfit
from opora.identification.laboratory import beside_truth, compare, portrait
from opora.identification.simulation import FINAL_WORKS, WORKS, SimulatedRegion, region
from opora.journal.actions import record
from opora.registry.models import Organisation

if TYPE_CHECKING:
    import pyarrow as pa

    from opora.identification.rules.base import Rule

logger = logging.getLogger(__name__)

MOST_YEARS = 15
MOST_REGIONS = 20
MOST_INVENTED = 1000  # schools of a simulated region
FEWEST_INVENTED = 60  # of fewer a tenth is too few to say anything
TO_TRY = "пробовать правила в лаборатории"


@transaction.atomic
def start(
    *,
    by: Actor,
    territory: Organisation,
    rule_id: str,
    first_year: int,
    last_year: int,
    said: Mapping[str, object],
    regions: int = 0,
    cost: int = 0,
) -> Trial:
    """Replay a rule over years, and over so many simulated `regions`; raises `Refused` with what is possible."""
    require(by, Permission.LISTS_EDIT, territory.path, to=TO_TRY)
    if not first_year <= last_year < first_year + MOST_YEARS:
        raise Refused(f"Первый год не позже последнего, всего не больше {MOST_YEARS} лет.")
    if not 0 <= regions <= MOST_REGIONS:
        raise Refused(f"Моделируемых регионов – от 0 до {MOST_REGIONS}.")
    rule = rule_of(rule_id, territory)
    try:
        values = rule.read(said)
    except Unfit as problem:
        raise Refused(str(problem)) from None
    made = Trial.objects.create(
        territory=territory,
        rule_id=rule.id,
        rule_version=rule.version,
        rule_title=rule.title,
        rule_text=text_of(rule.id, territory),
        values=values,
        first_year=first_year,
        last_year=last_year,
        regions=regions,
        cost=cost,
        made_by=by.label,
    )
    _record("trial_started", f"начал(а) пробу правила «{made}»", made, by, {"rule": rule.id, "values": values})
    _enqueue(made, by)
    return made


@transaction.atomic
def again(trial: Trial, *, by: Actor) -> Trial:
    """Try one that failed, or whose work was broken off, once more; the years that are done stay."""
    require(by, Permission.LISTS_EDIT, trial.territory.path, to=TO_TRY)
    if trial.state == TrialState.QUEUED and not stuck(trial):
        raise Refused("Проба ещё идёт: дождитесь её окончания.")
    trial.runs.exclude(state=RunState.DONE).delete()
    TRIAL_WORKFLOW.move(trial, "again", failure="", finished_at=None)
    _record("trial_started", f"повторил(а) пробу правила «{trial}»", trial, by, {})
    _enqueue(trial, by)
    return trial


@transaction.atomic
def delete(trial: Trial, *, by: Actor) -> None:
    """Nothing is built on a trial: it goes with its years."""
    require(by, Permission.LISTS_EDIT, trial.territory.path, to=TO_TRY)
    if trial.state == TrialState.QUEUED and not stuck(trial):
        raise Refused("Проба ещё идёт. Остановите её или дождитесь окончания.")
    _record("trial_deleted", f"удалил(а) пробу правила «{trial}»", trial, by, {"rule": trial.rule_id})
    trial.delete()


def stuck(trial: Trial) -> bool:
    """Whether the job of a trial that is not finished was given up or stopped."""
    return trial.state == TrialState.QUEUED and running.ended(trial.job_id)


def _enqueue(trial: Trial, by: Actor) -> None:
    key = f"results.trial:{trial.public_id}:{timezone.now().timestamp()}"
    name = f"Проба правила «{trial}»"
    url = trial.get_absolute_url()
    job = enqueue(replay, by=by, name=name, key=key, url=url, trial=trial.public_id, runner=by.actor_id)
    trial.job_id = job.public_id
    trial.save(update_fields=["job_id"])


@task(queue="bulk")
def replay(job: Progress, trial: str, runner: str) -> None:
    """A year at a time, each in its own transaction: what a worker that died had done is not done again."""
    found = Trial.objects.select_related("territory").get(public_id=trial)
    by: Actor = User.objects.filter(public_id=runner).first() or System()
    if found.state != TrialState.QUEUED:
        return
    years = range(found.first_year, found.last_year + 1)
    steps = len(years) + found.regions
    try:
        for number, year in enumerate(years):
            job.step(number, steps, f"Считается {year} год…")
            _year(found, year, by)
        told = figures(found)
        rule = rule_as_run(found)
        if found.regions:
            done = len(years)
            told["truth"] = _truth(found, rule, lambda n: job.step(done + n, steps, f"Моделируется регион {n + 1}…"))
    except (Refused, Unfit) as reason:
        _fail(found, str(reason))
        raise Refused(str(reason)) from None
    except Lost:
        raise
    except Exception:
        logger.exception("The trial %s failed", trial)
        _fail(found, running.BROKEN)
        raise
    _finish(found, told, by)
    job.step(steps, steps, "Проба готова.")


def _year(trial: Trial, year: int, by: Actor) -> None:
    """The run of one year; one that cannot be run is kept with the reason."""
    if trial.runs.filter(year=year).exclude(state=RunState.QUEUED).exists():
        return
    run, _ = Run.objects.select_related("territory").get_or_create(
        trial=trial,
        year=year,
        defaults={
            "territory": trial.territory,
            "rule_id": trial.rule_id,
            "rule_version": trial.rule_version,
            "rule_title": trial.rule_title,
            "rule_text": trial.rule_text,
            "values": trial.values,
            "made_by": trial.made_by,
        },
    )
    try:
        outcome, provenance = running.computed(run)
    except (Refused, Unfit) as reason:
        running.fail(run, str(reason))
    else:
        running.finish(run, outcome, provenance, by)


def figures(trial: Trial) -> dict[str, Any]:
    """{"years": {year: portrait of the list and the change from the year before}, "failed": {year: why}}."""
    years: dict[str, Any] = {}
    failed: dict[str, str] = {}
    before: tuple[int, pa.Table] | None = None
    for run in trial.runs.order_by("year"):
        if run.state != RunState.DONE:
            failed[str(run.year)] = run.failure
            continue
        table = _flags(run)
        told = asdict(portrait(table, school_table(trial.territory, run.year)))
        told.pop("cost")  # what a school costs may be asked anew when the page is opened
        told["run"] = run.public_id
        if before and before[0] == run.year - 1:
            change = compare(before[1], table)
            told |= {"entered": len(change.entered), "left": len(change.left), "stayed": len(change.stayed)}
            told |= {"jaccard": change.jaccard, "kappa": change.kappa}
        years[str(run.year)] = _plain(told)
        before = run.year, table
    if not years:
        raise Refused(" ".join(dict.fromkeys(failed.values())) or "Ни за один год посчитать нечего.")
    return {"years": years, "failed": failed}


def _flags(run: Run) -> pa.Table:
    import pyarrow as pa

    rows = run.verdicts.order_by("organisation__public_id").values_list("organisation__public_id", "flagged")
    ids, flagged = zip(*rows, strict=True)
    return pa.table({"school_id": list(ids), "flagged": list(flagged)})


def _truth(trial: Trial, rule: Rule, step: Any) -> dict[str, Any]:
    """The rule on simulated regions of as many schools: whom it lists, and who is truly lowest there."""
    from opora.identification.running import Aggregated, identify

    judged = max((run.schools for run in trial.runs.filter(state=RunState.DONE)), default=0)
    schools = min(max(judged, FEWEST_INVENTED), MOST_INVENTED)
    length = max(3, len(rule.years(trial.last_year, trial.values)))
    years = tuple(range(trial.last_year - length + 1, trial.last_year + 1))

    def invented() -> Iterator[SimulatedRegion]:
        for number in range(trial.regions):
            step(number)
            yield region(number + 1, schools, years, works=(*WORKS, *FINAL_WORKS))

    def run(place: SimulatedRegion) -> pa.Table:
        data = Aggregated(place.counts, place.tallies if rule.tallied else None)
        return identify(data, place.schools, rule, trial.last_year, trial.values).outcome.table

    try:
        return {**_plain(asdict(beside_truth(run, invented()))), "schools": schools, "regions": trial.regions}
    except Unfit as reason:
        return {"problem": str(reason)}


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    """What JSON can hold: what is not known is nothing."""
    return {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in told.items()}


@transaction.atomic
def _finish(trial: Trial, told: dict[str, Any], by: Actor) -> None:
    TRIAL_WORKFLOW.move(trial, "finish", figures=told, finished_at=timezone.now())
    text = f"проба правила «{trial}» готова: лет — {len(told['years'])}"
    _record("trial_finished", text, trial, by, {"failed": told["failed"]})


@transaction.atomic
def _fail(trial: Trial, reason: str) -> None:
    TRIAL_WORKFLOW.move(trial, "fail", failure=reason, finished_at=timezone.now())


def _record(event: str, text: str, trial: Trial, by: Actor, more: dict[str, Any]) -> None:
    path = trial.territory.root_path
    record(f"results.{event}", text, by=by, on=trial, path=path, confidential=True, data=more)
