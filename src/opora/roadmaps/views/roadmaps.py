"""Road maps: the table, the page of one with its counts, municipalities, history, and the printed form."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.documents.printing import KINDS
from opora.exports.actions import release
from opora.journal import queries as journal
from opora.roadmaps import printing
from opora.roadmaps.actions import planning
from opora.roadmaps.menu import roadmap_url
from opora.roadmaps.models import Activity, DateRequest, RoadMap, Section
from opora.roadmaps.queries import counts
from opora.roadmaps.tables import RoadMapTable, TerritoryTable, done, territory_columns
from opora.roadmaps.views.common import editable_roadmap, head, seen_roadmap, shown
from opora.roadmaps.views.versions import day_of, roadmap_on
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor


@require_GET
def roadmaps(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.ROADMAPS_VIEW, to="видеть дорожные карты")
    rows = RoadMap.objects.visible(user).select_related("organisation", "document")
    found: dict[int, counts.Counts] = {}
    table = RoadMapTable(request, rows, columns=[*RoadMapTable.columns, done(found)])
    found |= counts.by_roadmap(table.queryset if "to" in request.GET else table.page.object_list, user)
    return table.response("roadmaps/roadmaps.html", {"may_edit": user.may(Permission.DOCUMENTS_EDIT)})


@require_GET
def roadmap(request: HttpRequest, public_id: str) -> HttpResponse:
    """«Мероприятия»: each with its counts, by sections; with `?on=` as they stood on a day."""
    found = seen_roadmap(request, public_id)
    day = day_of(request)
    if day:
        return roadmap_on(request, found, day)
    by_activity = counts.by_activity(found, actor(request))
    asked = Prefetch("date_requests", queryset=DateRequest.objects.visible(actor(request)).select_related("part"))
    rows = Activity.objects.filter(roadmap=found).in_force()
    rows = rows.select_related("section").prefetch_related("responsible", asked).order_by("order")
    sections: dict[Section, list[tuple[Activity, counts.Counts]]] = {}
    for activity in rows:
        sections.setdefault(activity.section, []).append((activity, by_activity.get(activity.pk, counts.Counts())))
    titled = sorted(sections.items(), key=lambda one: (one[0].order, one[0].pk))
    return shown(request, found, "activities", sections=titled)


@require_GET
def municipalities(request: HttpRequest, public_id: str) -> HttpResponse:
    user = actor(request)
    found = seen_roadmap(request, public_id, own_work=counts.own_work(user))
    by_path: dict[str, counts.Counts] = {}
    columns = territory_columns(found, by_path)
    table = TerritoryTable(request, counts.territories(found, user), columns=columns)
    wanted = table.queryset if "to" in request.GET else table.page.object_list
    by_path |= {one.organisation.path: one.counts for one in counts.by_territory(found, user, wanted)}
    return table.response("roadmaps/roadmap_municipalities.html", head(request, found, "municipalities"))


@require_GET
def history(request: HttpRequest, public_id: str) -> HttpResponse:
    """What happened to the road map, by the journal."""
    found = seen_roadmap(request, public_id)
    user = actor(request)
    require(user, Permission.JOURNAL_VIEW, found.organisation.path, to="видеть журнал")
    entries = journal.visible(user).filter(object_id__in=[found.public_id, found.document.public_id])
    return shown(request, found, "history", entries=entries.order_by("-number")[:200])


@require_GET
def export(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    """The road map in its own table with «Отметка о выполнении»: as far as the person sees its assignments."""
    found = seen_roadmap(request, public_id)
    wanted = next((one for one in KINDS if one == kind), None)
    if wanted is None:
        raise Http404
    user = actor(request)
    content = printing.printed_as(found, wanted, by=user, on=day_of(request))
    return release(
        by=user,
        name=f"Дорожная карта {found.title}",
        kind=kind,
        content=content,
        on=found,
        path=found.organisation.path,
        confidential=found.confidential,
    )


@require_POST
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    found = editable_roadmap(request, public_id)
    if not confirmed(request):
        text = f"Дорожная карта «{found.title}» будет завершена: новых поручений по ней не появится."
        return confirm(
            request, title="Завершить дорожную карту", text=text, button="Завершить", back=roadmap_url(found)
        )
    planning.close(found, by=actor(request))
    tell(request, "Дорожная карта завершена.", undo=reverse("roadmaps:reopen", args=[found.public_id]))
    return HttpResponseRedirect(roadmap_url(found))


@require_POST
def reopen(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen_roadmap(request, public_id)
    planning.reopen(found, by=actor(request))
    tell(request, "Дорожная карта возобновлена.")
    return HttpResponseRedirect(roadmap_url(found))
