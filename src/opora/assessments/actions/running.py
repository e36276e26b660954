"""A rule run over the results that count: in the background, kept so that it can be repeated to the bit."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from opora.access.models import User
from opora.assessments.models import RUN_WORKFLOW, Part, Run, RunState, Verdict
from opora.assessments.queries import data
from opora.assessments.queries.schools import schools_inside
from opora.assessments.queries.schools import table as school_table
from opora.assessments.rules import rule_as_run, rule_of, text_of
from opora.core import bulk
from opora.core.actor import Actor, System, require
from opora.core.models import Job
from opora.core.permissions import Permission
from opora.core.tasks import Progress, enqueue, task
from opora.core.tasks.running import Lost
from opora.core.workflow import Refused
from opora.identification.errors import Unfit
from opora.journal.actions import record
from opora.registry.models import Organisation

if TYPE_CHECKING:
    import pyarrow as pa

    from opora.identification.rules.base import Outcome

logger = logging.getLogger(__name__)

TO_RUN = "считать по правилам"
BROKEN = "Расчёт не удался: ошибка в системе, она записана. Попробуйте ещё раз."


@transaction.atomic
def start(*, by: Actor, territory: Organisation, rule_id: str, year: int, said: Mapping[str, object]) -> Run:
    """Run a rule with the parameters that a person wrote; raises `Refused` with what is possible."""
    require(by, Permission.RESULTS_EDIT, territory.path, to=TO_RUN)
    require(by, Permission.LISTS_EDIT, territory.path, to=TO_RUN)
    rule = rule_of(rule_id, territory)
    try:
        values = rule.read(said)
    except Unfit as problem:
        raise Refused(str(problem)) from None
    made = Run.objects.create(
        territory=territory,
        rule_id=rule.id,
        rule_version=rule.version,
        rule_title=rule.title,
        rule_text=text_of(rule.id, territory),
        year=year,
        values=values,
        made_by=by.label,
    )
    _record("run_started", f"начал(а) расчёт «{made}»", made, by, {"rule": rule.id, "values": values})
    _enqueue(made, by)
    return made


@transaction.atomic
def again(run: Run, *, by: Actor) -> Run:
    """Try a run that failed, or whose work was broken off, once more."""
    require(by, Permission.RESULTS_EDIT, run.territory.path, to=TO_RUN)
    require(by, Permission.LISTS_EDIT, run.territory.path, to=TO_RUN)
    if run.trial_id:
        raise Refused("Это год пробы лаборатории: повторите пробу целиком.")
    if run.state == RunState.QUEUED and not stuck(run):
        raise Refused("Расчёт ещё идёт: дождитесь его окончания.")
    RUN_WORKFLOW.move(run, "again", failure="", finished_at=None)
    _record("run_started", f"повторил(а) расчёт «{run}»", run, by, {})
    _enqueue(run, by)
    return run


def stuck(run: Run) -> bool:
    """Whether the job of a run that is not finished was given up or stopped."""
    return run.state == RunState.QUEUED and ended(run.job_id)


def ended(job_id: str) -> bool:
    """Whether nobody works on it any more."""
    job = Job.objects.filter(public_id=job_id).first()
    return job is None or job.finished


def _enqueue(run: Run, by: Actor) -> None:
    key = f"results.run:{run.public_id}:{timezone.now().timestamp()}"
    name = f"Расчёт «{run}»"
    job = enqueue(judge, by=by, name=name, key=key, url=run.get_absolute_url(), run=run.public_id, runner=by.actor_id)
    run.job_id = job.public_id
    run.save(update_fields=["job_id"])


@task()
def judge(job: Progress, run: str, runner: str) -> None:
    """Compute the verdicts and keep them in one transaction: a worker that dies leaves nothing half done."""
    found = Run.objects.select_related("territory").get(public_id=run)
    by: Actor = User.objects.filter(public_id=runner).first() or System()
    if found.state != RunState.QUEUED:
        return
    try:
        job.step(0, 2, "Читаются результаты…")
        outcome, provenance = computed(found)
        job.step(1, 2, "Записываются выводы…")
        finish(found, outcome, provenance, by)
    except (Refused, Unfit) as reason:
        fail(found, str(reason))
        raise Refused(str(reason)) from None
    except Lost:
        raise
    except Exception:
        logger.exception("The run %s failed", run)
        fail(found, BROKEN)
        raise
    job.step(2, 2, "Расчёт готов.")


def computed(run: Run) -> tuple[Outcome, dict[str, Any]]:
    """The outcome and provenance of a run: the same to the bit for the same results, parameters and version."""
    from opora.identification.running import Aggregated, identify

    rule = rule_as_run(run)
    if rule.version != run.rule_version:
        raise Refused(
            f"Правило с тех пор изменилось: было {run.rule_version}, стало {rule.version}. Сделайте новый расчёт."
        )
    years = rule.years(run.year, run.values)
    stored = data.stored(run.territory, years)
    if not stored.counts.num_rows:
        span = ", ".join(map(str, sorted(years)))
        raise Refused(f"За {span} принятых результатов нет. Загрузите их или выберите другой год.")
    schools = school_table(run.territory, run.year)
    with data.files_of(stored.parts if rule.tallied else ()) as tallies:
        done = identify(Aggregated(stored.counts, tallies or None), schools, rule, run.year, run.values)
    return done.outcome, {**done.provenance, "parts": stored.digests, "years": sorted(years)}


@transaction.atomic
def finish(run: Run, outcome: Outcome, provenance: dict[str, Any], by: Actor) -> None:
    run.verdicts.all().delete()
    run.parts.set(Part.objects.filter(public_id__in=provenance["parts"]))
    table = outcome.table
    keys = dict(schools_inside(run.territory).values_list("public_id", "pk"))
    bulk.insert(Verdict, ("run", "organisation", "flagged", "reason", "evidence"), _rows(run, table, outcome, keys))
    flagged = sum(table.column("flagged").to_pylist())
    RUN_WORKFLOW.move(
        run,
        "finish",
        finished_at=timezone.now(),
        schools=table.num_rows,
        flagged=flagged,
        provenance=provenance,
        evidence=[
            {"name": one.name, "kind": one.kind, "title": one.title, "unit": one.unit} for one in outcome.evidence
        ],
        digest=provenance["outcome"],
    )
    if run.trial_id:
        return  # the trial says in one entry what its years are
    text = f"расчёт «{run}» готов: школ — {table.num_rows}, по правилу в списке — {flagged}"
    _record("run_finished", text, run, by, {"digest": run.digest})


def _rows(run: Run, table: pa.Table, outcome: Outcome, keys: Mapping[str, int]) -> Iterator[tuple[Any, ...]]:
    names = [one.name for one in outcome.evidence]
    for row in table.to_pylist():
        yield run.pk, keys[row["school_id"]], row["flagged"], row["reason"], {name: row[name] for name in names}


@transaction.atomic
def fail(run: Run, reason: str) -> None:
    RUN_WORKFLOW.move(run, "fail", failure=reason, finished_at=timezone.now())


def _record(event: str, text: str, run: Run, by: Actor, more: dict[str, Any]) -> None:
    record(f"results.{event}", text, by=by, on=run, path=run.territory.root_path, confidential=True, data=more)
