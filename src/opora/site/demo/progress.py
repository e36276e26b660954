"""How agreed programmes of the demo go: reviewed twice, in all lights; what came of those that are carried out; and the
schools that have left their list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from opora.access.models import User
from opora.assessments.actions.objecting import leave
from opora.core.clock import day_of, today
from opora.journal.actions import record
from opora.support.actions.programmes import begin_version
from opora.support.models import Case, CaseState, Light, Programme, ProgrammeState, ProgressReview, StepDone
from opora.support.programmes import Goal

_CHUNK = 500
_CARRIED_OUT, _DECIDED = 7, 9  # orders of the steps «выполнена» and «решено»
LAST = dt.timedelta(days=10)  # ago
FIRST = dt.timedelta(days=3)  # after it was agreed
LIGHTS = (Light.GREEN, Light.AMBER, Light.RED, Light.GREEN)
WAY = {Light.GREEN: 0.8, Light.AMBER: 0.4, Light.RED: 0.05}  # of the way from the baseline to the target
SAID: dict[str, tuple[str, str]] = {
    Light.GREEN: ("", ""),
    Light.AMBER: (
        "Занятия с отстающими начались на три недели позже: не было учителя.",
        "Провести пропущенные занятия в каникулы, отчитаться к следующему разбору.",
    ),
    Light.RED: (
        "Мероприятия не начаты: учитель математики уволился, замены нет.",
        "Попросить у школы-наставника учителя на два дня в неделю; вопрос — на муниципальную группу.",
    ),
}
CRITERIA = "Второй год подряд доля не справившихся ниже порога, признаков необъективности нет."


def build_progress(coordinator: User) -> None:
    _reviewed(coordinator)
    _revised(coordinator)
    _evaluated()
    _left(coordinator)


def _revised(coordinator: User) -> None:
    """One programme has a new version in work beside the one in force, its measures being work already."""
    running = Programme.objects.filter(state=ProgrammeState.AGREED, works__isnull=False, case__state=CaseState.OPEN)
    one = running.order_by("-pk").first()
    if one:
        begin_version(one, by=coordinator)


def _reviewed(coordinator: User) -> None:
    rows = Programme.objects.filter(state=ProgrammeState.AGREED).select_related("case__step").order_by("pk")
    programmes, made = list(rows), []
    for number, one in enumerate(programmes):
        over = one.case.step is None or one.case.step.order > _CARRIED_OUT
        agreed = day_of(one.agreed_at) if one.agreed_at else today() - LAST
        last = max(agreed + FIRST, today() - LAST)
        if last > today():
            continue
        if agreed + FIRST < last:
            made.append(_review(one, number + 1, agreed + FIRST, last, over=False))
        next_day = max(one.progress_due or last, last + dt.timedelta(days=1))
        made.append(_review(one, number, last, next_day, over=over))
        one.progress_due = next_day
    ProgressReview.objects.bulk_create(made, batch_size=_CHUNK)
    Programme.objects.bulk_update(programmes, ["progress_due"], batch_size=_CHUNK)
    if made:
        place = coordinator.memberships.select_related("organisation")[0].organisation
        text = f"перенёс(ла) разборы хода программ, проведённые раньше: {len(made)}"
        record("support.progress_reviewed", text, by=coordinator, on=place, path=place.path, confidential=True)


def _review(one: Programme, number: int, day: dt.date, next_day: dt.date, *, over: bool) -> ProgressReview:
    told, figures = [], []
    for at, goal in enumerate(one.read.goals):
        light = Light.GREEN if over else LIGHTS[(number + at) % len(LIGHTS)]
        reason, step = SAID[light]
        told.append({"key": goal.key, "title": goal.title, "light": light.value, "reason": reason, "step": step})
        figures += _figures(goal, 1.0 if over else WAY[light])
    return ProgressReview(
        programme=one, day=day, next_day=next_day, goals=told, values=figures, made_by=one.sent_by or one.made_by
    )


def _figures(goal: Goal, way: float) -> list[dict[str, Any]]:
    found = []
    for one in goal.indicators:
        value = None
        if one.baseline is not None and one.target is not None:
            value = round(one.baseline + way * (one.target - one.baseline), 1)
        names = {name: getattr(one, name) for name in ("key", "title", "unit", "baseline", "target")}
        found.append({**names, "value": value, "found": False})
    return found


def _evaluated() -> None:
    """The effect in figures where a school's results were looked at; half of those decided upon go on."""
    rows = list(StepDone.objects.filter(step__key__in=("evaluated", "decided")).select_related("step").order_by("pk"))
    for number, one in enumerate(rows):
        if one.step.key == "evaluated":
            start, less = 22 + number % 9, 4 + number % 6
            one.comment = f"Доля не справившихся с работами: была {start} %, стала {start - less} %; цели достигнуты."
        elif number % 2:
            one.comment = "Группа решила продолжить сопровождение ещё на год: результаты пока неустойчивы."
    StepDone.objects.bulk_update(rows, ["comment"], batch_size=_CHUNK)


def _left(coordinator: User) -> None:
    """Of several schools that wait for the decision every second leaves the list."""
    waiting = Case.objects.open().filter(step__order=_DECIDED).select_related("school", "entry__list__territory")
    for case in list(waiting.order_by("pk"))[1::2][:3]:
        paper = f"решение региональной группы от {today():%d.%m.%Y} № 5"
        leave(case.entry.list, by=coordinator, school=case.school, criteria=CRITERIA, document_text=paper)
