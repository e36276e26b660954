"""Results looked at before anything is judged: of a region, a municipality, a school."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from opora.assessments import pictures
from opora.assessments.actions.objecting import may_object
from opora.assessments.models import AreaResult, SchoolResult
from opora.assessments.queries import looking as queries
from opora.assessments.queries import looks
from opora.assessments.queries.basis import places
from opora.assessments.tables.looking import SchoolsOfWorkTable
from opora.core.actor import require
from opora.core.permissions import Permission
from opora.identification.clusters import TITLES
from opora.journal.actions import opened
from opora.registry.models import Organisation
from opora.ui.points import tabs_of
from opora.ui.requests import actor

TO_SEE = "видеть результаты школ"


@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """The results of the highest area or else the first school of which the person may see any."""
    user = actor(request)
    require(user, Permission.LISTS_VIEW, to=TO_SEE)
    area = queries.areas(user).first()
    if area:
        return redirect("assessments:area", area.public_id)
    school = queries.schools(user).order_by("path").first()
    if school:
        return redirect("assessments:school", school.public_id)
    return render(request, "assessments/looking/nothing.html")


def chosen_of(request: HttpRequest, rows: list[AreaResult] | list[SchoolResult]) -> queries.Chosen:
    return queries.Chosen.among(rows, request.GET.get("year", ""), request.GET.get("work", ""))


def _area(request: HttpRequest, public_id: str) -> tuple[Organisation, list[AreaResult], queries.Chosen]:
    user = actor(request)
    area = get_object_or_404(queries.areas(user).select_related("parent"), public_id=public_id)
    opened(by=user, on=area, text=f"посмотрел(а) результаты школ: {area}", path=area.path)
    rows = queries.area_rows(area, user)
    return area, rows, chosen_of(request, rows)


@require_GET
def area(request: HttpRequest, public_id: str) -> HttpResponse:
    """All works of a year side by side, and one of them over the years."""
    found, rows, chosen = _area(request, public_id)
    now = [row for row in rows if row.year == chosen.year]
    own = [row for row in rows if queries.Work.of(row) == chosen.work]
    charts = [
        pictures.marks(now, title=f"Отметки за {chosen.year} год"),
        pictures.dynamics({found.short_name: own}, title=f"{chosen.work}: кто не справился, по годам"),
    ]
    context = {"area": found, "chosen": chosen, "charts": [one for one in charts if one], "rows": now}
    return render(request, "assessments/looking/area.html", context)


@require_GET
def area_schools(request: HttpRequest, public_id: str) -> HttpResponse:
    """The schools of an area in one work, within the limits of chance and as a table."""
    found, _, chosen = _area(request, public_id)
    if chosen.work is None or chosen.year is None:
        return render(request, "assessments/looking/schools.html", {"area": found, "chosen": chosen})
    rows = queries.of_work(found, chosen.year, chosen.work, actor(request))
    title = f"{chosen.work}, {chosen.year}: школы"
    table = SchoolsOfWorkTable(request, rows, title=title)
    dots = rows.values_list("participants", "failed", "organisation__short_name", "organisation__public_id")
    chart = pictures.funnel(
        ((size, failed, name, reverse("assessments:school", args=[key])) for size, failed, name, key in dots),
        title=f"{title} в пределах случайного",
    )
    context = {"area": found, "chosen": chosen, "chart": chart}
    return table.response("assessments/looking/schools.html", context)


@require_GET
def area_points(request: HttpRequest, public_id: str) -> HttpResponse:
    """The primary points of one work in an area, with the limits of marks."""
    found, _, chosen = _area(request, public_id)
    chart = None
    if chosen.work and chosen.year:
        points = queries.points_of(found, chosen.year, chosen.work)
        chart = pictures.distribution(points, title=f"{chosen.work}, {chosen.year}: первичные баллы")
    return render(request, "assessments/looking/points.html", {"area": found, "chosen": chosen, "chart": chart})


@require_GET
def school(request: HttpRequest, public_id: str) -> HttpResponse:
    """One school: its works of a year, one of them over the years beside municipality and region, its points."""
    user = actor(request)
    found = get_object_or_404(queries.schools(user), public_id=public_id)
    opened(by=user, on=found, text=f"посмотрел(а) результаты школы «{found}»", path=found.path)
    rows = looks.with_looks(found, user)
    chosen = chosen_of(request, rows)
    now = [row for row in rows if row.year == chosen.year]
    series = queries.series(found, rows, chosen.work)
    charts = [
        pictures.marks(now, title=f"Отметки за {chosen.year} год"),
        pictures.dynamics(series, title=f"{chosen.work}: кто не справился, по годам"),
    ]
    if chosen.work and chosen.year:
        points = queries.points_of(found, chosen.year, chosen.work)
        charts.append(pictures.distribution(points, title=f"{chosen.work}, {chosen.year}: первичные баллы"))
    context = {
        "school": found,
        "chosen": chosen,
        "charts": [one for one in charts if one],
        "tabs": tabs_of(user, found),
        "places": places(found, rows, user),
        "told": now[0] if now else None,
        "cluster": TITLES.get(now[0].cluster, "") if now else "",  # type: ignore[attr-defined]  # annotated
        "may_object": may_object(user, found),
        "may_decide": user.may(Permission.LISTS_EDIT, found.path),
    }
    return render(request, "assessments/looking/school.html", context)
