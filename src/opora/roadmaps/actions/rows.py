"""A row of a road map reads anew, comes or goes, with the windows and assignments it has. Inside a transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from opora.access.queries import who_in
from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.notices.actions import Telling, notify_many
from opora.notices.models import NoticeKind
from opora.roadmaps.actions.working.postponing import settle_request
from opora.roadmaps.actions.working.stepping import go_on, must_wait
from opora.roadmaps.changing.effects import LIVE, Effect, Reckoning, Toll
from opora.roadmaps.changing.rows import Json, Row
from opora.roadmaps.models import (
    Activity,
    Assignment,
    AssignmentState,
    Part,
    Report,
    ReportState,
    Responsible,
    RoadMap,
    Section,
    Window,
)
from opora.roadmaps.models.assignments import ASSIGNMENT_WORKFLOW
from opora.roadmaps.telling.common import others
from opora.roadmaps.windows import Found

S = AssignmentState


@dataclass(frozen=True, slots=True)
class Told:
    """What one executor has to know of one row."""

    executor: int
    path: str
    restricted: bool  # tells that a school is listed, or of a confidential road map
    text: str


@dataclass(slots=True)
class Done:
    """What was done, for the journal and for the notices."""

    toll: Toll = field(default_factory=Toll)
    told: list[Told] = field(default_factory=list)
    listed: bool = False  # whether any of it tells of a list

    def tell(self, rows: Iterable[Assignment], text: str, *, confidential: bool) -> None:
        for one in rows:
            restricted = one.via_list or confidential
            self.listed = self.listed or restricted
            self.told.append(Told(one.executor_id, one.executor.path, restricted, text))

    def by_executor(self) -> dict[tuple[int, str, bool], list[str]]:
        """(executor, its path, restricted) -> what changed, each once in order."""
        found: dict[tuple[int, str, bool], list[str]] = defaultdict(list)
        for one in self.told:
            texts = found[one.executor, one.path, one.restricted]
            if one.text not in texts:
                texts.append(one.text)
        return found


class Rewriting:
    """Carries changes of rows out on one road map, in the name of `by` and by the words `because`."""

    def __init__(self, roadmap: RoadMap, *, by: Actor, issued: dt.date, because: str) -> None:
        self.roadmap, self.by, self.because = roadmap, by, because
        self.reckoning = Reckoning(roadmap, issued)
        self.day = issued
        self.done = Done()

    # -- a row reads anew ----------------------------------------------------------------------------------------

    def change(self, activity: Activity, old: Row, new: Row) -> Effect:
        effect = self.reckoning.of_change(activity, old, new)
        said = self._said(new or old)
        for window, found in effect.moved:
            self._move(window, found, said)
        self._drop(activity, effect, said)
        if effect.coming:
            self._take_in(activity, effect.coming)
        self._write(activity, old, new)
        parts = list(Part.objects.filter(activity=activity).order_by("order", "pk"))
        places = [(None if place is None else parts[place], found) for place, found in effect.created]
        Window.objects.bulk_create(_window(activity, part, found) for part, found in places)
        if old.text != new.text or old.number != new.number:
            changed = "текст изложен заново" if old.text != new.text else f"номер теперь {new.number}"
            rows = _with_paths(Assignment.objects.filter(activity=activity, state__in=LIVE))
            self.done.tell(rows, f"{self._at(activity)}: {changed}", confidential=self.roadmap.confidential)
        return effect

    def _move(self, window: Window, found: Found, said: str) -> None:
        """The window and what is open in it; a day agreed on by itself that lies later stays, the first day is kept."""
        was = window.due
        window.starts, window.due, window.origin, window.first_due = found.starts, found.due, found.origin, found.due
        window.save()
        rows = Assignment.objects.filter(window=window, state__in=LIVE)
        if found.due is None:
            rows = rows.filter(due__isnull=False)
        else:
            rows = rows.filter(Q(due=was) | Q(due__isnull=True) | Q(due__lt=found.due)).exclude(due=found.due)
        self.done.tell(_with_paths(rows), f"{said} — {_until(found.due, was)}", confidential=self.roadmap.confidential)
        self.done.toll.moved += rows.update(
            first_due=Coalesce(F("first_due"), F("due")),
            moved=F("moved") + 1,
            starts=found.starts,
            due=found.due,
            inner_due=F("inner_due")
            if found.due is None
            else Case(When(inner_due__gt=found.due, then=Value(found.due)), default=F("inner_due")),
        )

    def _drop(self, activity: Activity, effect: Effect, said: str) -> None:
        gone = Q(window__in=[window.pk for window in effect.dropped])
        self._cancel(Assignment.objects.filter(gone, activity=activity), f"{said}: этот срок отменён")
        if effect.leaving:
            rows = Assignment.objects.filter(activity=activity, executor__in=effect.leaving)
            self._cancel(rows, f"{said}: вы больше не исполнитель")
        self._forget(effect.dropped)

    def _take_in(self, activity: Activity, coming: Iterable[int]) -> None:
        """Those whom an earlier change took out and this one names again have their work back."""
        rows = Assignment.objects.filter(
            activity=activity, executor__in=list(coming), state=S.CANCELLED, window__skipped=False
        )
        self.done.tell(_with_paths(rows), f"{self._at(activity)} снова за вами", confidential=self.roadmap.confidential)
        window = Window.objects.filter(pk=OuterRef("window"))
        days = {name: Subquery(window.values(name)[:1]) for name in ("starts", "due")}
        keys = list(rows.values_list("pk", flat=True))
        moved = rows.filter(due__isnull=False).exclude(due=F("window__due"))  # while the work was not theirs
        Assignment.objects.filter(pk__in=list(moved.values_list("pk", flat=True))).update(
            first_due=Coalesce(F("first_due"), F("due")), moved=F("moved") + 1
        )
        self.done.toll.new += rows.filter(pk__in=keys).update(state=S.SENT, remark="", inner_due=None, **days)
        for one in Assignment.objects.filter(pk__in=keys, step__gt=0).select_related("executor"):
            if must_wait(one):
                ASSIGNMENT_WORKFLOW.move(one, "hold")

    def _write(self, activity: Activity, old: Row, new: Row) -> None:
        activity.number, activity.text, activity.deadline = new.number, new.text, new.deadline
        activity.submit_to = list(new.submit_to)
        activity.readdressed = activity.readdressed or new.responsible != old.responsible
        if len(new.parts) != len(old.parts):
            activity.divided = bool(new.parts)
        activity.save()
        if new.responsible != old.responsible:
            self._people(activity, None, new.responsible)
        parts = list(Part.objects.filter(activity=activity).order_by("order", "pk"))
        for place, source in enumerate(new.parts):
            if place < len(parts):
                part = parts[place]
                part.text, part.deadline = source.text, source.deadline
                part.save()
            else:
                part = Part.objects.create(activity=activity, order=place, text=source.text, deadline=source.deadline)
            if place >= len(old.parts) or old.parts[place].responsible != source.responsible:
                self._people(activity, part, source.responsible)

    def _people(self, activity: Activity, part: Part | None, people: Iterable[Json]) -> None:
        rows = Responsible.objects.filter(activity=activity, part=part)
        skipped = set(rows.filter(skipped=True).values_list("text", flat=True))
        rows.delete()
        Responsible.objects.bulk_create(
            Responsible(
                activity=activity,
                part=part,
                order=order,
                text=one["text"],
                kind=one["kind"],
                name=one.get("name") or "",
                role=one.get("role") or "",
                skipped=one["text"] in skipped,
            )
            for order, one in enumerate(people)
        )

    # -- a row goes ----------------------------------------------------------------------------------------------

    def remove(self, activity: Activity) -> None:
        self._cancel(Assignment.objects.filter(activity=activity), f"{self._at(activity)} исключён")
        self._forget(Window.objects.filter(activity=activity))
        activity.dropped_on = self.day
        activity.save(update_fields=["dropped_on"])

    def _cancel(self, rows: QuerySet[Assignment], said: str) -> None:
        live = rows.filter(state__in=LIVE)
        found = list(_with_paths(live))
        if not found:
            return
        self.done.tell(found, said, confidential=self.roadmap.confidential)
        keys = [one.pk for one in found]
        Report.objects.filter(assignment__in=keys, state=ReportState.SUBMITTED).update(
            state=ReportState.RETURNED,
            decided_at=timezone.now(),
            decided_by=self.by.label,
            comment="Поручение отменено.",
        )
        Assignment.objects.filter(lead__in=keys).exclude(pk__in=keys).update(
            lead=None, state=Case(When(state=S.WAITING, then=Value(S.SENT)), default=F("state"))
        )
        remark = f"{self.because}: {said}."
        self.done.toll.cancelled += Assignment.objects.filter(pk__in=keys).update(state=S.CANCELLED, remark=remark)
        gone = Assignment.objects.filter(pk__in=keys).select_related("executor", "activity", "roadmap")
        for one in gone.filter(asked_due__isnull=False):
            settle_request(one, self.by)
        stepped = Assignment.objects.filter(activity__in=gone.values("activity"), step__gt=0).exclude(state=S.CANCELLED)
        for one in gone.filter(window__in=stepped.values("window")):
            go_on(one, self.by)

    @staticmethod
    def _forget(windows: Iterable[Window]) -> None:
        """Windows by which nothing was sent go; others stay for what was done in them, and nothing more is sent."""
        keys = [window.pk for window in windows]
        Window.objects.filter(pk__in=keys, assignments__isnull=True).delete()
        Window.objects.filter(pk__in=keys).update(skipped=True)

    # -- a row comes ---------------------------------------------------------------------------------------------

    def add(self, new: Row, *, origin: Activity | None = None) -> Activity:
        section = Section.objects.filter(roadmap=self.roadmap, title=new.section).order_by("order").last()
        if section is None:
            order = Section.objects.filter(roadmap=self.roadmap).count()
            section = Section.objects.create(roadmap=self.roadmap, order=order, title=new.section)
        order = self._order(section, new.number)
        Activity.objects.filter(roadmap=self.roadmap, order__gte=order).update(order=F("order") + 1)
        activity = Activity.objects.create(
            roadmap=self.roadmap,
            section=section,
            order=order,
            number=new.number,
            text=new.text,
            deadline=new.deadline,
            submit_to=list(new.submit_to),
            divided=len(new.parts) > 1,
            origin=origin,
        )
        self._people(activity, None, new.responsible)
        made = [_window(activity, None, one) for one in self.reckoning.windows(new.deadline)]
        for place, source in enumerate(new.parts):
            part = Part.objects.create(activity=activity, order=place, text=source.text, deadline=source.deadline)
            self._people(activity, part, source.responsible)
            made += [_window(activity, part, one) for one in self.reckoning.windows(source.deadline)]
        Window.objects.bulk_create(made)
        return activity

    def _order(self, section: Section, number: str) -> int:
        """Behind the row of the section with the nearest number below."""
        rows = list(Activity.objects.filter(section=section).order_by("order"))
        before = [row for row in rows if _numeral(row.number) < _numeral(number)] if number else rows
        if before:
            return before[-1].order + 1
        if rows:
            return rows[0].order
        last = Activity.objects.filter(roadmap=self.roadmap).order_by("order").last()
        return last.order + 1 if last else 1

    # -- words ---------------------------------------------------------------------------------------------------

    @staticmethod
    def _said(row: Row) -> str:
        return f"срок пункта {row.number}" if row.number else f"срок пункта «{row.text[:60]}»"

    @staticmethod
    def _at(activity: Activity) -> str:
        return f"пункт {activity.number}" if activity.number else f"пункт «{activity.text[:60]}»"


def tell(roadmap: RoadMap, done: Done, because: str, key: str, *, by: Actor) -> None:
    """One notice for each executor: what changed for him; what tells of lists goes to those alone who may know."""
    found = done.by_executor()
    users = who_in(Permission.ASSIGNMENTS_REPORT, {executor for executor, _, _ in found})
    url = f"{reverse('roadmaps:assignments')}?whose=mine&roadmap={roadmap.public_id}"
    tellings = []
    for (executor, path, restricted), texts in found.items():
        permission = Permission.LISTS_VIEW if restricted else Permission.ASSIGNMENTS_REPORT
        said = f"{because}: {'; '.join(texts[:12])}" + ("; и другое." if len(texts) > 12 else ".")
        digest = hashlib.sha256(f"{executor}:{restricted}".encode()).hexdigest()[:16]
        people = others(users.get(executor, ()), by)
        tellings.append(Telling(people, NoticeKind.CHANGED, said, url, roadmap, f"{key}:{digest}", (permission, path)))
    notify_many(tellings)


def _with_paths(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return rows.select_related("executor").only("pk", "via_list", "executor__path", "executor__public_id")


def _window(activity: Activity, part: Part | None, found: Found) -> Window:
    return Window(
        activity=activity, part=part, starts=found.starts, due=found.due, origin=found.origin, first_due=found.due
    )


def _until(day: dt.date | None, was: dt.date | None) -> str:
    """«до 01.04.2027 (был до 01.03.2027)»"""
    now = f"до {day:%d.%m.%Y}" if day else "без даты"
    return f"{now} (был {f'до {was:%d.%m.%Y}' if was else 'без даты'})"


def _numeral(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.strip(" .)").split(".") if part.isdigit())
