"""«Принять»: the results of a loading become those that count, part by part, and all at once in the end."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.utils import timezone

from opora.access.models import User
from opora.assessments import counting, points, schools, store
from opora.assessments.actions import areas, looks
from opora.assessments.actions.common import locked, note
from opora.assessments.actions.correcting import forget_files, stuck
from opora.assessments.models import (
    LOADING_WORKFLOW,
    Loading,
    LoadingState,
    MatchState,
    Part,
    PartState,
    SchoolResult,
)
from opora.core import bulk
from opora.core.actor import Actor, System
from opora.core.errors import Problem
from opora.core.tasks import Progress, enqueue, task
from opora.core.workflow import Refused
from opora.identification.aggregating import COUNTED
from opora.registry.models import Organisation

logger = logging.getLogger(__name__)

BROKEN = "Принять результаты не удалось: ошибка в системе, она записана. Попробуйте ещё раз."
_NAMES = ("organisation", "part", *counting.KEY, *COUNTED)


@transaction.atomic
def take(loading: Loading, *, by: Actor) -> Loading:
    """Take the results in the background; also where an earlier taking was given up."""
    loading = locked(loading, by)
    if not (loading.state == LoadingState.TAKING and stuck(loading)):
        LOADING_WORKFLOW.check(loading, "take")
        _check(loading)
        LOADING_WORKFLOW.move(loading, "take", failure="")
        note("taking", f"начал(а) приём результатов «{loading}»", loading, by)
    job = enqueue(
        take_loading,
        by=by,
        name=f"Приём результатов «{loading}»",
        key=f"results.take:{loading.public_id}:{loading.version}",
        url=loading.get_absolute_url(),
        loading=loading.public_id,
        taker=by.actor_id,
    )
    loading.job_id = job.public_id
    loading.save(update_fields=["job_id"])
    return loading


def _check(loading: Loading) -> None:
    open_matches = loading.matches.open().count()
    if open_matches:
        raise Refused(
            f"Не про все школы решено, ждут ответа: {open_matches}. Подтвердите, исправьте или исключите их, потом "
            "принимайте."
        )
    if not loading.rows or not sum(loading.files.values_list("rows_taken", flat=True)):
        raise Refused("Принимать нечего: ни одной строки не прочитано. Исправьте столбцы или загрузите другие файлы.")


@task(queue="bulk")
def take_loading(job: Progress, loading: str, taker: str) -> None:
    """Write the parts, then let them count. Where it was killed, what is written stays and the rest is written."""
    found = Loading.objects.select_related("territory").get(public_id=loading)
    by: Actor = User.objects.filter(public_id=taker).first() or System()
    if found.state != LoadingState.TAKING:
        return
    try:
        unchanged = _write_parts(found, job)
        _finish(found, by, unchanged)
    except (Refused, Problem) as reason:
        _release(found, str(reason), by)
        raise
    except Exception:
        logger.exception("The loading %s could not be taken", loading)
        _release(found, BROKEN, by)
        raise
    job.step(1, 1, "Результаты приняты.")


def _write_parts(loading: Loading, job: Progress) -> list[str]:
    """Write every part that is not there yet; the procedures that are loaded already with the same results."""
    known = _schools(loading)
    by_id = {one.public_id: one for one in known.values()}
    unchanged = []
    job.step(0, 1, "Прочитанное открывается…")
    said = {key: one.public_id for key, one in known.items()}
    ignored = loading.matches.filter(state=MatchState.IGNORED).values_list("key", flat=True)
    with store.opened(loading.rows) as path, counting.opened(path, said) as rows:
        if counting.unknown_schools(path, [*said, *ignored]):
            raise Refused("Реестр школ с тех пор изменился. Прочитайте файлы ещё раз, потом принимайте.")
        counting.check(rows, {public_id: str(one) for public_id, one in by_id.items()})
        keys = rows.procedures()
        if not keys:
            raise Refused("Принимать нечего: школы всех строк решено не загружать.")
        for done, key in enumerate(keys):
            if not _write_part(loading, key, rows, by_id):
                unchanged.append(_words(key))
            job.step(done + 1, len(keys), f"Записано: {_words(key)}")
    return unchanged


def _schools(loading: Loading) -> dict[str, Organisation]:
    """What the rows call a school -> the school: by its code, or as a person has said."""
    found = {schools.code_of(one): one for one in schools.schools_inside(loading.territory)}
    decided = loading.matches.filter(state__in=[MatchState.ACCEPTED, MatchState.FOUND]).select_related("organisation")
    return found | {one.key: one.organisation for one in decided if one.organisation}


def _words(key: counting.Key) -> str:
    return str(Part(**key.values))


@transaction.atomic
def _write_part(loading: Loading, key: counting.Key, rows: counting.Rows, by_id: dict[str, Organisation]) -> bool:
    """One part with its rows and files, not counting yet; False where the same results count already."""
    if loading.parts.filter(**key.values).exists():
        return True  # written before the worker died
    counts, tallies = rows.counts(key), rows.tallies(key)
    digest = counting.digest(counts, tallies)
    if Part.objects.filter(territory=loading.territory, **key.values, digest=digest, state=PartState.CURRENT).exists():
        return False
    totals = dict(zip(COUNTED, map(sum, list(zip(*counts, strict=True))[1:]), strict=True))
    part = Part(
        loading=loading,
        territory=loading.territory,
        **key.values,
        digest=digest,
        schools=len(counts),
        **{name: totals[name] for name in ("participants", "failed", "absent")},
    )
    pupils = rows.pupils(key)
    part.tallies_sha256 = store.put(part.tallies, "tallies.parquet", lambda path: counting.write(tallies, path))
    if pupils.num_rows:
        part.pupils_sha256 = store.put(part.pupils, "pupils.parquet", lambda path: counting.write(pupils, path))
    part.save()
    fixed = tuple(key.values.values())
    bulk.insert(SchoolResult, _NAMES, ((by_id[school].pk, part.pk, *fixed, *numbers) for school, *numbers in counts))
    return True


@transaction.atomic
def _finish(loading: Loading, by: Actor, unchanged: list[str]) -> None:
    """From now on these results count; those they replace stay readable."""
    loading = Loading.objects.select_for_update(of=("self",)).select_related("territory").get(pk=loading.pk)
    if loading.state != LoadingState.TAKING:
        return
    parts = list(loading.parts.filter(state=PartState.WRITING))
    replaced = sum(_let_count(part) for part in parts)
    report = {**loading.report, "unchanged": unchanged, "replaced": replaced, "parts": len(parts)}
    LOADING_WORKFLOW.move(loading, "taken", taken_at=timezone.now(), taken_by=by.label, report=report)
    forget_files(loading)
    areas.refresh(loading.territory, [part.key for part in parts])
    if parts:
        looks.ask(loading.territory, by=by, since=min(part.year for part in parts))
    data: dict[str, Any] = {
        "parts": [[part.public_id, str(part), part.schools, part.participants, part.digest] for part in parts],
        "unchanged": unchanged,
        "replaced": replaced,
    }
    text = f"принял(а) результаты «{loading}»: процедур — {len(parts)}, заменено результатов школ — {replaced}"
    note("taken", text, loading, by, data)
    points.taken.call(loading, by)


def _let_count(part: Part) -> int:
    """The part's rows in place of those of the same schools; how many those were."""
    key = {name: getattr(part, name) for name in counting.KEY}
    mine = part.results.values("organisation")
    old = SchoolResult.objects.current().filter(**key, organisation__in=mine)
    touched = list(old.values_list("part", flat=True).distinct())
    count = old.update(current=False, replaced_by=part)
    Part.objects.filter(pk__in=touched).update(state=PartState.REPLACED)
    part.results.update(current=True)
    Part.objects.filter(pk=part.pk).update(state=PartState.CURRENT, accepted_at=timezone.now())
    return count


@transaction.atomic
def _release(loading: Loading, failure: str, by: Actor) -> None:
    """Nothing counts; the loading can be corrected and taken again."""
    loading = Loading.objects.select_for_update(of=("self",)).select_related("territory").get(pk=loading.pk)
    if loading.state != LoadingState.TAKING:
        return
    for part in loading.parts.filter(state=PartState.WRITING):
        store.remove(part.tallies, part.pupils)
        part.delete()
    LOADING_WORKFLOW.move(loading, "release", failure=failure)
    note("not_taken", f"узнал(а), что результаты «{loading}» не приняты: {failure}", loading, by)
