"""A stored run computed once more: is every bit the same, and if not, what differs?"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from opora.access.models import User
from opora.assessments.actions.running import BROKEN, TO_RUN, computed, ended
from opora.assessments.models import REPETITION_WORKFLOW, Repetition, RepetitionState, Run, RunState
from opora.core.actor import Actor, System, require
from opora.core.permissions import Permission
from opora.core.tasks import Progress, enqueue, task
from opora.core.tasks.running import Lost
from opora.core.text import plural
from opora.core.workflow import Refused
from opora.identification.errors import Unfit
from opora.identification.rules.base import Outcome
from opora.journal.actions import record

logger = logging.getLogger(__name__)
NAMED = 5  # schools whose verdict differs that are named

_NAMES = {
    "code": "файл правила изменён без новой версии",
    "engine": "другая версия вычислителя: была {old}, стала {new}",
    "libraries": "другие версии библиотек: были {old}, стали {new}",
    "schools": "изменился список школ или сведения об их условиях",
}


@transaction.atomic
def repeat(run: Run, *, by: Actor) -> Repetition:
    """Compute a finished run anew in the background; its verdicts stay as they are."""
    require(by, Permission.LISTS_EDIT, run.territory.path, to=TO_RUN)
    if run.state != RunState.DONE:
        raise Refused("Повторить можно только готовый расчёт.")
    made, fresh = Repetition.objects.get_or_create(run=run, defaults={"made_by": by.label})
    if not fresh:
        if going(made):
            raise Refused("Расчёт уже повторяется: дождитесь окончания.")
        REPETITION_WORKFLOW.move(made, "again", made_by=by.label, differences=[], finished_at=None)
    job = enqueue(
        compute,
        by=by,
        name=f"Повтор расчёта «{run}»",
        key=f"results.repeat:{made.public_id}:{timezone.now().timestamp()}",
        url=run.get_absolute_url(),
        repetition=made.public_id,
        runner=by.actor_id,
    )
    made.job_id = job.public_id
    made.save(update_fields=["job_id"])
    _record("repeat_started", f"повторил(а) расчёт «{run}» для сверки", run, by, {})
    return made


def going(repetition: Repetition) -> bool:
    """Whether it is still computed: its job was neither finished nor given up."""
    return repetition.state == RepetitionState.QUEUED and not ended(repetition.job_id)


@task()
def compute(job: Progress, repetition: str, runner: str) -> None:
    found = Repetition.objects.select_related("run__territory").get(public_id=repetition)
    by: Actor = User.objects.filter(public_id=runner).first() or System()
    if found.state != RepetitionState.QUEUED:
        return
    job.step(0, 1, "Расчёт повторяется…")
    try:
        outcome, provenance = computed(found.run)
        differing = list(differences(found.run, outcome, provenance))
    except (Refused, Unfit) as reason:
        differing = [str(reason)]
    except Lost:
        raise
    except Exception:
        logger.exception("The repetition %s failed", repetition)
        _finish(found, [BROKEN], by)
        raise
    _finish(found, differing, by)
    job.step(1, 1, "Всё совпало до бита." if not differing else "Совпало не всё.")


@transaction.atomic
def _finish(found: Repetition, differing: list[str], by: Actor) -> None:
    code = "different" if differing else "same"
    REPETITION_WORKFLOW.move(found, code, differences=differing, finished_at=timezone.now())
    said = "не совпало: " + " ".join(differing) if differing else "всё совпало до бита"
    _record("repeated", f"повтор расчёта «{found.run}»: {said}"[:1000], found.run, by, {"differences": differing})


def differences(run: Run, outcome: Outcome, provenance: Mapping[str, Any]) -> Iterator[str]:
    """What is not as it was, a sentence each: the data, the rule, the machinery, the verdicts."""
    was = run.provenance
    if was.get("parameters") != provenance["parameters"]:
        yield "Другие параметры правила."
    if was.get("parts", {}) != provenance["parts"] or _digests(was) != _digests(provenance):
        yield from _data(was, provenance)
    for name, words in _NAMES.items():
        if was.get(name) and was[name] != provenance.get(name):
            said = words.format(old=_words(was[name]), new=_words(provenance.get(name)))
            yield f"{said[:1].upper()}{said[1:]}."
    if run.digest != provenance["outcome"]:
        yield from _verdicts(run, outcome)


def _digests(provenance: Mapping[str, Any]) -> dict[str, str]:
    return {one["name"]: one["sha256"] for one in provenance.get("results", [])}


def _data(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    old, new = _digests(was), _digests(now)
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            what = {"counts": "результатов", "tallies": "баллов"}.get(name, f"данных «{name}»")
            pair = f"был {old.get(name, 'нет')[:12]}…, стал {new.get(name, 'нет')[:12]}…"
            yield f"Изменились данные: отпечаток {what} {pair}."
    before, after = was.get("parts", {}), now["parts"]
    gone, come = len(before.keys() - after.keys()), len(after.keys() - before.keys())
    if gone or come:
        yield (
            f"С тех пор заменено или отменено загруженных работ: {gone}, добавлено: {come}."
            " Прежние видны в «Загружено»."
        )


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {version}" for name, version in value.items())
    return str(value)


def _verdicts(run: Run, outcome: Outcome) -> Iterator[str]:
    """Whose verdict is another: by the list first, else by the sentence or a figure."""
    stored = {
        one.organisation.public_id: (one.flagged, one.reason, one.evidence, one.organisation.short_name)
        for one in run.verdicts.select_related("organisation")
    }
    names = [one.name for one in outcome.evidence]
    now = {
        row["school_id"]: (row["flagged"], row["reason"], {name: row[name] for name in names})
        for row in outcome.table.to_pylist()
    }
    differing = [key for key in sorted(stored.keys() & now.keys()) if stored[key][:3] != now[key]]
    entered = sum(now[key][0] and not stored[key][0] for key in differing)
    left = sum(stored[key][0] and not now[key][0] for key in differing)
    apart = len(stored.keys() ^ now.keys())
    said = [f"Отличаются выводы о школах: {len(differing)}"]
    said += [f"вошли бы {entered}, вышли бы {left}"] if entered or left else []
    said += [f"нет в одном из расчётов: {apart} {plural(apart, 'школы', 'школ', 'школ')}"] if apart else []
    shown = ", ".join(f"«{stored[key][3]}»" for key in differing[:NAMED])
    more = f" и ещё {len(differing) - NAMED}" if len(differing) > NAMED else ""
    yield f"{'; '.join(said)}{f' ({shown}{more})' if shown else ''}."


def _record(event: str, text: str, run: Run, by: Actor, more: dict[str, Any]) -> None:
    record(f"results.{event}", text, by=by, on=run, path=run.territory.root_path, confidential=True, data=more)
