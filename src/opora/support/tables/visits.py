"""The table of visits."""

from __future__ import annotations

from django.db.models import QuerySet

from opora.registry.models import Organisation
from opora.support.forms.visits import VisitFilter
from opora.support.models.visits import Visit
from opora.ui.tables import Column, Table


def search(found: QuerySet[Visit], text: str) -> QuerySet[Visit]:
    return found.filter(school__in=Organisation.objects.matching(text).values("pk"))


def _team(visit: Visit) -> str:
    return "; ".join(f"{one.mentor.name} ({one.subject_titles})" for one in visit.team.all())


class VisitTable(Table[Visit]):
    name = "visits"
    title = "Визиты в школы"
    confidential = True
    columns = (
        Column("day", "День", lambda row: row.day, sort=("day", "pk")),
        Column("school", "Школа", lambda row: row.school, sort=("school__sort_name",), link=Visit.get_absolute_url),
        Column("municipality", "Муниципалитет", lambda row: row.school.parent, sort=("school__parent__sort_name",)),
        Column("team", "Кто едет", _team),
        Column("state", "Состояние", lambda row: row.in_words, sort=("state", "day")),
        Column("waits", "Чего не хватает", lambda row: row.waits),
    )
    default_sort = "day"
    filters = VisitFilter
    search = staticmethod(search)
