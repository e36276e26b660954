"""The table of meetings."""

from __future__ import annotations

from opora.support.forms.meetings import MeetingFilter
from opora.support.models.meetings import Meeting
from opora.support.queries import meetings as queries
from opora.ui.tables import Column, Table


class MeetingTable(Table[Meeting]):
    name = "meetings"
    title = "Заседания рабочих групп"
    confidential = True
    columns = (
        Column("day", "Дата", lambda row: row.day, sort=("day", "pk")),
        Column(
            "title",
            "О чём",
            lambda row: row.title,
            sort=("sort_title", "pk"),
            link=Meeting.get_absolute_url,
            clamp=True,
        ),
        Column("body", "Рабочая группа", lambda row: row.body, sort=("body__sort_name", "day"), clamp=True),
        Column(
            "state",
            "Состояние",
            lambda row: row.get_state_display(),
            sort=("state", "day"),
            template="support/meetings/state.html",
        ),
        Column("decided", "Решений", lambda row: row.decided, sort=("decided",), align="end"),
    )
    default_sort = "-day"
    filters = MeetingFilter
    search = staticmethod(queries.search)
