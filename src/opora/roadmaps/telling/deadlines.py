"""The words of reminders: of deadlines of organisations, and of the inner ones of persons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from opora.access.models import User
from opora.access.queries import who_in
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.text import plural
from opora.notices.actions import Telling
from opora.notices.choices import choices_of
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation
from opora.roadmaps.menu import assignment_url
from opora.roadmaps.models import Assignment
from opora.roadmaps.telling.common import needs_of
from opora.ui import words

_FORMS = ("поручения", "поручений", "поручений")  # «срок пяти поручений»


@dataclass(frozen=True, slots=True)
class Step:
    """One distance from the deadline: `offset` days from today to it, negative behind it."""

    kind: NoticeKind
    offset: int
    inner: bool = False  # of the day by which a person has to be ready with work that was given to him

    @property
    def code(self) -> str:
        return f"{'inner-' if self.inner else ''}{self.kind}:{abs(self.offset)}"


def tellings(rows: list[dict[str, int]], step: Step, due: dt.date) -> Iterator[Telling]:
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


def inner_tellings(works: list[Assignment], step: Step, due: dt.date) -> Iterator[Telling]:
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


def _overdue(count: int, work: Assignment | None) -> str:
    return work.activity.label if work else f"{count} {plural(count, 'поручение', 'поручения', 'поручений')}"


def _list_url(step: Step) -> str:
    narrowed = "when=overdue" if step.kind == NoticeKind.OVERDUE else "state=open"
    return f"{reverse('roadmaps:assignments')}?whose=mine&{narrowed}"
