"""Signs of objectivity, clusters and conditions: of a region or municipality, and of a school."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.assessments import scatter
from opora.assessments.actions import looks as actions
from opora.assessments.forms.looks import ThresholdsForm
from opora.assessments.models import AreaLook, SchoolCluster
from opora.assessments.queries import looking
from opora.assessments.queries import looks as queries
from opora.assessments.tables.looks import ClusterTable, ConditionsTable, SignsTable, columns_of, index_words
from opora.assessments.territory import territory_of
from opora.core.permissions import Permission
from opora.identification.clusters import TITLES
from opora.identification.context import weights
from opora.identification.objectivity import SIGNS
from opora.identification.rules.words import percent
from opora.journal.actions import opened
from opora.registry.models import Organisation
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.points import tabs_of
from opora.ui.requests import actor, form_methods


def _area(request: HttpRequest, public_id: str) -> dict[str, Any]:
    """The area with what was worked out of the year that the address asks for; that it was opened is journalled."""
    user = actor(request)
    looks = queries.area_looks(public_id, user)
    area = looks[0].area if looks else get_object_or_404(looking.areas(user), public_id=public_id)
    opened(by=user, on=area, text=f"посмотрел(а) результаты школ: {area}", path=area.path)
    years = [one.year for one in looks]
    year = queries.chosen_year(years, request.GET.get("year", ""))
    told = next((one for one in looks if one.year == year), None)
    return {
        "area": area,
        "looks": looks,
        "years": years,
        "year": year,
        "told": told,
        "unjudged": told.schools - told.judged if told else 0,
        "look": told.look if told else None,
        "may_count": user.may(Permission.RESULTS_EDIT, area.path),
    }


@require_GET
def signs(request: HttpRequest, public_id: str) -> HttpResponse:
    """The index of an area, how many schools show which sign, and the schools."""
    context, user = _area(request, public_id), actor(request)
    area, told = context["area"], context["told"]
    if told is None or not told.judged:
        return render(request, "assessments/looks/signs.html", context)
    title = f"Признаки необъективности, {told.year}"
    rows = queries.signs_in(area, told.year, user)
    table = SignsTable(request, rows, title=title, columns=columns_of(SignsTable, request))
    context |= {"kinds": _kinds(told), "inside": queries.municipalities(area, told.year, user)}
    return table.response("assessments/looks/signs.html", context)


def _kinds(told: AreaLook) -> list[tuple[Any, int, int]]:
    """(sign, schools that show it, schools judged by it)"""
    return [(sign, *told.signs.get(sign.id, (0, 0))) for sign in SIGNS]


@require_GET
def clusters(request: HttpRequest, public_id: str) -> HttpResponse:
    """How many schools are in which cluster, where each stands, and the schools."""
    context, user = _area(request, public_id), actor(request)
    area, told = context["area"], context["told"]
    if told is None:
        return render(request, "assessments/looks/clusters.html", context)
    rows = queries.clusters_in(area, told.year, user)
    title, columns = f"Кластеры школ, {told.year}", columns_of(ClusterTable, request)
    table = ClusterTable(request, rows, title=title, columns=columns)
    dots = list(rows.order_by("pk").values_list("cluster", "index", "share"))
    context["chart"] = scatter.clusters(dots, told.look.limits, title=f"Результаты и условия школ, {told.year}")
    context["counts"] = [(code, title, told.clusters.get(code, 0)) for code, title in TITLES.items()]
    return table.response("assessments/looks/clusters.html", context)


@require_GET
def conditions(request: HttpRequest, public_id: str) -> HttpResponse:
    """The index of conditions of each school, with the weights of its parts."""
    context, user = _area(request, public_id), actor(request)
    told = context["told"]
    if told is None:
        return render(request, "assessments/looks/conditions.html", context)
    rows = queries.clusters_in(context["area"], told.year, user)
    title, columns = f"Индекс условий, {told.year}", columns_of(ConditionsTable, request)
    table = ConditionsTable(request, rows, title=title, columns=columns)
    context["weights"] = weights()
    return table.response("assessments/looks/conditions.html", context)


def _school(request: HttpRequest, public_id: str) -> tuple[Organisation, dict[str, Any]]:
    user = actor(request)
    found = get_object_or_404(looking.schools(user).select_related("parent"), public_id=public_id)
    opened(by=user, on=found, text=f"посмотрел(а) результаты школы «{found}»", path=found.path)
    return found, {"school": found, "tabs": tabs_of(user, found)}


def _of_year(rows: list[Any], request: HttpRequest) -> dict[str, Any]:
    years = [one.year for one in rows]
    year = queries.chosen_year(years, request.GET.get("year", ""))
    return {"years": years, "year": year, "told": next((one for one in rows if one.year == year), None)}


@require_GET
def school_signs(request: HttpRequest, public_id: str) -> HttpResponse:
    """The signs of a school, each with its arithmetic."""
    found, context = _school(request, public_id)
    context |= _of_year(queries.signs_of(found, actor(request)), request)
    context["look"] = queries.look_of(found, context["year"])
    return render(request, "assessments/looks/school_signs.html", context)


@require_GET
def school_peers(request: HttpRequest, public_id: str) -> HttpResponse:
    """The cluster of a school, its conditions, and each of its works beside the schools of the same cluster."""
    found, context = _school(request, public_id)
    context |= _of_year(queries.clusters_of(found, actor(request)), request)
    told = context["told"]
    if told:
        works = queries.among_peers(found, told, actor(request))
        context["chart"] = scatter.among(works, title=f"{found.short_name} среди школ своего кластера, {told.year}")
        context |= {"parts": _parts(told), "known": percent(told.known), "index": index_words(told.index)}
        context["share"] = "" if told.share is None else percent(told.share)
    context["look"] = queries.look_of(found, context["year"])
    return render(request, "assessments/looks/school_peers.html", context)


def _parts(told: SchoolCluster) -> list[tuple[str, float, str]]:
    """(title, weight, standardised indicator or "" where nothing is known) of each part of the index."""
    return [(one.title, one.weight, index_words(told.parts.get(one.name))) for one in weights().indicators]


@form_methods
@once
def thresholds(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    territory = territory_of(user)
    now = actions.thresholds_of(territory)
    form = ThresholdsForm(request.POST or None, now=now)
    if form.is_valid():
        actions.set_thresholds(territory, by=user, values=form.shares)
        tell(request, "Пороги сохранены, кластеры пересчитываются.")
        return redirect("assessments:area_clusters", territory.public_id)
    context = {"form": form, "area": territory, "usual": not actions.has_own(territory)}
    return render(request, "assessments/looks/thresholds.html", context, status=422 if form.errors else 200)


@require_POST
@once
def usual_thresholds(request: HttpRequest) -> HttpResponse:
    territory = territory_of(actor(request))
    actions.forget_thresholds(territory, by=actor(request))
    tell(request, "Действуют обычные пороги, кластеры пересчитываются.")
    return redirect("assessments:area_clusters", territory.public_id)


@require_POST
@once
def again(request: HttpRequest) -> HttpResponse:
    territory = territory_of(actor(request))
    actions.again(territory, by=actor(request))
    tell(request, "Признаки и кластеры пересчитываются: обновите страницу через минуту.")
    return redirect(reverse("assessments:area_signs", args=[territory.public_id]))
