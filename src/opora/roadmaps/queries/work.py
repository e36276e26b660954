"""What waits for a person: the lists of «Мои дела», and searching in assignments."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from opora.access.models import User
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.text import words
from opora.registry.models import OrganisationWord
from opora.roadmaps.models import Activity, Assignment, DateRequest, RoadMap
from opora.roadmaps.models.assignments import OPEN
from opora.roadmaps.models.assignments import AssignmentState as S
from opora.ui.words import FEW, counted

ASKED = 50  # schedules that the first page asks about
TO_DECIDE = Q(state=S.REPORTED, lead__isnull=True) | Q(asked_due__isnull=False)  # a report, or a request for time
SHOWN = 10  # rows of each list on the first page
WORDY = 1000  # a word borne by more is no way to find anything quickly


@dataclass(frozen=True, slots=True)
class Heap:
    """One list of «Мои дела»: its first rows, how many there are, and the query of the whole list."""

    code: str
    title: str
    rows: list[Assignment]
    total: int  # at most one over `words.FEW`
    query: str

    @property
    def total_words(self) -> str:
        return counted(self.total)


def with_names(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return rows.select_related(
        "activity", "part", "roadmap__organisation", "executor", "controller", "assignee__person"
    )


def cut_of(code: str) -> Q:
    """The condition of «Срок истёк», «На этой неделе», «Позже», «Без срока»."""
    day = today()
    week = day + dt.timedelta(days=6 - day.weekday())
    return {
        "overdue": Q(due__lt=day),
        "week": Q(due__gte=day, due__lte=week),
        "later": Q(due__gt=week),
        "undated": Q(due__isnull=True),
    }[code]


def my_work(user: Actor) -> list[Heap]:
    """Overdue, this week, later, without a day; and what waits for my decision. Five queries and one for the counts."""
    visible = Assignment.objects.visible(user)
    mine = (
        visible.executed_by(user).to_act().filter(not_of_others(user))
        if user.may(Permission.ASSIGNMENTS_REPORT)
        else visible.none()
    )
    decide = (
        visible.controlled_by(user).filter(TO_DECIDE) if user.may(Permission.ASSIGNMENTS_DECIDE) else visible.none()
    )
    cuts = {code: cut_of(code) for code in ("overdue", "week", "later", "undated")}
    counts = mine.aggregate(**{code: Count("pk", filter=cut) for code, cut in cuts.items()})
    titles = {
        "overdue": "Срок истёк",
        "week": "На этой неделе",
        "later": "Позже",
        "undated": "Без срока",
    }
    heaps = []
    for code, cut in cuts.items():
        total = counts[code] or 0
        rows = list(with_names(mine.filter(cut)).order_by(F("due").asc(nulls_last=True), "pk")[:SHOWN]) if total else []
        heaps.append(Heap(code, titles[code], rows, total, f"whose=mine&when={code}"))
    waiting = decide.order_by()[: FEW + 1].count()
    rows = list(with_names(decide).order_by(F("reported_at").asc(nulls_first=True), "pk")[:SHOWN]) if waiting else []
    heaps.insert(1, Heap("decide", "Ждут вашего решения", rows, waiting, "whose=controlled&state=decide"))
    return heaps


def dates_to_name(user: Actor) -> list[DateRequest]:
    """Schedules whose dates the person's own organisations are asked for."""
    if not user.may(Permission.ASSIGNMENTS_REPORT):
        return []
    rows = DateRequest.objects.to_answer(user).select_related("activity", "part", "roadmap", "owner")
    return list(rows.order_by("pk")[:ASKED])


def not_of_others(user: Actor) -> Q:
    """What was given to a colleague is asked of him, and of the head who gave it."""
    heads = user.scope(Permission.ASSIGNMENTS_SUBMIT).q("executor_path")
    mine = User.objects.filter(public_id=user.actor_id).values("pk")  # asked once, where a join would read all accounts
    return Q(assignee__isnull=True) | Q(assignee__in=mine) | heads


def waiting_count(user: Actor) -> int:
    """What the menu shows beside «Мои дела»: overdue of mine and reports to decide on, in one query, capped."""
    day = today()
    paths = list(user.own.paths)
    mine = Q(executor_path__in=paths, state__in=OPEN, due__lt=day) & not_of_others(user)
    decide = Q(controller_path__in=paths) & TO_DECIDE
    condition = Q(pk__in=[])
    if user.may(Permission.ASSIGNMENTS_REPORT):
        condition |= mine
    if user.may(Permission.ASSIGNMENTS_DECIDE):
        condition |= decide
    return Assignment.objects.visible(user).filter(condition).order_by()[: FEW + 1].count()


def next_due(user: Actor) -> dt.date | None:
    """The nearest deadline of mine, for the page where nothing is asked today."""
    mine = Assignment.objects.visible(user).executed_by(user).to_act().filter(due__gte=today())
    return mine.order_by("due").values_list("due", flat=True).first()


def matching(rows: QuerySet[Assignment], text: str) -> QuerySet[Assignment]:
    """Assignments whose activity, road map or executor begins words with those of `text`; three queries a word.

    The few that bear a word are looked up first, so that the assignments themselves are found by indexes.
    """
    for word in words(text):
        here = {"search__contains": f" {word}"}
        found = Q(activity__in=_keys(Activity.objects.filter(**here)))
        found |= Q(roadmap__in=_keys(RoadMap.objects.filter(confidential=False, **here)))
        rows = rows.filter(found | Q(executor__in=_keys(OrganisationWord.objects.beginning(word), "organisation")))
    return rows


def _keys(rows: QuerySet[Any], key: str = "pk") -> list[int] | QuerySet[Any]:
    """Their keys; where most would be found anyway, the question itself."""
    keys = list(rows.order_by().values_list(key, flat=True)[: WORDY + 1])
    return keys if len(keys) <= WORDY else rows.order_by().values(key)
