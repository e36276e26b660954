"""The programme on paper, with a sheet of approval."""

from __future__ import annotations

from opora.assessments.papers import parts
from opora.core.actor import Actor
from opora.documents.printing import Printed, PrintedTable
from opora.support.models import Programme, ProgrammeVersion
from opora.support.programmes import Goal, Measure
from opora.support.programmes.content import Figures
from opora.support.scoring import shipped
from opora.ui import words


def programme(found: Programme, user: Actor, version: ProgrammeVersion | None = None) -> Printed:
    """For those who may know of the list: its stamp says so. As it is now, or as a version says."""
    school = found.case.school
    title = f"Программа перехода в эффективный режим работы на {found.case.year} учебный год"
    heading = parts.heading(school, "программа", title, closed=True)
    tables = [part for number, goal in enumerate((version or found).read.goals, 1) for part in _goal(number, goal)]
    return Printed(heading, tables=[*tables, _sheet(version or found)], made_by=parts.maker(user), landscape=True)


def _goal(number: int, goal: Goal) -> list[PrintedTable]:
    lines = [f"Риск: {shipped().titles.get(goal.factor, goal.factor)}.", f"Цель: {goal.numbers}{_until(goal)}."]
    measures = [
        [f"{number}.{at}", one.title, one.owner, _when(one), one.resources] for at, one in enumerate(goal.measures, 1)
    ]
    indicators = [
        [f"{number}.{at}", one.title, _figure(one.baseline), _figure(one.target), one.unit, one.source]
        for at, one in enumerate(goal.indicators, 1)
    ]
    does = (("№", 0.7), ("Мероприятие", 4.5), ("Ответственный", 2.2), ("Срок", 1.8), ("Чем обеспечено", 2.5))
    tells = (("№", 0.7), ("Показатель", 4.5), ("Сейчас", 1.2), ("Будет", 1.2), ("Единица", 1.4), ("Откуда", 2.5))
    return [
        parts.table(f"{number}. {goal.title}", does, measures, *lines),
        parts.table(f"Показатели цели {number}", tells, indicators),
    ]


def _sheet(found: Programme | ProgrammeVersion) -> PrintedTable:
    """Who sent, approved and agreed it, when and by what; not yet: an empty place to sign."""
    rows = [
        ("Составлена школой", found.sent_by, found.sent_at, f"версия {found.number}" if found.number else ""),
        ("Утверждена муниципалитетом", found.approved_by, found.approved_at, found.approved_document),
        ("Согласована региональной группой", found.agreed_by, found.agreed_at, found.agreed_document),
    ]
    cells = [[what, who or "", words.day(at) if at else "", document, ""] for what, who, at, document in rows]
    heads = (("Решение", 3), ("Кто", 3.5), ("Когда", 1.8), ("Документ", 3), ("Подпись", 2))
    return parts.table("Лист утверждения и согласования", heads, cells)


def _when(one: Measure) -> str:
    day = words.day(one.due) if one.due else ""
    return f"{day}; выполнено: {one.proof}" if one.proof else day


def _until(one: Figures) -> str:
    return f" до {words.day(one.due)}" if one.due else ""


def _figure(value: float | None) -> str:
    return "" if value is None else words.number(value)
