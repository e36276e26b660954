"""The tables of the laboratory and of the region's own rules; what names schools is confidential, and so are copies."""

from __future__ import annotations

from django.urls import reverse

from opora.assessments.forms.deciding import MovedFilter
from opora.assessments.models import OwnRule, Trial, Verdict
from opora.assessments.queries.deciding import search_verdicts
from opora.ui.tables import Column, Table


class TrialTable(Table[Trial]):
    name = "trials"
    title = "Лаборатория: пробы правил"
    confidential = True
    columns = (
        Column("rule", "Правило", lambda row: row.rule_title, sort=("rule_title",), link=Trial.get_absolute_url),
        Column("span", "Годы", lambda row: row.span, sort=("first_year", "last_year")),
        Column("regions", "Моделируемых регионов", lambda row: row.regions, sort=("regions",), align="end"),
        Column("when", "Когда", lambda row: row.created_at, sort=("pk",)),
        Column("who", "Кто считал", lambda row: row.made_by, clamp=True),
        Column("state", "Состояние", lambda row: row.get_state_display(), template="assessments/runs/state.html"),
    )
    default_sort = "-when"


def _verdict(row: Verdict) -> str:
    return reverse("assessments:verdict", args=[row.run.public_id, row.organisation.public_id])


class MovedTable(Table[Verdict]):
    """Who entered and who left the list from one year of a trial to the next, and why."""

    name = "moved"
    confidential = True
    columns = (
        Column("school", "Школа", lambda row: row.organisation, sort=("organisation__sort_name",), link=_verdict),
        Column(
            "municipality",
            "Муниципалитет",
            lambda row: row.organisation.parent,
            sort=("organisation__parent__sort_name",),
        ),
        Column("year", "Год", lambda row: str(row.run.year), sort=("run__year", "organisation__sort_name")),
        Column(
            "change",
            "Изменение",
            lambda row: "входит" if row.flagged else "выходит",
            sort=("-flagged", "organisation__sort_name"),
            template="assessments/runs/change.html",
        ),
        Column("reason", "В этом году", lambda row: row.reason, clamp=True),
        Column("before", "Годом раньше", lambda row: row.before, clamp=True),
    )
    default_sort = "-year"
    filters = MovedFilter
    search = staticmethod(search_verdicts)


class OwnRuleTable(Table[OwnRule]):
    """The versions of one rule."""

    name = "versions"
    title = "Версии правила"
    columns = (
        Column("version", "Версия", lambda row: row.version, sort=("pk",), link=OwnRule.get_absolute_url),
        Column("title", "Название", lambda row: row.title, clamp=True),
        Column("when", "Внесена", lambda row: row.created_at, sort=("pk",)),
        Column("who", "Кто внёс", lambda row: row.made_by, clamp=True),
        Column("use", "Действует", lambda row: row.in_use, template="assessments/own/state.html"),
    )
    default_sort = "-when"
