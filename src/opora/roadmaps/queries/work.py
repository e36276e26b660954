"""What waits for a person: the lists of «Мои дела», and searching in assignments."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value

from opora.access.models import User
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.subqueries import Counted, late
from opora.core.text import words
from opora.registry.models import Organisation, OrganisationWord
from opora.roadmaps.models import Activity, Assignment, DateRequest, RoadMap
from opora.roadmaps.models.assignments import OPEN
from opora.roadmaps.models.assignments import AssignmentState as S
from opora.ui.words import FEW, counted

ASKED = 50  # schedules that the first page asks about
TO_DECIDE = Q(state=S.REPORTED, lead__isnull=True) | Q(asked_due__isnull=False)  # a report, or a request for time
SHOWN = 10  # rows of each list on the first page
TOGETHER = 20  # words looked up in one statement
WORDY = 500  # a word borne by more is no way to find anything quickly


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
        rows = _first(mine.filter(cut).order_by(F("due").asc(nulls_last=True), "pk")) if total else []
        heaps.append(Heap(code, titles[code], rows, total, f"whose=mine&when={code}"))
    rows = _first(decide.order_by(F("reported_at").asc(nulls_first=True), "pk"))
    waiting = int(getattr(rows[0], "in_all", 0)) if rows else 0
    heaps.insert(1, Heap("decide", "Ждут вашего решения", rows, waiting, "whose=controlled&state=decide"))
    return heaps


def _first(rows: QuerySet[Assignment]) -> list[Assignment]:
    """The first of them, and how many there are as `in_all`."""
    total = Counted(rows.order_by().values("pk")[: FEW + 1])
    return list(late(with_names(Assignment.objects.annotate(in_all=total)), rows[:SHOWN]))


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


def waiting(user: Actor) -> QuerySet[Assignment]:
    """What the menu counts beside «Мои дела»: overdue of mine and reports to decide on; cut."""
    day = today()
    paths = list(user.own.paths)
    mine = Q(executor_path__in=paths, state__in=OPEN, due__lt=day) & not_of_others(user)
    decide = Q(controller_path__in=paths) & TO_DECIDE
    condition = Q(pk__in=[])
    if user.may(Permission.ASSIGNMENTS_REPORT):
        condition |= mine
    if user.may(Permission.ASSIGNMENTS_DECIDE):
        condition |= decide
    return Assignment.objects.visible(user).filter(condition).order_by()[: FEW + 1]


def next_due(user: Actor) -> dt.date | None:
    """The nearest deadline of mine, for the page where nothing is asked today."""
    mine = Assignment.objects.visible(user).executed_by(user).to_act().filter(due__gte=today())
    return mine.order_by("due").values_list("due", flat=True).first()


def matching(rows: QuerySet[Assignment], text: str) -> QuerySet[Assignment]:
    """Assignments whose activity, road map or executor begins words with those of `text`; one query more.

    The few that bear a word are looked up first, so that the assignments themselves are found by indexes.
    """
    asked = words(text)
    named: list[str] = []  # only executors bear these
    for word, found in _bearers(asked, rows).items():
        if found.only_executors:
            named.append(word)
        else:
            rows = rows.filter(found.q)
    if named:
        rows = rows.filter(executor__in=Organisation.objects.order_by().bearing(" ".join(named)).values("pk"))
    return rows


@dataclass(slots=True)
class _Bearers:
    """What bears a word: the keys of activities, road maps and executors; all of a kind where they are many."""

    asked: list[QuerySet[Any]]
    keys: list[list[int]] = field(default_factory=lambda: [[], [], []])

    @property
    def only_executors(self) -> bool:
        return not self.keys[0] and not self.keys[1]

    @property
    def q(self) -> Q:
        found = Q()
        for at, name in enumerate(("activity", "roadmap", "executor")):
            keys = self.keys[at]
            found |= Q(**{f"{name}__in": keys if len(keys) <= WORDY else self.asked[at].values("key")})
        return found


def _bearers(asked: list[str], seen: QuerySet[Assignment]) -> dict[str, _Bearers]:
    """For each word, in one query for twenty of them."""
    found = {word: _Bearers(_by_word(word, seen)) for word in asked}
    for start in range(0, len(asked), TOGETHER):
        some = list(found.items())[start : start + TOGETHER]
        rows = [
            _cut(kind).values_list(Value(number), Value(at), kind.query.annotations["key"])
            for number, (_, one) in enumerate(some)
            for at, kind in enumerate(one.asked)
        ]
        for number, at, key in rows[0].union(*rows[1:], all=True):
            some[number][1].keys[at].append(key)
    return found


def _cut(rows: QuerySet[Any]) -> QuerySet[Any]:
    """One more of them than are named; SQLite takes no such cut as a part of a union, but inside one."""
    if connection.features.supports_slicing_ordering_in_compound:
        return rows[: WORDY + 1]
    whole: QuerySet[Any] = rows.model._default_manager.order_by()
    return whole.filter(pk__in=rows.values("pk")[: WORDY + 1])


def _by_word(word: str, seen: QuerySet[Assignment]) -> list[QuerySet[Any]]:
    """Confidential activities count only where one of the `seen` assignments is of them: no statement tells of them."""
    here = {"search__contains": f" {word}"}
    known = Q(roadmap__confidential=False) | Q(Exists(seen.order_by().filter(activity=OuterRef("pk"))))
    activities = Activity.objects.filter(known, **here).order_by().annotate(key=F("pk"))
    roadmaps = RoadMap.objects.filter(confidential=False, **here).order_by().annotate(key=F("pk"))
    return [activities, roadmaps, OrganisationWord.objects.beginning(word).annotate(key=F("organisation"))]
