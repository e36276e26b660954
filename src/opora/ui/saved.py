"""Filters of tables that people keep under a name: one's own, one of them shown at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from opora.core.actor import Actor
from opora.core.workflow import Refused
from opora.ui.models import SavedFilter
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor

MOST = 30  # of one table
LONGEST = 2000  # characters of a query
ALL = "all"  # the parameter of a list that is shown whole although one has a default
_NOT_KEPT = ("page", "to", ALL)


def query_of(data: QueryDict) -> str:
    """The search, filters and order of an address, always in one order; the page and the kind of copy left out."""
    kept = QueryDict(mutable=True)
    for name in sorted(data):
        values = [value for value in data.getlist(name) if value]
        if values and name not in _NOT_KEPT:
            kept.setlist(name, values)
    return kept.urlencode()


# -- reads ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a person has kept of one table, beside what is shown now."""

    filters: list[SavedFilter]
    query: str

    @property
    def current(self) -> SavedFilter | None:
        return next((one for one in self.filters if one.query == self.query), None)

    @property
    def savable(self) -> bool:
        return bool(self.query) and self.current is None


def shelf(request: HttpRequest, table: str) -> Shelf:
    rows = SavedFilter.objects.visible(actor(request)).filter(table=table).order_by("name", "pk")
    return Shelf(list(rows), query_of(request.GET))


def default_url(request: HttpRequest, table: str) -> str:
    """Where a list that was opened without any parameter leads: to the default filter; empty where there is none."""
    if request.GET:
        return ""
    found = SavedFilter.objects.visible(actor(request)).filter(table=table, is_default=True).first()
    return f"{request.path}?{found.query}" if found else ""


# -- writes: a person's own, so that no right is asked for and the journal does not tell of them ----------------------


@transaction.atomic
def save_filter(*, by: Actor, table: str, name: str, query: str) -> SavedFilter:
    """Keep a query under a name; under a name there is, instead of the old one."""
    name = " ".join(name.split())[:80]
    query = query_of(QueryDict(query[:LONGEST]))
    if not name:
        raise Refused("Назовите отбор: например, «Мои просроченные».")
    if not query:
        raise Refused("Сохранять нечего: сначала выберите условия отбора.")
    own = SavedFilter.objects.visible(by).filter(table=table)
    if own.exclude(name=name).count() >= MOST:
        raise Refused(f"Сохранённых отборов уже {MOST}. Удалите ненужные, затем сохраните новый.")
    found, _ = SavedFilter.objects.update_or_create(
        actor_id=by.actor_id, table=table, name=name, defaults={"query": query}
    )
    return found


@transaction.atomic
def rename_filter(saved: SavedFilter, *, by: Actor, name: str) -> None:
    name = " ".join(name.split())[:80]
    if not name:
        raise Refused("Название отбора не может быть пустым.")
    same = SavedFilter.objects.visible(by).filter(table=saved.table, name=name).exclude(pk=saved.pk)
    if same.exists():
        raise Refused(f"Отбор «{name}» у вас уже есть. Выберите другое название.")
    SavedFilter.objects.visible(by).filter(pk=saved.pk).update(name=name)


@transaction.atomic
def set_default(saved: SavedFilter, *, by: Actor, default: bool) -> None:
    """Show this one at once when the list is opened; at most one is."""
    own = SavedFilter.objects.visible(by).select_for_update().filter(table=saved.table)
    own.filter(is_default=True).update(is_default=False)
    if default:
        own.filter(pk=saved.pk).update(is_default=True)


def remove_filter(saved: SavedFilter, *, by: Actor) -> None:
    SavedFilter.objects.visible(by).filter(pk=saved.pk).delete()


# -- views ---------------------------------------------------------------------------------------------------------


def _back(request: HttpRequest) -> str:
    url = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if allowed else "/"


def _own(request: HttpRequest, public_id: str) -> SavedFilter:
    return get_object_or_404(SavedFilter.objects.visible(actor(request)), public_id=public_id)


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    data: Any = request.POST
    table = data.get("table", "")[:40]
    found = save_filter(by=actor(request), table=table, name=data.get("name", ""), query=data.get("query", ""))
    tell(request, f"Отбор «{found.name}» сохранён.")
    return HttpResponseRedirect(_back(request))


@require_POST
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    """Rename it, show it at once or no more, as the pressed button says."""
    found, user = _own(request, public_id), actor(request)
    done = request.POST.get("do")
    if done == "rename":
        rename_filter(found, by=user, name=request.POST.get("name", ""))
        tell(request, "Отбор переименован.")
    else:
        set_default(found, by=user, default=done == "default")
        tell(
            request,
            f"Список открывается с отбором «{found.name}»." if done == "default" else "Список открывается целиком.",
        )
    return HttpResponseRedirect(_back(request))


@require_POST
def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _own(request, public_id)
    if not confirmed(request):
        text = f"Удалить отбор «{found.name}»? Сами поручения останутся на месте."
        return confirm(request, title="Удалить отбор", text=text, button="Удалить", back=_back(request))
    remove_filter(found, by=actor(request))
    tell(request, f"Отбор «{found.name}» удалён.")
    return HttpResponseRedirect(_back(request))
