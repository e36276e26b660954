"""What stands now, for a person's mail, and his deadlines for his calendar: both leave the house, in neutral words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from opora.access.models import User
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.notices.points import Event, Heap, Line
from opora.roadmaps.menu import assignment_url
from opora.roadmaps.models import Assignment
from opora.roadmaps.models.assignments import AssignmentState as S
from opora.roadmaps.queries.work import with_names
from opora.ui import words

SHOWN = 5  # rows of each heap
NEUTRAL = "Поручение, подробности — в системе"
PAST, AHEAD = dt.timedelta(days=90), dt.timedelta(days=400)  # of a calendar
MOST = 1000  # events


def heaps(user: User) -> list[Heap]:
    """Overdue, today, this week, returned; and what waits for a decision. Empty ones cost nothing but the count."""
    found: list[Heap] = []
    if user.may(Permission.ASSIGNMENTS_REPORT):
        found += _mine(user)
    if user.may(Permission.ASSIGNMENTS_DECIDE):
        waiting = Assignment.objects.visible(user).controlled_by(user).filter(state=S.REPORTED)
        total = waiting.count()
        lines = _lines(waiting.order_by("reported_at", "pk"), decide=True) if total else []
        found.append(Heap("Ждёт вашего решения", total, lines, _url("whose=controlled&state=reported")))
    return found


def _mine(user: User) -> Iterator[Heap]:
    mine = Assignment.objects.visible(user).executed_by(user).to_act()
    day = today()
    week = day + dt.timedelta(days=6 - day.weekday())
    fresh = ~Q(state=S.RETURNED)
    cuts = {
        "overdue": ("Просрочено", fresh & Q(due__lt=day), "whose=mine&when=overdue"),
        "today": ("Сегодня", fresh & Q(due=day), "whose=mine&when=week"),
        "week": ("На этой неделе", fresh & Q(due__gt=day, due__lte=week), "whose=mine&when=week"),
        "returned": ("Возвращено на доработку", Q(state=S.RETURNED), "whose=mine&state=returned"),
    }
    counts = mine.aggregate(**{code: Count("pk", filter=cut) for code, (_, cut, _) in cuts.items()})
    for code, (title, cut, query) in cuts.items():
        rows = mine.filter(cut).order_by(F("due").asc(nulls_last=True), "pk")
        yield Heap(title, counts[code], _lines(rows) if counts[code] else [], _url(query))


def _lines(rows: QuerySet[Assignment], *, decide: bool = False) -> list[Line]:
    shown = with_names(rows)[:SHOWN]
    return [_line(one, decide) for one in shown]


def _line(one: Assignment, decide: bool) -> Line:
    if closed(one):
        return Line(NEUTRAL, assignment_url(one), words.until(one.due) if one.due and not decide else "")
    text = f"{one.executor}: {one.activity.label}" if decide else one.activity.label
    return Line(text, assignment_url(one), words.until(one.due) if one.due and not decide else "")


def closed(one: Assignment) -> bool:
    """Whether it tells that a school is listed, or is of a confidential road map."""
    return one.via_list or one.roadmap.confidential


def _url(query: str) -> str:
    return f"{reverse('roadmaps:assignments')}?{query}"


def events(user: User) -> Iterator[Event]:
    """The deadlines of the person's own organisations, three months back and a year ahead; one query."""
    day = today()
    rows = Assignment.objects.visible(user).executed_by(user).filter(due__gte=day - PAST, due__lte=day + AHEAD)
    rows = rows.select_related("activity", "part", "roadmap").order_by("due", "pk")
    for one in rows[:MOST]:
        yield Event(
            f"{one.public_id}@opora",
            one.revision,
            NEUTRAL if closed(one) else _title(one),
            assignment_url(one),
            one.starts,
            one.due or day,
            _note(one),
            one.state == S.CANCELLED,
            one.created_at,
        )


def _title(one: Assignment) -> str:
    text = f"{one.activity.number}. {one.text}" if one.activity.number else one.text
    return text if len(text) <= 160 else text[:160].rstrip() + "…"


def _note(one: Assignment) -> str:
    """State and window; of what is closed the state alone."""
    state = f"Состояние: {one.get_state_display()}."
    if closed(one):
        return state
    window = f"С {words.day(one.starts)} по {words.day(one.due)}. " if one.starts and one.due else ""
    return f"{window}{state} Дорожная карта «{one.roadmap.title[:160]}»."
