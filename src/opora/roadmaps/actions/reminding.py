"""The clock reminds of deadlines: some days before, on the day, and 1, 7 and 14 days after it.

Each step is one piece of an index by day, told in chunks of organisations whose progress is stored: two workers at
once, or one that died in between, tell nobody twice (a notice's key names the deadline) and leave nobody out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Count, Min, Q, Value
from django.urls import reverse

from opora.access.models import User
from opora.access.queries import who_in
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.text import plural
from opora.notices.actions import Telling, notify_many
from opora.notices.choices import DAYS_BEFORE, choices_of, usual_days
from opora.notices.models import Choice, NoticeKind
from opora.registry.models import Organisation
from opora.roadmaps.menu import assignment_url
from opora.roadmaps.models import Assignment, Round
from opora.roadmaps.models.assignments import OPEN
from opora.roadmaps.telling import needs_of
from opora.ui import words

AFTER = (1, 7, 14)  # days after a deadline
CHUNK = 500  # organisations of a transaction
CHUNKS = 20  # of a tick: the clock has other things to do
KEPT = 60  # days
MISSED = 7  # days that are made up for where no worker ran


@dataclass(frozen=True, slots=True)
class Step:
    """One distance from the deadline: `offset` days from today to it, negative behind it."""

    kind: NoticeKind
    offset: int
    inner: bool = False  # of the day by which a person has to be ready with work that was given to him

    @property
    def code(self) -> str:
        return f"{'inner-' if self.inner else ''}{self.kind}:{abs(self.offset)}"


_OUTER = (
    *(Step(NoticeKind.SOON, days) for days in DAYS_BEFORE),
    Step(NoticeKind.DUE, 0),
    *(Step(NoticeKind.OVERDUE, -days) for days in AFTER),
)
STEPS = (*_OUTER, *(replace(step, inner=True) for step in _OUTER))


def remind() -> None:
    """The clock: go on with the reminders of today, and of days on which nobody ran; one query where all is told."""
    left = CHUNKS
    for day, step in _open_steps():
        while left and not _tell_some(day, step):
            left -= 1
        if not left:
            return


def _open_steps() -> Iterator[tuple[dt.date, Step]]:
    """The days since the last one that was begun, and their steps that are not done."""
    day = today()
    known = list(Round.objects.filter(day__gte=day - dt.timedelta(days=MISSED)).values_list("day", "code", "done"))
    done = {(on, code) for on, code, finished in known if finished}
    first = min((on for on, _, _ in known), default=day)
    for number in range((day - first).days + 1):
        on = first + dt.timedelta(days=number)
        yield from ((on, step) for step in STEPS if (on, step.code) not in done)


@transaction.atomic
def _tell_some(day: dt.date, step: Step) -> bool:
    """Tell the next organisations of one step; whether it is done."""
    Round.objects.get_or_create(day=day, code=step.code)
    now = Round.objects.select_for_update().get(day=day, code=step.code)
    if now.done:
        return True
    due = day + dt.timedelta(days=step.offset)
    now.after, now.done = (now.after, True) if _idle(step, due) else _tell_next(step, due, now.after)
    now.save()
    return now.done


def _tell_next(step: Step, due: dt.date, after: int) -> tuple[int, bool]:
    """Tell the next chunk behind the key `after`; the last key of it, and whether it was the last chunk."""
    if step.inner:
        works = _given(due, after)
        notify_many([*_inner_tellings(works, step, due)])
        return (works[-1].pk if works else after), len(works) < CHUNK
    rows = _organisations(due, after)
    if rows:
        notify_many([*_tellings(rows, step, due)])
    return (rows[-1]["executor"] if rows else after), len(rows) < CHUNK


def _idle(step: Step, due: dt.date) -> bool:
    """Nobody wants to know so early; or a missed day's «soon» is over by now."""
    if step.kind != NoticeKind.SOON:
        return step.kind == NoticeKind.DUE and due < today()
    wanted = step.offset in usual_days() or Choice.objects.filter(days_before=step.offset).exists()
    return not wanted or due <= today()


_CLOSED = Q(via_list=True) | Q(roadmap__confidential=True)


def _organisations(due: dt.date, after: int) -> list[dict[str, int]]:
    """How many open assignments of the day each organisation has, those that tell of a list apart."""
    rows = Assignment.objects.filter(state__in=OPEN, due=due, executor__gt=after).order_by("executor")
    counts = {
        "plain": Count("pk", filter=~_CLOSED),
        "plain_first": Min("pk", filter=~_CLOSED, default=Value(0)),
        "closed": Count("pk", filter=_CLOSED),
        "closed_first": Min("pk", filter=_CLOSED, default=Value(0)),
    }
    return list(rows.values("executor").annotate(**counts)[:CHUNK])


def _tellings(rows: list[dict[str, int]], step: Step, due: dt.date) -> Iterator[Telling]:
    keys = [row["executor"] for row in rows]
    organisations = Organisation.objects.in_bulk(keys)
    people = who_in(Permission.ASSIGNMENTS_REPORT, keys)
    if step.kind == NoticeKind.SOON:
        people = _those_who_want(people, step.offset)
    knowing = who_in(Permission.LISTS_VIEW, [row["executor"] for row in rows if row["closed"]])
    alone = [row[f"{kind}_first"] for row in rows for kind in ("plain", "closed") if row[kind] == 1]
    works = Assignment.objects.select_related("activity").in_bulk(alone)
    for row in rows:
        organisation, users = organisations[row["executor"]], people.get(row["executor"], [])
        known = {user.pk for user in knowing.get(row["executor"], ())}
        aware = [user for user in users if user.pk in known]
        for name, told, right in (
            ("plain", users, Permission.ASSIGNMENTS_REPORT),
            ("closed", aware, Permission.LISTS_VIEW),
        ):
            if row[name] and told:
                work = works.get(row[f"{name}_first"]) if row[name] == 1 else None
                key = f"{step.code}:{due:%Y-%m-%d}:{name}:{organisation.public_id}"
                yield Telling(
                    told,
                    step.kind,
                    _words(step, due, row[name], work),
                    assignment_url(work) if work else _list_url(step),
                    work or organisation,
                    key if step.kind != NoticeKind.SOON else key.replace(step.code, "soon", 1),
                    (right, organisation.path),
                )


def _given(due: dt.date, after: int) -> list[Assignment]:
    """Open work with that inner deadline; where it is the deadline too, the organisation is reminded anyway."""
    rows = Assignment.objects.filter(inner_due=due, assignee__isnull=False, state__in=OPEN, pk__gt=after)
    related = rows.exclude(due=due).select_related("activity", "executor", "roadmap", "assignee")
    return list(related.order_by("pk")[:CHUNK])


def _inner_tellings(works: list[Assignment], step: Step, due: dt.date) -> Iterator[Telling]:
    keys = {work.executor_id for work in works}
    rights = {right: who_in(right, keys) for right in (Permission.ASSIGNMENTS_REPORT, Permission.LISTS_VIEW)}
    people = rights[Permission.ASSIGNMENTS_REPORT]
    if step.kind == NoticeKind.SOON:
        people = _those_who_want(people, step.offset)
    for work in works:
        needs = needs_of(work, Permission.ASSIGNMENTS_REPORT, work.executor)
        knowing = {user.pk for user in rights[needs[0]].get(work.executor_id, ())}
        told = [user for user in people.get(work.executor_id, ()) if user.pk == work.assignee_id and user.pk in knowing]
        code = "soon" if step.kind == NoticeKind.SOON else step.code
        key = f"inner:{code}:{due:%Y-%m-%d}:{work.public_id}"
        yield Telling(told, step.kind, _inner_words(due, work), assignment_url(work), work, key, needs)


def _inner_words(due: dt.date, work: Assignment) -> str:
    left = (due - today()).days
    if left > 0:
        when = "Завтра" if left == 1 else f"Через {words.days(left)}"
        return f"{when}, {words.day(due)}, ваш внутренний срок: {work.activity.label}."
    if left == 0:
        return f"Сегодня ваш внутренний срок: {work.activity.label}."
    return (
        f"Ваш внутренний срок истёк {'вчера' if left == -1 else f'{words.days(-left)} назад'}: {work.activity.label}."
    )


def _those_who_want(people: dict[int, list[User]], days: int) -> dict[int, list[User]]:
    everybody = {user.pk: user for users in people.values() for user in users}
    wanted = choices_of(everybody.values())
    return {key: [one for one in users if wanted[one.pk].days_before == days] for key, users in people.items()}


def _words(step: Step, due: dt.date, count: int, work: Assignment | None) -> str:
    what = f"поручения: {work.activity.label}" if work else f"{count} {plural(count, *_FORMS)}"
    left = (due - today()).days
    if step.kind == NoticeKind.SOON:
        when = "Завтра" if left == 1 else f"Через {words.days(left)}"
        return f"{when}, {words.day(due)}, срок {what}."
    if step.kind == NoticeKind.DUE:
        return f"Сегодня срок {what}."
    return f"Срок истёк {'вчера' if left == -1 else f'{words.days(-left)} назад'}: {_overdue(count, work)}."


_FORMS = ("поручения", "поручений", "поручений")  # «срок пяти поручений»


def _overdue(count: int, work: Assignment | None) -> str:
    return work.activity.label if work else f"{count} {plural(count, 'поручение', 'поручения', 'поручений')}"


def _list_url(step: Step) -> str:
    narrowed = "when=overdue" if step.kind == NoticeKind.OVERDUE else "state=open"
    return f"{reverse('roadmaps:assignments')}?whose=mine&{narrowed}"


def forget_rounds() -> None:
    """The clock: how far the reminders of long ago were, nobody asks."""
    Round.objects.filter(day__lt=today() - dt.timedelta(days=KEPT)).delete()
