from __future__ import annotations

from opora.documents.forms import DocumentFilter
from opora.documents.forms.drafts import DraftFilter
from opora.documents.forms.letters import LetterFilter
from opora.documents.letters.queries import search_letters
from opora.documents.models import Document, Draft, Letter
from opora.documents.queries import search_documents, search_drafts
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


class LetterTable(Table[Letter]):
    name = "letters"
    title = "Исходящие"
    columns = (
        Column(
            "number",
            "Номер",
            lambda row: row.number_text or "без номера",
            sort=("sort_number",),
            link=lambda row: row.get_absolute_url(),
        ),
        Column("date", "Дата", lambda row: row.date, sort=("date",)),
        Column("title", "О чём", lambda row: row.title, clamp=True),
        Column("addressee", "Кому", lambda row: row.addressee, sort=("addressee__sort_name",)),
        Column("organisation", "От кого, кто подписал", lambda row: row.sender, sort=("organisation__sort_name",)),
        Column(
            "state",
            "Состояние",
            lambda row: row.get_state_display(),
            sort=("state",),
            template="documents/letters/parts/state.html",
        ),
        Column("created", "Составлено", lambda row: row.created_at, sort=("created_at",)),
    )
    default_sort = "-created"
    filters = LetterFilter
    search = staticmethod(search_letters)
    confidential = True


class DraftTable(Table[Draft]):
    name = "drafts"
    title = "Проекты документов"
    columns = (
        Column("title", "Проект", lambda row: row.title, sort=("sort_title",), link=lambda row: row.get_absolute_url()),
        Column("kind", "Вид", lambda row: row.get_kind_display(), sort=("kind",)),
        Column("version", "Версия", lambda row: row.last_version, align="end"),
        Column("organisation", "Организация", lambda row: row.organisation, sort=("organisation__sort_name",)),
        Column("author", "Кто готовит", lambda row: row.author),
        Column(
            "state",
            "Состояние",
            lambda row: row.get_state_display(),
            sort=("state",),
            template="documents/drafts/parts/state.html",
        ),
        Column("created", "Начат", lambda row: row.created_at, sort=("created_at",)),
    )
    default_sort = "-created"
    filters = DraftFilter
    search = staticmethod(search_drafts)
    confidential = True
