from __future__ import annotations

from opora.documents.forms import DocumentFilter
from opora.documents.models import Document
from opora.documents.queries import search_documents
from opora.ui.tables import Column, Table


class DocumentTable(Table[Document]):
    name = "documents"
    title = "Документы"
    columns = (
        Column("document", "Документ", str, sort=("sort_number",), link=lambda row: row.get_absolute_url()),
        Column("title", "Название", lambda row: row.title, sort=("sort_title",), clamp=True),
        Column("date", "Дата", lambda row: row.date, sort=("date",)),
        Column("organisation", "Организация", lambda row: row.organisation, sort=("organisation__sort_name",)),
        Column(
            "state",
            "Состояние",
            lambda row: row.get_state_display(),
            sort=("state",),
            template="documents/parts/state.html",
        ),
        Column("created", "Загружен", lambda row: row.created_at, sort=("created_at",)),
    )
    default_sort = "-created"
    filters = DocumentFilter
    search = staticmethod(search_documents)
