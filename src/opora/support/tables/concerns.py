"""The table of concerns: confidential, as everything that tells which schools are listed."""

from __future__ import annotations

from opora.support.forms.concerns import ConcernFilter
from opora.support.levels import title_of
from opora.support.models.concerns import Concern
from opora.support.queries import concerns as queries
from opora.ui.tables import Column, Table


class ConcernTable(Table[Concern]):
    name = "concerns"
    title = "Тревожные сигналы"
    confidential = True
    saved = True
    columns = (
        Column(
            "school",
            "Школа",
            lambda row: row.case.school,
            sort=("case__school__sort_name",),
            link=Concern.get_absolute_url,
        ),
        Column("level", "Уровень", lambda row: title_of(row.rank), sort=("rank", "pk")),
        Column(
            "state",
            "Состояние",
            lambda row: row.get_state_display(),
            sort=("state", "rank"),
            template="support/concerns/state.html",
        ),
        Column("text", "Что случилось", lambda row: row.text, clamp=True),
        Column(
            "municipality",
            "Муниципалитет",
            lambda row: row.case.school.parent,
            sort=("case__school__parent__sort_name", "case__school__sort_name"),
        ),
        Column("shared", "Видит ли школа", lambda row: "видит" if row.shared else "не видит"),
        Column("raised", "Подан", lambda row: row.created_at, sort=("pk",)),
        Column("who", "Кто подал", lambda row: row.raised_by, clamp=True),
    )
    default_sort = "-level"
    filters = ConcernFilter
    search = staticmethod(queries.search)
