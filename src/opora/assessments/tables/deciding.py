"""The tables of runs, drafts of lists, objections and leavings; all are confidential, and so are their copies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.urls import reverse

from opora.assessments.forms.deciding import (
    ChoiceFilter,
    DifferenceFilter,
    ObjectionFilter,
    SelectionFilter,
    VerdictFilter,
)
from opora.assessments.models import Choice, Leaving, Objection, Run, Selection, Verdict
from opora.assessments.queries import deciding as queries
from opora.assessments.queries.comparing import search_schools
from opora.lists.models import SchoolList
from opora.registry.models import Organisation
from opora.ui.tables import Column, Table

NOT_JUDGED = "Школы не было в расчёте."


def results_url(school: Organisation) -> str:
    return reverse("assessments:school", args=[school.public_id])


class RunTable(Table[Run]):
    name = "runs"
    title = "Расчёты по правилам"
    confidential = True
    columns = (
        Column("rule", "Правило", lambda row: row.rule_title, sort=("rule_title",), link=Run.get_absolute_url),
        Column("year", "Год", lambda row: str(row.year), sort=("year",)),
        Column("when", "Когда", lambda row: row.created_at, sort=("pk",)),
        Column("who", "Кто считал", lambda row: row.made_by, clamp=True),
        Column("schools", "Школ", lambda row: row.schools, sort=("schools",), align="end"),
        Column("flagged", "По правилу в списке", lambda row: row.flagged, sort=("flagged",), align="end"),
        Column("state", "Состояние", lambda row: row.get_state_display(), template="assessments/runs/state.html"),
    )
    default_sort = "-when"


def _school(row: Any) -> Organisation:
    school: Organisation = row.organisation
    return school


SIGNS = Column(
    "signs",
    "Признаки",
    lambda row: row.signs,
    sort=("signs", "-organisation__sort_name"),
    align="end",
    template="assessments/looks/signs_of.html",
)


class VerdictTable(Table[Verdict]):
    name = "verdicts"
    confidential = True
    columns = (
        Column(
            "school",
            "Школа",
            _school,
            sort=("organisation__sort_name",),
            link=lambda row: reverse("assessments:verdict", args=[row.run.public_id, row.organisation.public_id]),
        ),
        Column(
            "municipality",
            "Муниципалитет",
            lambda row: row.organisation.parent,
            sort=("organisation__parent__sort_name",),
        ),
        Column(
            "flagged",
            "По правилу",
            lambda row: "в списке" if row.flagged else "не в списке",
            sort=("-flagged", "organisation__sort_name"),
            template="assessments/runs/flag.html",
        ),
        SIGNS,
        Column("reason", "Почему", lambda row: row.reason, clamp=True),
    )
    default_sort = "flagged"
    filters = VerdictFilter
    search = staticmethod(queries.search_verdicts)


def _arithmetic(row: Any) -> str:
    """The figures behind the verdict of the run; of a school that it did not judge, those of the other run."""
    judged = row.run_id if row.reason else row.other_id
    return reverse("assessments:verdict", args=[judged, row.public_id])


class DifferenceTable(Table[Organisation]):
    """Schools that only one of two runs lists."""

    name = "difference"
    confidential = True
    columns = (
        Column("school", "Школа", lambda row: row, sort=("sort_name",), link=_arithmetic),
        Column("municipality", "Муниципалитет", lambda row: row.parent, sort=("parent__sort_name", "sort_name")),
        Column(
            "change",
            "Изменение",
            lambda row: "входит" if row.enters else "выходит",
            sort=("-enters", "sort_name"),
            template="assessments/runs/change.html",
        ),
        Column("reason", "По этому расчёту", lambda row: row.reason or NOT_JUDGED, clamp=True),
        Column("other", "По другому расчёту", lambda row: row.other_reason or NOT_JUDGED, clamp=True),
    )
    default_sort = "change"
    filters = DifferenceFilter
    search = staticmethod(search_schools)


class SelectionTable(Table[Selection]):
    name = "selections"
    title = "Проекты списков"
    confidential = True
    columns = (
        Column("title", "Проект", lambda row: row.title, sort=("sort_title",), link=Selection.get_absolute_url),
        Column("year", "Учебный год", lambda row: row.year_words, sort=("school_year",)),
        Column("run", "Расчёт", lambda row: row.run, clamp=True),
        Column("schools", "Школ", lambda row: row.schools, sort=("schools",), align="end"),
        Column("who", "Кто составил", lambda row: row.made_by, clamp=True),
        Column("state", "Состояние", lambda row: row.get_state_display(), template="assessments/deciding/state.html"),
        Column("when", "Составлен", lambda row: row.created_at, sort=("pk",)),
    )
    default_sort = "-when"
    filters = SelectionFilter
    search = staticmethod(queries.search_selections)


class ChoiceTable(Table[Choice]):
    name = "choices"
    confidential = True
    columns = (
        Column(
            "school",
            "Школа",
            _school,
            sort=("organisation__sort_name",),
            link=lambda row: results_url(row.organisation),
        ),
        Column(
            "municipality",
            "Муниципалитет",
            lambda row: row.organisation.parent,
            sort=("organisation__parent__sort_name",),
        ),
        Column("rule", "По правилу", lambda row: row.by_rule, sort=("-by_rule", "organisation__sort_name")),
        Column("outside", "Во внешнем списке", lambda row: row.outside, sort=("-outside", "organisation__sort_name")),
        Column(
            "decision",
            "Решение",
            lambda row: row.get_decision_display(),
            sort=("decision", "organisation__sort_name"),
            template="assessments/deciding/decision.html",
        ),
        SIGNS,
        Column("reason", "Основание", lambda row: row.reason, clamp=True),
        Column("why", "Что говорит правило", lambda row: row.why, clamp=True),
    )
    default_sort = "school"
    filters = ChoiceFilter
    search = staticmethod(queries.search_choices)


def changing(selection: Selection) -> list[Column]:
    """The columns of a draft: its decisions can be changed."""

    def url(row: Choice) -> str:
        return reverse("assessments:decide", args=[selection.public_id, row.organisation.public_id])

    return [replace(one, link=url) if one.key == "decision" else one for one in ChoiceTable.columns]


class ObjectionTable(Table[Objection]):
    name = "objections"
    title = "Возражения школ"
    confidential = True
    columns = (
        Column("school", "Школа", lambda row: row.school, sort=("school__sort_name",), link=Objection.get_absolute_url),
        Column("municipality", "Муниципалитет", lambda row: row.school.parent, sort=("school__parent__sort_name",)),
        Column("list", "Список", lambda row: row.school_list, clamp=True),
        Column("when", "Подано", lambda row: row.created_at, sort=("pk",)),
        Column("state", "Состояние", lambda row: row.get_state_display(), template="assessments/objections/state.html"),
    )
    default_sort = "-when"
    filters = ObjectionFilter
    search = staticmethod(queries.search_objections)


class LeavingTable(Table[Leaving]):
    name = "leavings"
    title = "Выходы из списков"
    confidential = True
    columns = (
        Column(
            "school",
            "Школа",
            lambda row: row.school,
            sort=("school__sort_name",),
            link=lambda row: results_url(row.school),
        ),
        Column("municipality", "Муниципалитет", lambda row: row.school.parent, sort=("school__parent__sort_name",)),
        Column("list", "Список", lambda row: row.school_list, clamp=True),
        Column("when", "Дата", lambda row: row.left_on, sort=("left_on", "pk")),
        Column("criteria", "Основание", lambda row: row.criteria, clamp=True),
        Column("document", "Документ", lambda row: row.document_text, clamp=True),
    )
    default_sort = "-when"
    search = staticmethod(queries.search_leavings)


class LetterTable(Table[Organisation]):
    """The municipalities to which a list is told."""

    name = "letters"
    title = "Письма муниципалитетам"
    confidential = True
    columns = (
        Column("municipality", "Муниципалитет", lambda row: row.short_name, sort=("sort_name",)),
        Column("schools", "Школ в списке", lambda row: row.listed, sort=("listed",), align="end"),
    )
    default_sort = "municipality"
    search = staticmethod(queries.search_concerned)


def letter_links(school_list: SchoolList, kinds: Iterable[str]) -> Iterator[Column]:
    """A column for each kind of file that the letter can be taken as."""

    def link(kind: str) -> Column:
        def url(row: Organisation) -> str:
            return reverse("assessments:letter", args=[school_list.public_id, row.public_id, kind])

        return Column(kind, f"Письмо {kind}", lambda row: f"{kind}: {row.short_name}", link=url, export=False)

    return (link(kind) for kind in kinds)
