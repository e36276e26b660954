"""The tables of road maps and assignments."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from opora.core.text import words as folded_words
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationQuerySet
from opora.roadmaps.forms import AssignmentFilter, RoadMapFilter
from opora.roadmaps.menu import assignment_url, roadmap_url
from opora.roadmaps.models import Assignment, Postponement, RoadMap
from opora.roadmaps.queries.counts import Counts
from opora.roadmaps.queries.work import matching
from opora.ui.saved import ALL
from opora.ui.tables import Column, Table


def _search_roadmaps(rows: QuerySet[RoadMap], text: str) -> QuerySet[RoadMap]:
    for word in folded_words(text):
        rows = rows.filter(search__contains=f" {word}")
    return rows


class AssignmentTable(Table[Assignment]):
    name = "assignments"
    title = "Поручения"
    default_sort = "due"
    search = staticmethod(matching)
    filters = AssignmentFilter
    saved = True
    columns = (
        Column(
            "text",
            "Поручение",
            lambda one: one.text,
            sort=("activity__order", "pk"),
            link=assignment_url,
            template="roadmaps/cells/assignment.html",
        ),
        Column("executor", "Исполнитель", lambda one: one.executor.short_name, sort=("executor__sort_name", "due")),
        Column(
            "due", "Срок", lambda one: one.due, sort=("due", "pk"), template="roadmaps/cells/due.html", indexed=True
        ),
        Column(
            "state",
            "Состояние",
            lambda one: "просрочено" if one.is_overdue else one.get_state_display(),
            sort=("state", "due"),
            template="roadmaps/cells/state.html",
        ),
        Column(
            "controller", "Контролирует", lambda one: one.controller.short_name, sort=("controller__sort_name", "due")
        ),
    )

    def url(self, **changes: object) -> str:
        """Without any parameter the list opens with the person's default filter; this one is the whole list then."""
        found = super().url(**changes)
        return found if "?" in found else f"{found}?{ALL}=1"


class PostponementTable(Table[Postponement]):
    name = "postponements"
    title = "Просьбы о переносе срока"
    default_sort = "asked"
    columns = (
        Column(
            "text",
            "Поручение",
            lambda one: one.assignment.text,
            sort=("assignment__activity__order", "pk"),
            template="roadmaps/cells/postponement.html",
        ),
        Column(
            "executor",
            "Исполнитель",
            lambda one: one.assignment.executor.short_name,
            sort=("assignment__executor__sort_name", "pk"),
        ),
        Column("old", "Срок", lambda one: one.old_due, sort=("old_due", "pk")),
        Column("asked", "Просят перенести на", lambda one: one.asked_due, sort=("asked_due", "pk")),
        Column("reason", "Причина", lambda one: one.reason, clamp=True),
    )


class RoadMapTable(Table[RoadMap]):
    name = "roadmaps"
    title = "Дорожные карты"
    default_sort = "-sent"
    search = staticmethod(_search_roadmaps)
    filters = RoadMapFilter
    columns = (
        Column("title", "Название", lambda one: one.title, sort=("sort_title",), link=roadmap_url),
        Column("organisation", "Кто издал", lambda one: one.organisation.short_name, sort=("organisation__sort_name",)),
        Column("document", "Документ", lambda one: str(one.document), sort=("document__date",)),
        Column("sent", "Разослана", lambda one: one.sent_on, sort=("sent_on",)),
        Column(
            "state",
            "Состояние",
            lambda one: one.get_state_display(),
            sort=("state",),
            template="roadmaps/cells/roadmap_state.html",
        ),
    )


def done(found: dict[int, Counts]) -> Column:
    """The column of counts, by the key of the road map."""
    return Column("done", "Исполнено", lambda one: found.get(one.pk, Counts()), template="roadmaps/cells/done.html")


class TerritoryTable(Table[Organisation]):
    name = "territories"
    title = "Исполнение по территориям"
    default_sort = "name"
    search = staticmethod(lambda rows, text: OrganisationQuerySet.matching(rows, text))


def territory_columns(roadmap: RoadMap, found: dict[str, Counts]) -> list[Column]:
    """The territory and its counts, by its path."""

    def below(one: Organisation, **more: str) -> str:
        query = {"roadmap": roadmap.public_id, "below": one.public_id, **more}
        return reverse("roadmaps:assignments", query=query)

    def of(one: Organisation) -> Counts:
        return found.get(one.path, Counts())

    return [
        Column("name", "Территория", lambda one: one.short_name, sort=("sort_name",), link=below, indexed=True),
        Column("done", "Исполнено", of, template="roadmaps/cells/done.html"),
        Column("reported", "На проверке", lambda one: of(one).reported, align="end"),
        Column("open", "Не сдано", lambda one: of(one).open, align="end"),
        Column(
            "overdue",
            "Просрочено",
            lambda one: of(one).overdue,
            align="end",
            link=lambda one: below(one, when="overdue"),
            template="roadmaps/cells/overdue.html",
        ),
    ]
