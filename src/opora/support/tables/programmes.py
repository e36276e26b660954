"""The queue of programmes: which wait for whom, how many experts have answered. Tells which schools are listed."""

from __future__ import annotations

from typing import Any

from opora.core.clock import day_of
from opora.support.forms.programmes import ProgrammeFilter
from opora.support.models import Programme
from opora.support.models.progress import lights_in_words
from opora.support.queries import programmes as queries
from opora.ui.tables import Column, Table


def _experts(row: Any) -> str:
    return f"{row.answered} из {row.asked}" if row.asked else "не назначены"


class ProgrammeTable(Table[Programme]):
    name = "programmes"
    title = "Программы школ"
    confidential = True
    saved = True
    columns = (
        Column(
            "school",
            "Школа",
            lambda row: row.case.school,
            sort=("case__school__sort_name",),
            link=Programme.get_absolute_url,
        ),
        Column("state", "Состояние", lambda row: row.in_words, sort=("state",)),
        Column("version", "Версия", lambda row: row.number or "не отправлялась", sort=("version",)),
        Column("sent", "Отправлена", lambda row: day_of(row.sent_at) if row.sent_at else None, sort=("sent_at",)),
        Column("experts", "Экспертиз дано", _experts, sort=("answered", "asked")),
        Column("due", "Срок экспертизы", lambda row: row.review_due, sort=("review_due",)),
        Column("progress", "Как идут цели", lambda row: lights_in_words(row.reviewed or ())),
        Column(
            "municipality",
            "Муниципалитет",
            lambda row: row.case.school.parent,
            sort=("case__school__parent__sort_name", "case__school__sort_name"),
        ),
        Column("year", "Учебный год", lambda row: row.case.year, sort=("case__school_year",)),
    )
    default_sort = "school"
    filters = ProgrammeFilter
    search = staticmethod(queries.search)
