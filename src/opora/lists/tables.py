"""The tables of this floor; all are confidential, and so are their copies."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from opora.lists.forms import EntrustmentFilter, EntryFilter, ListFilter, OnDayFilter
from opora.lists.models import Entrustment, ListEntry, SchoolList
from opora.lists.queries import search_entries, search_entrustments, search_lists
from opora.registry.models import Organisation
from opora.ui.tables import Column, Table


def list_url(school_list: SchoolList) -> str:
    return reverse("lists:list", args=[school_list.public_id])


def school_url(school: Organisation) -> str:
    return reverse("lists:school", args=[school.public_id])


class ListTable(Table[SchoolList]):
    name = "lists"
    title = "Списки школ"
    confidential = True
    columns = (
        Column("title", "Список", lambda row: row.title, sort=("sort_title",), link=list_url),
        Column("year", "Учебный год", lambda row: row.year, sort=("school_year",)),
        Column("category", "Категория", lambda row: row.get_category_display(), sort=("category",)),
        Column("territory", "Кто утверждает", lambda row: row.territory, sort=("territory__sort_name",)),
        Column("schools", "Школ", lambda row: row.schools, sort=("schools",), align="end"),
        Column("state", "Состояние", lambda row: row.get_state_display(), template="lists/parts/state.html"),
    )
    default_sort = "-year"
    filters = ListFilter
    search = staticmethod(search_lists)


def _municipality(entry: ListEntry) -> Any:
    return entry.organisation.parent


def _to_list(row: ListEntry) -> str:
    """Nowhere from a place that was left: the list may not be the reader's any more."""
    return "" if row.until else list_url(row.list)


class EntryTable(Table[ListEntry]):
    name = "list"
    confidential = True
    columns = (
        Column("number", "№", lambda row: row.order, sort=("order",), align="end"),
        Column(
            "school",
            "Школа",
            lambda row: row.organisation,
            sort=("organisation__sort_name",),
            link=lambda row: school_url(row.organisation),
        ),
        Column("municipality", "Муниципалитет", _municipality, sort=("organisation__parent__sort_name", "order")),
        Column("code", "Код", lambda row: row.organisation.code),
        Column("since", "В списке с", lambda row: row.since, sort=("since",)),
        Column("note", "Примечание", lambda row: row.note, clamp=True),
    )
    default_sort = "number"
    filters = EntryFilter
    search = staticmethod(search_entries)


def removing(school_list: SchoolList) -> Column:
    """The column that leads to taking a school out of a draft."""

    def url(row: ListEntry) -> str:
        return reverse("lists:remove", args=[school_list.public_id, row.organisation.public_id])

    return Column("remove", "Действие", lambda row: "Убрать", link=url, export=False)


class OnDayTable(Table[ListEntry]):
    """Who stood in the lists on a day: since when, by which document, and until when if it has left since."""

    name = "lists-on-day"
    confidential = True
    columns = (
        Column(
            "school",
            "Школа",
            lambda row: row.organisation,
            sort=("organisation__sort_name",),
            link=lambda row: school_url(row.organisation),
        ),
        Column("municipality", "Муниципалитет", _municipality, sort=("organisation__parent__sort_name",)),
        Column("list", "Список", lambda row: row.list, sort=("list__sort_title",), link=_to_list),
        Column("category", "Категория", lambda row: row.list.get_category_display(), sort=("list__category",)),
        Column("since", "В списке с", lambda row: row.since, sort=("since",)),
        Column("since_document", "Включена документом", lambda row: row.since_document, clamp=True),
        Column("until", "Вышла", lambda row: row.until, sort=("until",)),
        Column("until_document", "Основание выхода", lambda row: row.until_document, clamp=True),
    )
    default_sort = "school"
    filters = OnDayFilter
    search = staticmethod(search_entries)


class SchoolTable(Table[ListEntry]):
    """The lists in which one school stands or stood."""

    name = "school-lists"
    confidential = True
    columns = (
        Column("year", "Учебный год", lambda row: row.list.year, sort=("list__school_year",)),
        Column("title", "Список", lambda row: row.list, sort=("list__sort_title",), link=_to_list),
        Column("category", "Категория", lambda row: row.list.get_category_display(), sort=("list__category",)),
        Column("state", "Состояние", lambda row: row.state[1], template="lists/parts/entry.html"),
        Column("since", "С", lambda row: row.since, sort=("since",)),
        Column("until", "Вышла", lambda row: row.until, sort=("until",)),
        Column("territory", "Кто утвердил", lambda row: row.list.territory),
        Column("document", "Документ", lambda row: row.since_document or row.list.document_text, clamp=True),
        Column("until_document", "Основание выхода", lambda row: row.until_document, clamp=True),
        Column("note", "Примечание", lambda row: row.note, clamp=True),
    )
    default_sort = "-year"


class EntrustmentTable(Table[Entrustment]):
    """Which schools are entrusted to whom."""

    name = "entrustments"
    title = "Кураторы школ"
    confidential = True
    columns = (
        Column("curator", "Кому", lambda row: row.curator, sort=("curator__sort_name", "school__sort_name")),
        Column(
            "school",
            "Школа",
            lambda row: row.school,
            sort=("school__sort_name",),
            link=lambda row: school_url(row.school),
        ),
        Column("municipality", "Муниципалитет", lambda row: row.school.parent, sort=("school__parent__sort_name",)),
        Column("why", "Зачем", lambda row: "для заседания" if row.meeting else "кураторство", sort=("meeting", "pk")),
        Column("since", "С", lambda row: row.since, sort=("since",)),
        Column("until", "По", lambda row: row.until, sort=("until",)),
        Column("by", "Кто поручил", lambda row: row.entrusted_by, clamp=True),
        Column("state", "Состояние", lambda row: row.state[1], template="lists/parts/entrustment.html"),
    )
    default_sort = "curator"
    filters = EntrustmentFilter
    search = staticmethod(search_entrustments)
