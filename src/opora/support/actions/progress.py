"""Reviews of how an agreed programme goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from opora.core.actor import Actor, Denied
from opora.core.clock import today
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.support.actions.programmes import locked, may_approve, may_write
from opora.support.gathering import sources
from opora.support.models import Case, Light, Programme, ProgressReview
from opora.support.programmes.library import found


@dataclass(frozen=True, slots=True)
class Said:
    """Of one goal."""

    light: str
    reason: str = ""
    step: str = ""  # what is done next


def may_review(user: Actor, case: Case) -> bool:
    """The school, its municipality and the region."""
    return may_write(user, case) or may_approve(user, case)


def known_values(programme: Programme) -> dict[str, float]:
    """Indicators of the version in force, by their keys, whose values forms or results tell by themselves."""
    told = sources([programme.case.school])[programme.case.school_id]
    every = [one for goal in programme.in_force.goals for one in goal.indicators]
    values = {one.key: found(one.form, one.value, told) for one in every}
    return {key: value for key, value in values.items() if value is not None}


@transaction.atomic
def review(
    programme: Programme, *, by: Actor, goals: Mapping[str, Said], values: Mapping[str, float], next_day: dt.date
) -> ProgressReview:
    """Every goal is told of; what is not green says why and what is done. Values that are known count as they are."""
    programme = locked(programme)
    if not may_review(by, programme.case):
        raise Denied("Ход программы разбирают школа, её муниципалитет и регион.")
    if programme.standing is None:
        raise Refused("Ход разбирают у согласованной программы: эта ещё не согласована.")
    if next_day <= today():
        raise Refused("День следующего разбора должен быть позже сегодняшнего.")
    told, known = [], known_values(programme)
    for goal in programme.in_force.goals:
        said = goals.get(goal.key)
        if said is None or said.light not in Light.values:
            raise Refused(f"Скажите, как идёт цель «{goal.title}».")
        if said.light != Light.GREEN and not (said.reason.strip() and said.step.strip()):
            raise Refused(f"Цель «{goal.title}» идёт не по плану: напишите почему и что сделаете.")
        reason, step = said.reason.strip()[:1000], said.step.strip()[:1000]
        told.append({"key": goal.key, "title": goal.title, "light": said.light, "reason": reason, "step": step})
    figures = [
        {
            **{name: getattr(one, name) for name in ("key", "title", "unit", "baseline", "target")},
            "value": known.get(one.key, values.get(one.key)),
            "found": one.key in known,
        }
        for goal in programme.in_force.goals
        for one in goal.indicators
    ]
    made = ProgressReview.objects.create(
        programme=programme, day=today(), next_day=next_day, goals=told, values=figures, made_by=by.label
    )
    Programme.objects.filter(pk=programme.pk).update(progress_due=next_day, progress_told="")
    school = programme.case.school
    text = f"разобрал(а) ход программы школы «{school}»"
    data = {"lights": [one["light"] for one in told], "next": next_day.isoformat()}
    record("support.progress_reviewed", text, by=by, on=made, path=school.path, confidential=True, data=data)
    return made


def way(baseline: float | None, target: float | None, value: float | None) -> int | None:
    """How much of the way from the baseline to the target is made, %; below 0 where it went the other way."""
    if baseline is None or target is None or value is None or baseline == target:
        return None
    return round(100 * (value - baseline) / (target - baseline))
