"""Cases of the demo: opened by its lists as everywhere, then carried on to all their steps as if since September."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.utils import timezone

from opora.access.models import Membership, User
from opora.core.actor import System
from opora.core.clock import today
from opora.journal.actions import record
from opora.support.actions import stepping
from opora.support.actions.opening import due_of
from opora.support.models import Case, CaseState, Step, StepDone, Who

PACE = dt.timedelta(days=9)  # from a step to the next
WATCHED = 3
COMMENTS = {
    "informed": "Письмо вручено, сроки возражений разъяснены.",
    "diagnosed": "Главные причины: нехватка учителей математики, низкая мотивация учеников основной школы.",
    "drafted": "В проекте четыре цели, у каждой показатель и ответственный.",
    "approved": "Утверждена с замечанием: уточнить срок повторной диагностики.",
    "agreed": "Группа согласовала программу без замечаний.",
    "carried_out": "Выполнены все мероприятия, два перенесены на весну.",
    "evaluated": "Доля не справившихся с работами снизилась.",
    "decided": "Группа рекомендует исключить школу из списка следующего года.",
}


def build_cases(coordinator: User) -> None:
    """Every step has schools that wait for it, some for too long; some have all steps done."""
    steps: dict[int, list[Step]] = defaultdict(list)
    for step in Step.objects.order_by("order"):
        steps[step.step_set_id].append(step)
    cases = list(Case.objects.open().select_related("school__parent").order_by("pk"))
    doers = _doers(cases)
    done: list[StepDone] = []
    for number, case in enumerate(cases):
        own = steps[case.step_set_id]
        reached = 1 + number % len(own)  # steps done: the last of the round has all of them
        done += _carried_on(case, own, reached, number, coordinator, doers)
    begun = {one.case_id: one.done_at for one in done if one.step.order == 2}
    firsts = list(StepDone.objects.filter(step__order=1, case__in=begun))
    for first in firsts:  # the list did it today, but the others came after it
        first.done_at = begun[first.case_id] - PACE
    StepDone.objects.bulk_update(firsts, ["done_at"], batch_size=500)
    StepDone.objects.bulk_create(done, batch_size=500)
    _journal(cases, done)
    Case.objects.bulk_update(cases, ["step", "due", "state", "closed_at"], batch_size=500)
    for case in Case.objects.overdue().select_related("school").order_by("due", "pk")[:WATCHED]:
        stepping.watch(case, by=coordinator)


def _carried_on(
    case: Case, own: list[Step], reached: int, number: int, coordinator: User, doers: dict[int, str]
) -> list[StepDone]:
    """Steps after the first, `PACE` apart, the last of them some days ago; the case stands at the one after."""
    last = today() - dt.timedelta(days=3 + 5 * number % 23)
    made = []
    for at, step in enumerate(own[1:reached], start=2):
        day = last - PACE * (reached - at)
        place = case.school_id if step.who == Who.SCHOOL else case.school.parent_id or 0
        by = coordinator.label if step.who == Who.REGION else doers.get(place, coordinator.label)
        made.append(
            StepDone(
                case=case,
                step=step,
                done_at=_noon(day),
                done_by=by,
                comment=COMMENTS.get(step.key, ""),
                document_text=f"{step.document} от {day:%d.%m.%Y} № {10 + number}" if step.document else "",
            )
        )
    case.step = own[reached] if reached < len(own) else None
    case.due = due_of(case.step, last)
    case.state = CaseState.OPEN if case.step else CaseState.DONE
    case.closed_at = None if case.step else _noon(last)
    return made


def _journal(cases: list[Case], done: list[StepDone]) -> None:
    """One entry a case: what was done in it before the demo began."""
    steps: dict[int, list[StepDone]] = defaultdict(list)
    for one in done:
        steps[one.case_id].append(one)
    for case in cases:
        if told := steps[case.pk]:
            text = f"в деле школы «{case.school}» записаны шаги, выполненные раньше: {len(told)}"
            data = {"steps": [[one.step.title, one.done_by, one.document_text] for one in told]}
            record(
                "support.steps_done", text, by=System(), on=case, path=case.school.path, confidential=True, data=data
            )


def _noon(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


def _doers(cases: list[Case]) -> dict[int, str]:
    """Who acts for a school or a municipality, as the journal names them."""
    places = {case.school_id for case in cases} | {case.school.parent_id for case in cases if case.school.parent_id}
    rows = Membership.objects.filter(organisation__in=places, role__in=("school_head", "municipal_coordinator"))
    found = rows.select_related("user__person", "organisation").order_by("-pk")
    return {
        one.organisation_id: f"{one.user} ({one.get_role_display()}, {one.organisation.short_name})"[:300]
        for one in found
    }
