"""The schedule of studies as a table."""

from __future__ import annotations

from opora.development.forms.studies import StudyFilter
from opora.development.models.studies import Study
from opora.development.queries import studies as queries
from opora.ui.tables import Column, Table


class StudyTable(Table[Study]):
    name = "studies"
    title = "Мониторинговые исследования"
    saved = True
    confidential = True
    columns = (
        Column("title", "Название", lambda row: row.title, sort=("sort_title",), link=Study.get_absolute_url),
        Column("kind", "Вид", lambda row: row.get_kind_display(), sort=("kind", "opens")),
        Column("what", "Предмет и классы", lambda row: row.what, sort=("subject", "opens")),
        Column("where", "Кто проводит и где", lambda row: row.where, sort=("territory__sort_name", "place__sort_name")),
        Column("opens", "Дни", lambda row: row.days, sort=("opens", "pk")),
        Column(
            "state",
            "Состояние",
            lambda row: row.get_state_display(),
            sort=("state", "opens"),
            template="development/studies/state.html",
        ),
        Column("invited", "Школ", lambda row: row.invited, sort=("invited",), align="end"),
        Column("entered", "Внесли", lambda row: row.entered, sort=("entered",), align="end"),
    )
    default_sort = "-opens"
    filters = StudyFilter
    search = staticmethod(queries.search)
