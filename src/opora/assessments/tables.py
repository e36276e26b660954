"""The tables of loaded results; what names schools is confidential, and so are its copies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from opora.assessments.models import Loading, LoadingState
from opora.assessments.queries.loading import search_loadings
from opora.ui.forms import FilterForm
from opora.ui.tables import Column, Table


class LoadingFilter(FilterForm):
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *LoadingState.choices])

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        return queryset.filter(**chosen)


class LoadingTable(Table[Loading]):
    name = "loadings"
    title = "Загрузки результатов"
    columns = (
        Column(
            "title", "Загрузка", lambda row: row.title, sort=("sort_title",), link=lambda row: row.get_absolute_url()
        ),
        Column("when", "Когда", lambda row: row.created_at, sort=("pk",)),
        Column("who", "Кто загрузил", lambda row: row.loaded_by, clamp=True),
        Column("taken", "Строк", lambda row: row.taken, sort=("taken",), align="end"),
        Column("aside", "Отложено", lambda row: row.aside, sort=("aside",), align="end"),
        Column("state", "Состояние", lambda row: row.get_state_display(), template="assessments/parts/state.html"),
    )
    default_sort = "-when"
    filters = LoadingFilter
    search = staticmethod(search_loadings)
