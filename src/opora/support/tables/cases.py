"""The table of cases. It tells which schools are listed: it is confidential, and so are its copies."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.urls import reverse

from opora.core.actor import Actor
from opora.support.actions.rights import may_do
from opora.support.conditions import Condition, lacking
from opora.support.forms.cases import CaseFilter
from opora.support.levels import title_of
from opora.support.models import Case, CaseQuerySet
from opora.support.queries import cases as queries
from opora.ui import words
from opora.ui.requests import actor
from opora.ui.tables import Column, Table


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that holds a case up, and where the person mends it (nowhere: empty)."""

    text: str
    url: str


class HeldUp(list[Held]):
    """All of them, in words where a copy takes them."""

    def __str__(self) -> str:
        return "; ".join(one.text for one in self)


def held_up(case: Case, user: Actor) -> HeldUp:
    """A term that has passed, conditions of the next step that are not met."""
    found = HeldUp()
    if case.is_overdue and case.due:
        late = words.until(case.due).partition("(")[2].rstrip(")")
        url = reverse("support:do", args=[case.public_id]) if may_do(user, case, case.step) else ""
        found.append(Held(late, url))
    found += [Held(_words(one, case), one.url(case, user)) for one in lacking(case)]
    return found


def _words(one: Condition, case: Case) -> str:
    """What a step lacks; of a programme that is at the school again, that nobody but the school can go on."""
    if getattr(case, "returned", False) and one.code.startswith("programme_"):
        return "программа снова у школы: её исправляют"
    return one.missing


class CaseTable(Table[Case]):
    name = "cases"
    title = "Дела школ"
    confidential = True
    saved = True
    columns = (
        Column("school", "Школа", lambda row: row.school, sort=("school__sort_name",), link=Case.get_absolute_url),
        Column(
            "state",
            "Состояние",
            lambda row: row.get_state_display(),
            sort=("state", "due"),
            template="support/parts/state.html",
        ),
        Column("step", "Что дальше", lambda row: row.step if row.is_open else "", sort=("step__order", "due")),
        Column("who", "За кем", lambda row: row.step.get_who_display() if row.is_open and row.step else ""),
        Column("due", "Срок", lambda row: row.due if row.is_open else None, sort=("due",)),
        Column("held", "Что задерживает", str, template="support/parts/held.html"),
        Column(
            "municipality",
            "Муниципалитет",
            lambda row: row.school.parent,
            sort=("school__parent__sort_name", "school__sort_name"),
        ),
        Column("year", "Учебный год", lambda row: row.year, sort=("school_year",)),
        Column("concern", "Сигнал", lambda row: title_of(row.concern) if row.concern else "", sort=("concern", "due")),
        Column("watched", "Слежу", lambda row: "слежу" if row.watched else "", export=False),
    )
    default_sort = "due"

    def __init__(self, request: HttpRequest, queryset: CaseQuerySet) -> None:
        user = actor(request)
        columns = [
            replace(one, value=lambda row: held_up(row, user)) if one.key == "held" else one for one in self.columns
        ]
        super().__init__(request, queryset, columns=columns)

    filters = CaseFilter
    search = staticmethod(queries.search)
