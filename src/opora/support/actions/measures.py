"""The measures of an agreed programme are the school's own road map; a new version amends what is not done yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Set
from dataclasses import replace

from opora.core.actor import Actor
from opora.core.workflow import Refused
from opora.deadlines import to_json
from opora.decrees import to_json as part_json
from opora.journal.actions import record
from opora.registry.models import Organisation
from opora.roadmaps.actions.revising import revise
from opora.roadmaps.changing.reading import RowChange
from opora.roadmaps.changing.rows import Row, last_day, rows_of
from opora.roadmaps.models import Activity, Assignment, AssignmentState, RoadMap, Window
from opora.support.actions import ordering
from opora.support.models import MeasureWork, Programme
from opora.support.programmes import Goal, Measure


def orders_of(programme: Programme, ordered: Set[str]) -> Iterator[tuple[str, ordering.Order]]:
    """(key, row) of each measure: what, who in the school, with what, and by which indicators it shows.

    One that was done before it was agreed is no work, unless it is `ordered` already: then its work tells.
    """
    for number, goal in enumerate(programme.read.goals, 1):
        heading = f"Цель {number}. {goal.title}"
        for place, one in enumerate(goal.measures, 1):
            if one.proof and one.key not in ordered:
                continue
            if one.due is None:
                raise Refused(f"У мероприятия «{one.title}» нет срока: верните программу, чтобы его назвали.")
            yield one.key, ordering.Order(f"{number}.{place}", _said(one, goal), one.due, heading)


def _said(one: Measure, goal: Goal) -> str:
    indicators = "; ".join(each.title for each in goal.indicators)
    more = (("Ответственный", one.owner), ("Чем обеспечено", one.resources), ("Показатели", indicators))
    parts = [one.title, *(f"{word}: {text}" for word, text in more if text)]
    return ordering.one_line(" ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts))


def carry_out(programme: Programme, *, by: Actor) -> int:
    """Inside the transaction of the agreement: work of the school, accepted by its municipality; rows that changed."""
    ordered = set(programme.works.values_list("key", flat=True))
    orders = dict(orders_of(programme, ordered))
    school = programme.case.school
    if not orders and not ordered:
        return 0
    if not ordered:
        title = f"Программа школы на {programme.case.year} учебный год: мероприятия"
        made = ordering.issue(school, by=by, title=title, orders=[*orders.values()], controller=_controller(school))
        _keep(programme, dict(zip(orders, made, strict=True)))
        count = len(made)
    else:
        count = _amend(programme, orders, by)
    text = f"поручил(а) мероприятия программы ({count}); школа «{school}»"
    data = {"rows": count, "version": programme.version}
    record("support.programme_ordered", text, by=by, on=programme, path=school.path, confidential=True, data=data)
    return count


def _controller(school: Organisation) -> Organisation:
    return school.parent or Organisation.objects.get(path=school.root_path)


def _keep(programme: Programme, rows: dict[str, Activity]) -> None:
    MeasureWork.objects.bulk_create(
        MeasureWork(programme=programme, key=key, activity=activity) for key, activity in rows.items()
    )


def _amend(programme: Programme, orders: dict[str, ordering.Order], by: Actor) -> int:
    """Rows that are done stay as they were; others read as the new version, go, or come."""
    works = {one.key: one for one in programme.works.select_related("activity__roadmap")}
    roadmap = next(iter(works.values())).activity.roadmap
    roadmap = RoadMap.objects.select_related("organisation", "document").get(pk=roadmap.pk)
    done = _done(works)
    known = rows_of(roadmap)
    changes, coming = [], []
    for key, work in works.items():
        old = known.get(work.activity_id)
        if key in done or old is None:
            continue
        new = _row(orders[key], roadmap.organisation, old) if key in orders else None
        if new is None:
            changes.append(RowChange(key, "removed", [], roadmap, work.activity, old=old))
        elif new.said != old.said:
            changes.append(RowChange(key, "changed", [], roadmap, work.activity, old, new))
    for key, one in orders.items():
        if key not in works:
            coming.append(key)
            changes.append(RowChange(key, "added", [], roadmap, new=_row(one, roadmap.organisation)))
    if not changes:
        return 0
    _, added = revise(roadmap, changes, by=by, because=f"Изменена программа школы, версия {programme.version}")
    gone = [one.key for one in changes if one.kind == "removed"]
    programme.works.filter(key__in=gone).delete()
    _keep(programme, dict(zip(coming, added, strict=True)))
    if added:
        windows = list(Window.objects.filter(activity__in=added).values_list("pk", flat=True))
        controller = _controller(roadmap.organisation)
        ordering.send(roadmap, by=by, controller=controller, count=len(added), windows=windows)
    return len(changes)


def _done(works: dict[str, MeasureWork]) -> set[str]:
    accepted = Assignment.objects.filter(
        activity__in=[one.activity_id for one in works.values()], state=AssignmentState.ACCEPTED
    )
    keys = set(accepted.values_list("activity", flat=True))
    return {key for key, one in works.items() if one.activity_id in keys}


def _row(one: ordering.Order, school: Organisation, old: Row | None = None) -> Row:
    """The row of an order; one that is there keeps its number, its place and, on the same day, its deadline."""
    text = ordering.one_line(one.text)
    if old is not None:
        same = last_day(old.deadline) == one.due
        return replace(old, text=text, deadline=old.deadline if same else _deadline(one.due))
    people = (part_json(ordering.responsible(school)),)
    return Row(one.number, text, _deadline(one.due), people, section=one.section)


def _deadline(due: dt.date) -> dict[str, object]:
    return to_json(ordering.deadline(due))
