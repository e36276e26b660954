"""The table of cases. It tells which schools are listed: it is confidential, and so are its copies."""

from __future__ import annotations

from opora.support.conditions import missing
from opora.support.forms.cases import CaseFilter
from opora.support.levels import title_of
from opora.support.models import Case
from opora.support.queries import cases as queries
from opora.ui import words
from opora.ui.tables import Column, Table


def held_words(case: Case) -> list[str]:
    """What holds a case up, in words: a term that has passed, conditions of the next step that are not met."""
    found = []
    if case.is_overdue and case.due:
        found.append(words.until(case.due).partition("(")[2].rstrip(")"))
    return [*found, *missing(case)]


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
        Column("held", "Что задерживает", lambda row: "; ".join(held_words(row)), clamp=True),
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
    filters = CaseFilter
    search = staticmethod(queries.search)
