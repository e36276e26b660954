"""The tables of results; named results are confidential, and so are their copies."""

from __future__ import annotations

from django.urls import reverse

from opora.assessments.figures import Share
from opora.assessments.models import SchoolContext, SchoolResult
from opora.assessments.queries import looking as queries
from opora.ui.tables import Column, Table


def _share(row: SchoolResult) -> str:
    share = Share.of(row.failed, row.participants)
    return share.words if share else ""


def _interval(row: SchoolResult) -> str:
    share = Share.of(row.failed, row.participants)
    return share.interval if share else ""


class SchoolsOfWorkTable(Table[SchoolResult]):
    """The schools of an area in one work."""

    name = "schools-of-work"
    confidential = True
    columns = (
        Column(
            "school",
            "Школа",
            lambda row: row.organisation,
            sort=("organisation__sort_name",),
            link=lambda row: reverse("assessments:school", args=[row.organisation.public_id]),
        ),
        Column(
            "municipality",
            "Муниципалитет",
            lambda row: row.organisation.parent,
            sort=("organisation__parent__sort_name",),
        ),
        Column("participants", "Участников", lambda row: row.participants, sort=("participants",), align="end"),
        Column("failed", "Не справились", lambda row: row.failed, sort=("failed",), align="end"),
        Column("share", "Доля", _share, sort=("share", "participants"), align="end"),
        Column("interval", "Интервал 95 %", _interval, align="end"),
    )
    default_sort = "-share"
    search = staticmethod(queries.search_results)


class ContextTable(Table[SchoolContext]):
    """The conditions of schools as last loaded."""

    name = "contexts"
    title = "Условия школ"
    confidential = True
    columns = (
        Column("school", "Школа", lambda row: row.organisation, sort=("organisation__sort_name",)),
        Column("municipality", "Муниципалитет", lambda row: row.organisation.parent),
        Column("year", "Год", lambda row: str(row.year), sort=("year", "organisation__sort_name")),
        Column("pupils", "Обучающихся", lambda row: row.pupils, sort=("pupils",), align="end"),
        Column("told", "Показателей", lambda row: len(row.figures), align="end"),
    )
    default_sort = "-year"
    search = staticmethod(queries.search_contexts)
