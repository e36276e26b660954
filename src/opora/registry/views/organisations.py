"""The list of organisations and the page of one."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.registry import queries
from opora.registry.forms import OrganisationFilter
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationQuerySet
from opora.registry.views.common import seen
from opora.ui.points import tabs_of
from opora.ui.requests import actor
from opora.ui.tables import Column, Table


def search(queryset: QuerySet[Organisation], text: str) -> QuerySet[Organisation]:
    return queryset.matching(text) if isinstance(queryset, OrganisationQuerySet) else queryset.none()


def address(row: Organisation) -> str:
    return reverse("registry:organisation", args=[row.public_id])


NAME = Column("name", "Организация", lambda row: row.short_name, sort=("sort_name",), link=address, indexed=True)
KIND = Column("kind", "Вид", lambda row: row.get_kind_display(), sort=("kind", "sort_name"))
ABOVE = Column("parent", "Подчинена", lambda row: row.parent, sort=("parent__sort_name", "sort_name"))
PLACE = Column("settlement", "Населённый пункт", lambda row: row.settlement, sort=("settlement", "sort_name"))
PUPILS = Column("pupils", "Обучающихся", lambda row: row.pupils, sort=("pupils",), align="end")


class Organisations(Table[Organisation]):
    columns = (
        NAME,
        KIND,
        ABOVE,
        PLACE,
        PUPILS,
        Column(
            "state",
            "Состояние",
            lambda row: row.get_state_display(),
            sort=("state", "sort_name"),
            template="registry/parts/state.html",
        ),
    )
    default_sort = "name"
    filters = OrganisationFilter
    name = "organisations"
    title = "Организации"


class Children(Table[Organisation]):
    columns = (NAME, KIND, PLACE, PUPILS)
    default_sort = "name"
    name = "children"
    title = "Подчинённые организации"
    prefix = "children"


@require_GET
def organisations(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.REGISTRY_VIEW, to="видеть реестр организаций")
    table = Organisations(request, queries.directory(user), search=search)
    return table.response("registry/organisations.html", {"edits": user.may(Permission.REGISTRY_EDIT)})


@require_GET
def organisation(request: HttpRequest, public_id: str) -> HttpResponse:
    """The passport with subordinates, groups and, for those who may see them, people."""
    user, found = actor(request), seen(request, public_id)
    children = Children(request, queries.directory(user).active().filter(parent=found), search=search)
    if request.headers.get("HX-Target") == "table-children":
        return children.response("registry/organisation.html")
    context = {
        "organisation": found,
        "tabs": tabs_of(user, found),
        "children": children,
        "posts": queries.posts_of(user, found),
        "bodies": queries.bodies_of(user, found),
        "aliases": queries.aliases_of(found),
        "sees_people": user.may(Permission.PEOPLE_VIEW, found.path),
        "edits": user.may(Permission.REGISTRY_EDIT, found.path),
    }
    return render(request, "registry/organisation.html", context)
