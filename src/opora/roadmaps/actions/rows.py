"""A row of a road map reads anew, comes or goes, with the windows and assignments it has. Inside a transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import F

from opora.core.actor import Actor
from opora.roadmaps.changing.effects import Effect, Reckoning
from opora.roadmaps.changing.rows import Json, Row
from opora.roadmaps.changing.snapshots import forget, snapshot
from opora.roadmaps.models import Activity, Part, Responsible, RoadMap, Section, Window
from opora.roadmaps.windows import Found


class Rewriting:
    """Carries changes of rows out on one road map, in the name of `by` and by the words `because`.

    Rows and windows change at once; what that does to assignments is written down in `steps`, which `runs` carries out.
    """

    def __init__(self, roadmap: RoadMap, *, by: Actor, issued: dt.date, because: str) -> None:
        self.roadmap, self.by, self.because = roadmap, by, because
        self.reckoning = Reckoning(roadmap, issued)
        self.day = issued
        self.steps: list[Json] = []
        self.before: dict[str, Json] = {}  # of rows that were there
        self.added: list[int] = []

    def after(self) -> dict[str, Json]:
        return snapshot([*map(int, self.before), *self.added])

    def _touch(self, activity: Activity) -> None:
        if str(activity.pk) not in self.before:
            self.before |= snapshot([activity.pk])

    def _step(self, do: str, activity: Activity, said: str, back: str, **values: object) -> None:
        self.steps.append({"do": do, "activity": activity.pk, "said": said, "back": back, **values})

    # -- a row reads anew ----------------------------------------------------------------------------------------

    def change(self, activity: Activity, old: Row, new: Row) -> None:
        self._touch(activity)
        effect = self.reckoning.of_change(activity, old, new)
        said = self._said(new or old)
        for window, found in effect.moved:
            self._move(activity, window, found, said)
        self._drop(activity, effect, said)
        if effect.coming:
            at = self._at(activity)
            self._step("take_in", activity, f"{at} снова за вами", f"{at}: вы больше не исполнитель",
                       executors=sorted(effect.coming))  # fmt: skip
        self._write(activity, old, new)
        parts = list(Part.objects.filter(activity=activity).order_by("order", "pk"))
        places = [(None if place is None else parts[place], found) for place, found in effect.created]
        Window.objects.bulk_create(_window(activity, part, found) for part, found in places)
        if old.text != new.text or old.number != new.number:
            changed = "текст изложен заново" if old.text != new.text else f"номер теперь {new.number}"
            back = "прежний текст" if old.text != new.text else f"номер снова {old.number}"
            at = self._at(activity)
            self._step("word", activity, f"{at}: {changed}", f"{at}: {back}")

    def _move(self, activity: Activity, window: Window, found: Found, said: str) -> None:
        was = window.due
        window.starts, window.due, window.origin, window.first_due = found.starts, found.due, found.origin, found.due
        window.save()
        days = {"was": was, "starts": found.starts, "due": found.due}
        self._step(
            "move",
            activity,
            f"{said} — {_until(found.due, was)}",
            f"{said} — снова {_to(was)}",
            window=window.pk,
            **{name: day.isoformat() if day else None for name, day in days.items()},
        )

    def _drop(self, activity: Activity, effect: Effect, said: str) -> None:
        if effect.dropped:
            windows = [window.pk for window in effect.dropped]
            self._cancel(activity, f"{said}: этот срок отменён", f"{said}: этот срок снова есть", windows=windows)
        if effect.leaving:
            back = f"{self._at(activity)} снова за вами"
            self._cancel(activity, f"{said}: вы больше не исполнитель", back, executors=sorted(effect.leaving))
        forget([window.pk for window in effect.dropped])

    def _cancel(self, activity: Activity, said: str, back: str, **values: object) -> None:
        """The work goes; then what waited for it goes on."""
        self._step("cancel", activity, said, back, **values)
        self._step("open", activity, "", "")

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
        self._touch(activity)
        at = self._at(activity)
        self._cancel(activity, f"{at} исключён", f"{at} снова действует")
        forget(Window.objects.filter(activity=activity).values_list("pk", flat=True))
        activity.dropped_on = self.day
        activity.save(update_fields=["dropped_on"])

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
        self.added.append(activity.pk)
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


def _window(activity: Activity, part: Part | None, found: Found) -> Window:
    return Window(
        activity=activity, part=part, starts=found.starts, due=found.due, origin=found.origin, first_due=found.due
    )


def _until(day: dt.date | None, was: dt.date | None) -> str:
    """«до 01.04.2027 (был до 01.03.2027)»"""
    return f"{_to(day)} (был {_to(was)})"


def _to(day: dt.date | None) -> str:
    return f"до {day:%d.%m.%Y}" if day else "без даты"


def _numeral(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.strip(" .)").split(".") if part.isdigit())
