"""The tables of signs, clusters and conditions; named results are confidential, and so are their copies."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from opora.assessments.forms.looks import ClusterFilter, ConditionsFilter, SignsFilter
from opora.assessments.models import ContextRow, SchoolCluster, SchoolSigns
from opora.assessments.queries import looks as queries
from opora.identification.context import weights
from opora.identification.objectivity import SIGNS, Finding
from opora.identification.rules.words import percent
from opora.ui.tables import Column, Table

GROUPS = {
    "mean": "Завышен средний балл",
    "journal": "Журнал противоречит работе",
    "fall": "Падение из 4 класса в 5",
    "rise": "Рост из 4 класса в 5",
}
_SHORT = {"rus": "рус.", "mat": "мат."}


def _school(view: str) -> Column:
    """The school with the address of what its cell stands for."""
    return Column(
        "school",
        "Школа",
        lambda row: row.organisation,
        sort=("organisation__sort_name",),
        link=lambda row: f"{reverse(f'assessments:{view}', args=[row.organisation.public_id])}?year={row.year}",
    )


MUNICIPALITY = Column(
    "municipality",
    "Муниципалитет",
    lambda row: row.organisation.parent,
    sort=("organisation__parent__sort_name",),
)


def works_of(findings: Iterable[Finding]) -> str:
    """«ВПР 4: рус., мат.; ОГЭ: мат.»; of jumps the subjects alone."""
    found: dict[str, list[str]] = {}
    for sign in (one.sign for one in findings):
        work = "" if sign.group in ("fall", "rise") else "ОГЭ" if sign.procedure == "oge" else f"ВПР {sign.grade}"
        found.setdefault(work, []).append(_SHORT[sign.subject])
    return "; ".join(
        f"{work}: {', '.join(subjects)}" if work else ", ".join(subjects) for work, subjects in found.items()
    )


def by_kind(row: SchoolSigns) -> list[tuple[str, str]]:
    """(what kind of sign, in which works) of those that are there."""
    shown = row.shown_findings
    found = [(title, works_of(one for one in shown if one.sign.group == group)) for group, title in GROUPS.items()]
    return [(title, works) for title, works in found if works]


def _of_sign(code: str) -> Callable[[SchoolSigns], str]:
    def said(row: SchoolSigns) -> str:
        kept = row.figures.get(code)
        return "" if kept is None else "есть" if kept[0] else "нет"

    return said


class SignsTable(Table[SchoolSigns]):
    """Schools and their signs; a copy has a column for each of the fourteen."""

    name = "signs"
    confidential = True
    columns = (
        _school("school_signs"),
        MUNICIPALITY,
        Column(
            "kinds", "Видов", lambda row: row.kinds, sort=("kinds", "shown", "-organisation__sort_name"), align="end"
        ),
        Column("shown", "Признаков", lambda row: row.shown, sort=("shown", "-organisation__sort_name"), align="end"),
        Column("judged", "Из проверенных", lambda row: row.judged, sort=("judged",), align="end"),
        Column("which", "Какие", by_kind, template="assessments/looks/kinds.html"),
    )
    copied = (
        *columns[:5],
        *(Column(sign.id, sign.title, _of_sign(sign.id)) for sign in SIGNS),
    )
    default_sort = "-kinds"
    filters = SignsFilter
    search = staticmethod(queries.search_signs)


def columns_of(table: type[Any], request: HttpRequest) -> Any:
    """The columns of the page, or those of a copy where one is asked for."""
    return table.copied if request.GET.get("to") else table.columns


def _share(row: SchoolCluster) -> str:
    return "" if row.share is None else percent(row.share)


def index_words(value: float | None) -> str:
    """«+1,3»: so many standard deviations harder than the region's mean."""
    return "" if value is None else f"{value:+.1f}".replace(".", ",").replace("-", "−")


class ClusterTable(Table[SchoolCluster]):
    name = "clusters"
    confidential = True
    columns = (
        _school("school_peers"),
        MUNICIPALITY,
        Column(
            "cluster",
            "Кластер",
            lambda row: row.get_cluster_display(),
            sort=("cluster", "organisation__sort_name"),
            template="assessments/looks/cluster.html",
        ),
        Column("share", "Неуспешных работ", _share, sort=("share",), align="end"),
        Column("index", "Индекс условий", lambda row: index_words(row.index), sort=("index",), align="end"),
    )
    copied = (
        *columns,
        Column("works", "Работ учтено", lambda row: row.works),
        Column("reason", "Почему", lambda row: row.reason),
    )
    default_sort = "-share"
    filters = ClusterFilter
    search = staticmethod(queries.search_clusters)


def _part(name: str) -> Callable[[SchoolCluster], str]:
    return lambda row: index_words(row.parts.get(name))


class ConditionsTable(Table[SchoolCluster]):
    """The index of conditions of each school; a copy has a column for each indicator."""

    name = "conditions"
    confidential = True
    columns = (
        _school("school_peers"),
        MUNICIPALITY,
        Column("index", "Индекс условий", lambda row: index_words(row.index), sort=("index",), align="end"),
        Column("known", "Известно", lambda row: percent(row.known), sort=("known",), align="end"),
        Column("missing", "Нет сведений", lambda row: ", ".join(row.missing), clamp=True),
    )
    copied = (
        *columns[:4],
        *(Column(one.name, one.title.capitalize(), _part(one.name)) for one in weights().indicators),
        columns[4],
    )
    default_sort = "-index"
    filters = ConditionsFilter
    search = staticmethod(queries.search_clusters)


def _change(row: ContextRow) -> str:
    return "; ".join(changes_of(row))


def changes_of(row: ContextRow) -> list[str]:
    """«обучающихся: 240 → 250» for each figure that would be told otherwise."""
    titles = {"pupils": "обучающихся", **{one.name: one.title for one in weights().indicators}}
    before, after = _flat(row.before), _flat(row.after)
    return [
        f"{titles.get(name, name)}: {_said(before.get(name))} → {_said(after.get(name))}"
        for name in titles
        if before.get(name) != after.get(name)
    ]


def _flat(told: dict[str, Any] | None) -> dict[str, Any]:
    return {"pupils": told["pupils"], "settlement": told["settlement"], **told["figures"]} if told else {}


def _said(value: Any) -> str:
    return "нет сведений" if value is None else f"{value:g}".replace(".", ",")


class ContextRowTable(Table[ContextRow]):
    """What a table of conditions would change."""

    name = "context-rows"
    title = "Что изменится"
    confidential = True
    columns = (
        Column("school", "Школа", lambda row: row.organisation, sort=("organisation__sort_name",)),
        MUNICIPALITY,
        Column("kind", "Сведения", lambda row: "новые" if row.before is None else "изменятся"),
        Column("change", "Было → станет", _change, clamp=True),
    )
    default_sort = "school"
