"""A region's own steps: a draft is a copy of what is in force; cases that are open keep theirs."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.text import plural
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.registry.models import Organisation
from opora.support.actions import versions
from opora.support.models import Step, StepSet
from opora.support.shipped import shipped_steps, spaced

TO_CHANGE = "менять шаги сопровождения"
FEWEST, MOST = 2, 30  # steps of a set
FIELDS = ("title", "who", "days", "document", "conditions")


def current_set(territory: Organisation) -> StepSet:
    """The steps in force in the region of a territory; of a region that never had any, the shipped ones. Writes."""
    return versions.current(StepSet, territory, lambda made: _fill(made, shipped_steps()))


def _fill(made: StepSet, steps: list[Step]) -> None:
    for step in steps:
        step.pk, step.step_set = None, made
    Step.objects.bulk_create(steps)


@transaction.atomic
def start_draft(territory: Organisation, *, by: Actor) -> StepSet:
    """A copy of the steps in force to be changed; where there is a draft already, that one."""
    require(by, Permission.LISTS_EDIT, territory.path, to=TO_CHANGE)
    current = current_set(territory)
    made, new = versions.drafted(current, by=by)
    if new:
        _fill(made, list(current.steps.order_by("order")))
        _record("drafted", f"начал(а) новую версию шагов сопровождения: {made.number}", made, by, {})
    return made


@transaction.atomic
def add_step(step_set: StepSet, *, by: Actor, **given: Any) -> Step:
    """At the end of a draft."""
    step_set = _draft(step_set, by)
    last = step_set.steps.aggregate(last=Max("order"))["last"] or 0
    if step_set.steps.count() >= MOST:
        raise Refused(f"Шагов не может быть больше {MOST}.")
    values = _values(given)
    step = Step.objects.create(step_set=step_set, key=_new_key(step_set), order=last + 1, **values)
    _record("step_added", f"добавил(а) шаг «{step}»", step_set, by, {"new": values})
    return step


def _new_key(step_set: StepSet) -> str:
    """A key that no step of the region has had."""
    kept = Step.objects.filter(step_set__territory=step_set.territory, key__startswith="own_")
    numbers = [int(key.removeprefix("own_")) for key in kept.values_list("key", flat=True)]
    return f"own_{max(numbers, default=0) + 1}"


def _values(given: dict[str, Any]) -> dict[str, Any]:
    values = {name: given[name] for name in FIELDS}
    return values | {"conditions": spaced(given["conditions"])}


@transaction.atomic
def edit_step(step: Step, *, by: Actor, **given: Any) -> None:
    """Rename a step of a draft, or change who does it, until when and by what."""
    step_set = _draft(step.step_set, by)
    new = _values(given)
    old = {name: getattr(step, name) for name in FIELDS}
    if old == new:
        return
    for name, value in new.items():
        setattr(step, name, value)
    step.save()
    data = {name: [old[name], new[name]] for name in FIELDS if old[name] != new[name]}
    _record("step_edited", f"изменил(а) шаг «{step}»", step_set, by, data)


@transaction.atomic
def move_step(step: Step, *, by: Actor, up: bool) -> None:
    """One place up or down in a draft; at the end of the row nothing happens. The first step stays the first."""
    step_set = _draft(step.step_set, by)
    rows = list(step_set.steps.order_by("order"))
    at = rows.index(step)
    other = at - 1 if up else at + 1
    if min(at, other) < 1 or other >= len(rows):
        return
    rows[at], rows[other] = rows[other], rows[at]
    _number(rows)
    where = "выше" if up else "ниже"
    _record("step_moved", f"переставил(а) шаг «{step}» {where}", step_set, by, {"order": [one.key for one in rows]})


def _number(rows: list[Step]) -> None:
    for number, one in enumerate(rows, start=1):
        one.order = number
    Step.objects.bulk_update(rows, ["order"])


@transaction.atomic
def remove_step(step: Step, *, by: Actor) -> None:
    step_set = _draft(step.step_set, by)
    if is_first(step):
        raise Refused("Первый шаг выполняет сам утверждённый список: его можно переименовать, но не убрать.")
    if step_set.steps.count() <= FEWEST:
        raise Refused(f"Шагов не может быть меньше {FEWEST}.")
    title = step.title
    step.delete()
    _number(list(step_set.steps.order_by("order")))
    _record("step_removed", f"убрал(а) шаг «{title}»", step_set, by, {"title": title})


def is_first(step: Step) -> bool:
    """Whether an approved list does it by itself."""
    return not step.step_set.steps.filter(order__lt=step.order).exists()


@transaction.atomic
def publish(step_set: StepSet, *, by: Actor) -> StepSet:
    """From now on new cases go by it; open ones go on by theirs."""
    step_set = _draft(step_set, by)
    versions.put_in_force(step_set, by=by)
    count = step_set.steps.count()
    words = f"{count} {plural(count, 'шаг', 'шага', 'шагов')}"
    text = f"ввёл(а) в действие шаги сопровождения, версия {step_set.number}: {words}"
    _record("published", text, step_set, by, {"steps": [one.title for one in step_set.steps.order_by("order")]})
    return step_set


@transaction.atomic
def drop_draft(step_set: StepSet, *, by: Actor) -> None:
    """Throw a draft away; nothing ever went by it."""
    step_set = _draft(step_set, by)
    _record("dropped", f"отменил(а) черновик шагов, версия {step_set.number}", step_set, by, {})
    step_set.delete()


def _draft(step_set: StepSet, by: Actor) -> StepSet:
    """The draft as it now is, locked."""
    return versions.locked(step_set, by=by, to=TO_CHANGE)


def _record(event: str, text: str, step_set: StepSet, by: Actor, data: dict[str, Any]) -> None:
    record(f"support.set_{event}", text, by=by, on=step_set, path=step_set.territory.path, data=data)
