"""What a visit advised: written, marked done by the school, or ordered: then it is work of a road map."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from opora.core.actor import Actor, Denied
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.workflow import Refused, Stale
from opora.registry.models import Organisation
from opora.support.actions import ordering
from opora.support.actions.visiting import note, require_writing
from opora.support.models.visits import Advice, Visit, VisitState
from opora.ui import words

SCHOOL, AREA, REGION = "school", "area", "region"


@transaction.atomic
def advise(visit: Visit, *, by: Actor, text: str, due: dt.date) -> Advice:
    require_writing(visit, by)
    if due < today():
        raise Refused("Этот день уже прошёл: назовите день, до которого школа успеет.")
    made = Advice.objects.create(visit=visit, text=text.strip(), due=due)
    note("visit_advised", f"рекомендовал(а) школе: {made}"[:500], visit, by, visit.school.path)
    return made


@transaction.atomic
def do_advice(advice: Advice, *, by: Actor, done: bool = True) -> None:
    """The school marks it, or whoever wrote it. What was ordered is reported on as all work is."""
    visit = advice.visit
    path = visit.school.path
    own = path in by.own.paths and by.may(Permission.ASSIGNMENTS_REPORT, path)
    if not own:
        require_writing(visit, by)
    if advice.activity_id:
        raise Refused("По этой рекомендации разослано поручение: отчитайтесь в нём.")
    values = {"done_at": timezone.now(), "done_by": by.label} if done else {"done_at": None, "done_by": None}
    rows = Advice.objects.filter(pk=advice.pk, done_at__isnull=done, activity=None)
    if not rows.update(**values):
        raise Stale("Рекомендация уже отмечена иначе. Обновите страницу и посмотрите.")
    said = "отметил(а) выполненной" if done else "снял(а) отметку с"
    note("visit_advice", f"{said} рекомендацию: {advice}"[:500], visit, by, path)


def may_order(user: Actor, visit: Visit) -> bool:
    """The region and the municipality: they send the work of the school, and may know why."""
    path = visit.school.path
    issues = (Permission.DOCUMENTS_EDIT, Permission.DOCUMENTS_APPROVE, Permission.ROADMAPS_SEND)
    return user.may(Permission.LISTS_VIEW, path) and all(user.may(one, path) for one in issues)


def to_order(visit: Visit) -> list[Advice]:
    """Recommendations that nobody has ordered or marked."""
    return list(visit.advice.filter(activity=None, done_at=None))


def places(visit: Visit) -> dict[str, Organisation]:
    """The organisations that the codes mean for this visit."""
    school = visit.school
    region = Organisation.objects.get(path=school.root_path)
    return {SCHOOL: school, AREA: school.parent or region, REGION: region}


@transaction.atomic
def order(visit: Visit, *, by: Actor, executors: Mapping[str, str], controller: str) -> int:
    """Recommendations (public ids) become work of the school or of its municipality; how many.

    `controller` accepts what the school reports; what the municipality does, the region accepts.
    """
    if not may_order(by, visit):
        raise Denied("Поручения по рекомендациям рассылают муниципалитет и регион.")
    if controller not in (AREA, REGION):
        raise Refused("Выберите, кто принимает отчёты: муниципалитет или регион.")
    Visit.objects.select_for_update().get(pk=visit.pk)
    if visit.state == VisitState.CANCELLED:
        raise Refused("Визит отменён: поручать по нему нечего.")
    found = places(visit)
    waiting = to_order(visit)
    if executors.keys() - {one.public_id for one in waiting}:
        raise Stale("Часть рекомендаций уже поручена или отмечена. Обновите страницу и посмотрите.")
    for code in (SCHOOL, AREA):
        rows = [one for one in waiting if executors.get(one.public_id) == code]
        if rows:
            _issue(visit, rows, by, found[code], found[controller if code == SCHOOL else REGION])
    count = sum(code in (SCHOOL, AREA) for code in executors.values())
    if not count:
        raise Refused("Выберите, кто исполняет, хотя бы у одной рекомендации.")
    note("visit_ordered", f"поручил(а) рекомендации визита ({count}): {visit}", visit, by, visit.school.path)
    return count


def _issue(visit: Visit, rows: list[Advice], by: Actor, executor: Organisation, controller: Organisation) -> None:
    past = [one for one in rows if one.due < today()]
    if past:
        raise Refused(f"Срок рекомендации «{past[0].text[:80]}» уже прошёл: напишите её заново с новым сроком.")
    about = "" if executor == visit.school else f", {visit.school.short_name}"
    title = f"План по рекомендациям визита {words.day(visit.day)}{about}"
    orders = [ordering.Order(str(number), one.text, one.due) for number, one in enumerate(rows, 1)]
    made = ordering.issue(executor, by=by, title=title, orders=orders, controller=controller)
    for advice, activity in zip(rows, made, strict=True):
        Advice.objects.filter(pk=advice.pk).update(activity=activity)
