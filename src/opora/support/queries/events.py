"""The journal of a case: what happened in it and around it, from the rows that say so; from the journal of the system
what leaves no row of its own. Each kind is seen by those who see its rows."""

from __future__ import annotations

from opora.core.actor import Actor
from opora.support.models import Case
from opora.support.models.mentoring import year_of
from opora.support.queries.lines import Line, read
from opora.support.queries.sources import PARTS

KINDS = {
    "steps": "Шаги",
    "programme": "Программа",
    "risks": "Рисковый профиль",
    "progress": "Ход программы",
    "pairs": "Наставники",
    "visits": "Визиты",
    "concerns": "Сигналы",
    "work": "Поручения",
    "forms": "Формы",
    "list": "Список",
}

KIND_OF = {part.code: kind for kind, parts in PARTS.items() for part in parts}


_OWN = {"steps", "programme", "risks", "progress", "pairs", "concerns"}  # of the case itself, whatever the day


def of_case(case: Case, user: Actor) -> list[Line]:
    """Everything that happened in the school year of the case, the latest first; one query."""
    return ordered(read([part for parts in PARTS.values() for part in parts], case, user), case)


def ordered(lines: list[Line], case: Case) -> list[Line]:
    """Those of the case's year, the latest first."""
    own = [one for one in lines if KIND_OF[one.code] in _OWN or year_of(one.on) == case.school_year]
    return sorted(own, key=lambda one: one.order, reverse=True)
