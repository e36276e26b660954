"""The tables of events and of those who come."""

from __future__ import annotations

from typing import Any

from opora.development.codes import shown
from opora.development.forms.events import EventFilter, PeopleFilter
from opora.development.models import Event, Registration
from opora.development.queries import events as queries
from opora.ui.tables import Column, Table


def _taken(row: Any) -> str:
    if row.counted is None:
        return ""
    return str(row.counted) if row.places is None else f"{row.counted} из {row.places}"


class EventTable(Table[Event]):
    name = "events"
    title = "События"
    confidential = True
    columns = (
        Column("begins", "Начало", lambda row: row.begins_at, sort=("begins_at", "pk")),
        Column(
            "title",
            "Название",
            lambda row: row.title,
            sort=("sort_title", "pk"),
            link=Event.get_absolute_url,
            clamp=True,
        ),
        Column("kind", "Вид", lambda row: row.get_kind_display(), sort=("kind", "begins_at")),
        Column("territory", "Кто проводит", lambda row: row.territory, sort=("territory__sort_name",), clamp=True),
        Column("taken", "Записаны", _taken, sort=("counted",), align="end"),
        Column(
            "state",
            "Состояние",
            lambda row: row.get_state_display(),
            sort=("state", "begins_at"),
            template="development/events/state.html",
        ),
    )
    default_sort = "-begins"
    filters = EventFilter
    search = staticmethod(queries.search)


def _present(row: Registration) -> str:
    return {True: "был(а)", False: "не был(а)", None: ""}[row.present]


WITHDRAW = Column(  # for whoever keeps the event
    "withdraw",
    "Отозвать",
    lambda row: getattr(row, "certificate", None),
    template="development/events/withdraw.html",
    export=False,
)


class PeopleTable(Table[Registration]):
    name = "comers"
    title = "Участники"
    confidential = True
    columns = (
        Column("order", "Записан", lambda row: row.created_at, sort=("pk",)),
        Column("name", "Кто", lambda row: row.name, sort=("sort_name", "pk")),
        Column("post", "Должность", lambda row: row.post, sort=("post", "sort_name"), clamp=True),
        Column(
            "organisation", "Организация", lambda row: row.organisation, sort=("organisation__sort_name", "sort_name")
        ),
        Column(
            "state",
            "Состояние",
            lambda row: row.get_state_display(),
            sort=("state", "pk"),
            template="development/events/place.html",
        ),
        Column("present", "Присутствие", _present, sort=("present", "sort_name")),
        Column(
            "certificate",
            "Сертификат",
            lambda row: shown(row.certificate.code) if hasattr(row, "certificate") else "",
            template="development/events/certificate_of.html",
        ),
    )
    default_sort = "order"
    filters = PeopleFilter
    search = staticmethod(queries.people_found)
