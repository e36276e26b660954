"""A teacher sits a diagnosis: begun, every answer kept, handed in; by paper; and who else may see it by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from opora.core.actor import Actor, Denied, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused, Stale
from opora.development.content import Task
from opora.development.groups import LEAST
from opora.development.models import SITTING_WORKFLOW, Answer, DiagnosisState, Score, Sitting, SittingState
from opora.development.models.sittings import SittingQuerySet
from opora.development.scoring import Given, fitting, measured
from opora.journal.actions import record

OVER = "Время вышло: ответы, данные раньше, приняты. Этот ответ не сохранён."


def _own(sitting: Sitting, by: Actor) -> Sitting:
    """The person's own, locked as it now is."""
    found = Sitting.objects.own(by).filter(pk=sitting.pk).select_for_update(of=("self",)).first()
    if found is None:
        raise Denied("Эта диагностика назначена не вам.")
    return Sitting.objects.select_related("diagnosis__version", "organisation", "person").get(pk=found.pk)


@transaction.atomic
def start(sitting: Sitting, *, by: Actor) -> Sitting:
    """From now on its time runs: the minutes of the instrument, at most until the last day is over."""
    sitting = _own(sitting, by)
    diagnosis = sitting.diagnosis
    if not diagnosis.is_going:
        raise Refused("Сейчас эту диагностику пройти нельзя: посмотрите, с какого и по какое число она идёт.")
    now, minutes = timezone.now(), diagnosis.version.said.minutes
    ends = min(now + dt.timedelta(minutes=minutes), diagnosis.ends) if minutes else diagnosis.ends
    SITTING_WORKFLOW.move(sitting, "start", started_at=now, ends_at=ends)
    _note("started", f"начал(а) диагностику «{diagnosis}»", sitting, by)
    return sitting


@transaction.atomic
def answer(sitting: Sitting, *, by: Actor, task: Task, given: Given) -> bool:
    """Keep an answer; None takes it away. False where the time is over: then what was answered before is handed in."""
    sitting = _own(sitting, by)
    if sitting.state != SittingState.STARTED:
        raise Stale("Диагностика уже завершена: её ответы не меняют.")
    if not sitting.is_running:
        finish_started(Sitting.objects.filter(pk=sitting.pk))
        return False
    if given is None:
        Answer.objects.filter(sitting=sitting, code=task.code).delete()
        return True
    if not fitting(task, given):
        raise Refused("Такого ответа у этого задания нет. Обновите страницу и ответьте снова.")
    Answer.objects.update_or_create(sitting=sitting, code=task.code, defaults={"given": given})
    return True


@transaction.atomic
def finish(sitting: Sitting, *, by: Actor) -> None:
    sitting = _own(sitting, by)
    if sitting.state == SittingState.DONE:
        return  # its time was over meanwhile
    if sitting.state != SittingState.STARTED:
        raise Refused("Эта диагностика не начата.")
    finish_started(Sitting.objects.filter(pk=sitting.pk))
    _note("finished", f"завершил(а) диагностику «{sitting.diagnosis}»", sitting, by)


def finish_started(rows: SittingQuerySet) -> int:
    """Those that are going on are done: their answers are scored. How many."""
    found = list(rows.select_related("diagnosis__version").prefetch_related("answers"))
    now, done, scores = timezone.now(), 0, []
    for one in found:
        at = min(now, one.ends_at or now)
        moved = Sitting.objects.filter(pk=one.pk, state=SittingState.STARTED)
        if moved.update(state=SittingState.DONE, done_at=at) == 1:
            done += 1
            scores += _scores(one, {row.code: row.given for row in one.answers.all()})
    Score.objects.bulk_create(scores, batch_size=500)
    return done


def _scores(sitting: Sitting, answers: Mapping[str, Given]) -> list[Score]:
    return [
        Score(
            sitting=sitting,
            scale=one.scale.key,
            title=one.scale.title,
            points=one.points,
            most=one.most,
            tasks=one.tasks,
            deficit=one.deficit,
        )
        for one in measured(sitting.diagnosis.version.said, answers)
    ]


@transaction.atomic
def enter(sitting: Sitting, *, by: Actor, answers: Mapping[str, Given]) -> None:
    """Put in what was answered on paper; while the diagnosis goes on again, in the place of what was put in first."""
    require(by, Permission.DEVELOPMENT_EDIT, sitting.diagnosis.territory.path, to="вносить ответы с бумаги")
    sitting = Sitting.objects.select_related("diagnosis__version", "organisation").get(pk=sitting.pk)
    if sitting.diagnosis.state != DiagnosisState.OPEN:
        raise Refused("Диагностика завершена: ответы больше не вносят.")
    if sitting.state == SittingState.DONE and not sitting.on_paper:
        raise Refused("Педагог уже прошёл эту диагностику сам: его ответы не заменяют.")
    tasks = {one.code: one for one in sitting.diagnosis.version.said.tasks}
    if any(code not in tasks or not fitting(tasks[code], given) for code, given in answers.items()):
        raise Refused("Среди ответов есть невозможный. Проверьте их.")
    SITTING_WORKFLOW.move(sitting, "enter", on_paper=True, done_at=timezone.now())
    sitting.answers.all().delete()
    sitting.scores.all().delete()
    Answer.objects.bulk_create(Answer(sitting=sitting, code=code, given=given) for code, given in answers.items())
    Score.objects.bulk_create(_scores(sitting, answers))
    _note("entered", f"внёс(ла) с бумаги ответы на диагностику «{sitting.diagnosis}»", sitting, by)


@transaction.atomic
def consent(sitting: Sitting, *, by: Actor, given: bool) -> None:
    """Whether the head of the school may see this result by name: the teacher's own decision, at any time."""
    sitting = _own(sitting, by)
    if sitting.state != SittingState.DONE:
        raise Refused("Показать можно результат пройденной диагностики.")
    sitting.consent_at = timezone.now() if given else None
    sitting.save(update_fields=["consent_at"])
    if given:
        name_who_agreed(sitting.diagnosis_id, sitting.organisation_id)
    said = "разрешил(а) руководителю видеть" if given else "запретил(а) руководителю видеть"
    event = "consented" if given else "consent_withdrawn"
    _note(event, f"{said} свой результат диагностики «{sitting.diagnosis}»", sitting, by)


def name_who_agreed(diagnosis: int, school: int) -> None:
    """Those of the school who agreed are known to the head from now on, in the order in which they agreed.

    Once the head reads the mean of the school, it may not tell by a difference what fewer than five have: then the
    last five are named together, when all of them have agreed.
    """
    rows = Sitting.objects.done().filter(diagnosis=diagnosis, organisation=school).select_for_update(of=("self",))
    found = list(rows.select_related("diagnosis").order_by("consent_at", "pk"))
    unknown = [one for one in found if one.named_at is None]
    waiting = [one for one in unknown if one.consent_at is not None]
    if mean_is_read(found) and len(waiting) < len(unknown):
        waiting = waiting[: len(unknown) - LEAST]
    Sitting.objects.filter(pk__in=[one.pk for one in waiting]).update(named_at=timezone.now())


def mean_is_read(school: Sequence[Sitting]) -> bool:
    """Whether the head reads the mean of these, all that are done of a diagnosis in his school."""
    if not school or school[0].diagnosis.state != DiagnosisState.CLOSED:
        return False
    hidden = sum(one.named_at is None for one in school)
    return len(school) >= LEAST and (hidden == 0 or hidden >= LEAST)


def _note(event: str, text: str, sitting: Sitting, by: Actor) -> None:
    record(f"development.sitting_{event}", text, by=by, on=sitting, path=sitting.organisation.path)
