"""The tables of forms."""

from __future__ import annotations

from opora.collection.forms.building import FormFilter
from opora.collection.models import Form
from opora.collection.queries import forms as queries
from opora.ui.tables import Column, Table


class FormTable(Table[Form]):
    name = "forms"
    title = "Формы"
    columns = (
        Column(
            "title", "Название", lambda row: row.title, sort=("sort_title",), link=Form.get_absolute_url, clamp=True
        ),
        Column("kind", "Вид", lambda row: row.get_kind_display(), sort=("kind", "sort_title")),
        Column("version", "Версия", lambda row: row.newest, sort=("newest",), align="end"),
        Column(
            "state",
            "Состояние",
            lambda row: row.get_state_display(),
            sort=("state", "sort_title"),
            template="collection/parts/form_state.html",
        ),
        Column("territory", "Чья", lambda row: row.territory, sort=("territory__sort_name",)),
        Column("when", "Составлена", lambda row: row.created_at, sort=("pk",)),
        Column("who", "Кто составил", lambda row: row.made_by, clamp=True),
    )
    default_sort = "title"
    search = staticmethod(queries.search_forms)
    filters = FormFilter
