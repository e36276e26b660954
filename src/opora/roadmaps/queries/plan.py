"""A road map as a plan: its sections, activities and windows with the counts of each; five queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.text import words
from opora.roadmaps.models import Activity, Assignment, AssignmentState, RoadMap, Section, Window
from opora.roadmaps.queries.counts import Counts, by_window

MOST = 400  # own assignments that one month of a calendar shows


@dataclass(frozen=True, slots=True)
class Stretch:
    """Windows of one activity with the same days, as one."""

    activity: Activity
    starts: dt.date | None
    due: dt.date | None
    counts: Counts
    text: str  # of the part, else of the activity

    @property
    def state(self) -> str:
        """«overdue», «done», «reported», «open», «coming» or «unsent»."""
        counts = self.counts
        if not counts.total:
            return "unsent"
        if counts.overdue:
            return "overdue"
        if counts.accepted == counts.total:
            return "done"
        if counts.accepted + counts.reported == counts.total:
            return "reported"
        return "coming" if self.starts and self.starts > today() else "open"

    @property
    def words(self) -> str:
        """«исполнено 117 из 129, просрочено 9»"""
        if not self.counts.total:
            return "не разослано"
        said = f"исполнено {self.counts.accepted} из {self.counts.total}"
        return f"{said}, просрочено {self.counts.overdue}" if self.counts.overdue else said


@dataclass(slots=True)
class Row:
    """An activity with its stretches in order."""

    activity: Activity
    stretches: list[Stretch] = field(default_factory=list)

    @property
    def counts(self) -> Counts:
        return added(one.counts for one in self.stretches)


def added(counts: Iterable[Counts]) -> Counts:
    total = Counts()
    for one in counts:
        total.total += one.total
        total.accepted += one.accepted
        total.reported += one.reported
        total.open += one.open
        total.overdue += one.overdue
    return total


def planned(roadmap: RoadMap, user: Actor, *, text: str = "", show: str = "") -> list[tuple[Section, list[Row]]]:
    """Sections with their activities: those whose words begin with those of `text`; «overdue» or «open» ones alone."""
    activities = Activity.objects.in_force().filter(roadmap=roadmap).order_by("order")
    for word in words(text):
        activities = activities.filter(search__contains=f" {word}")
    stretches = stretches_of(roadmap, user, {one.pk: one for one in activities})
    sections: dict[int, list[Row]] = defaultdict(list)
    for activity in activities:
        row = Row(activity, stretches.get(activity.pk, []))
        counts = row.counts
        if (show == "overdue" and not counts.overdue) or (show == "open" and not (counts.open or counts.reported)):
            continue
        sections[activity.section_id].append(row)
    titled = Section.objects.filter(roadmap=roadmap)
    return [(section, sections[section.pk]) for section in titled if sections[section.pk]]


def stretches_of(roadmap: RoadMap, user: Actor, activities: dict[int, Activity]) -> dict[int, list[Stretch]]:
    """By the key of the activity, in order of their days."""
    counted = by_window(roadmap, user)
    rows = list(
        Window.objects.visible(user)
        .filter(activity__roadmap=roadmap)
        .select_related("part")
        .order_by("due", "starts", "pk")
    )
    parted = {window.activity_id for window in rows if window.part_id}
    merged: dict[tuple[int, dt.date | None, dt.date | None, str], Counts] = {}
    for window in rows:
        activity = activities.get(window.activity_id)
        if activity is None:
            continue
        divided = activity.divided and activity.pk in parted  # then the parts' windows are sent, else the whole's
        if window.pk not in counted and (window.skipped or divided != bool(window.part_id)):
            continue
        key = (activity.pk, window.starts, window.due, window.part.text if window.part else activity.text)
        merged[key] = added([merged.get(key, Counts()), counted.get(window.pk, Counts())])
    found: dict[int, list[Stretch]] = defaultdict(list)
    for (activity_key, starts, due, said), counts in merged.items():
        found[activity_key].append(Stretch(activities[activity_key], starts, due, counts, said))
    return {key: _undated_alone(one) for key, one in found.items()}


def _undated_alone(stretches: list[Stretch]) -> list[Stretch]:
    """Without an undated window that was taken over: nothing waits in it any more."""
    dated = [one for one in stretches if one.due]
    return [one for one in stretches if one.due or one.counts.total or not dated]


def due_between(roadmap: RoadMap, user: Actor, first: dt.date, last: dt.date) -> list[Stretch]:
    """What is due from `first` to `last`, in order."""
    activities = {one.pk: one for one in Activity.objects.filter(roadmap=roadmap).order_by("order")}
    found = stretches_of(roadmap, user, activities)
    days = (one for key in activities for one in found.get(key, ()) if one.due and first <= one.due <= last)
    return sorted(days, key=lambda one: one.due or first)


def own_between(user: Actor, first: dt.date, last: dt.date) -> QuerySet[Assignment]:
    """The person's own assignments over all road maps that are due from `first` to `last`, in order."""
    rows = Assignment.objects.visible(user).executed_by(user).filter(Q(due__gte=first) & Q(due__lte=last))
    rows = rows.exclude(state=AssignmentState.CANCELLED).select_related("activity", "part", "roadmap")
    return rows.order_by("due", "pk")[:MOST]
