"""The page «Уведомления»: the list, going where a notice leads, marks of reading."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from opora.notices import actions
from opora.notices.models import Notice
from opora.notices.tables import NoticeTable
from opora.ui.pages import tell
from opora.ui.requests import actor

MICRO = 1_000_000
LATEST = 253_402_300_000 * MICRO  # the last moment that a date can hold


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    rows = Notice.objects.visible(actor(request))
    return NoticeTable(request, rows).response("notices/notices.html")


def _own(request: HttpRequest, public_id: str) -> Notice:
    return get_object_or_404(Notice.objects.visible(actor(request)), public_id=public_id)


@require_POST
def go(request: HttpRequest, public_id: str) -> HttpResponse:
    """On to the page a notice leads to; it is read then."""
    found = _own(request, public_id)
    actions.mark(found, by=actor(request))
    return HttpResponseRedirect(found.url)


@require_POST
def read(request: HttpRequest, public_id: str) -> HttpResponse:
    actions.mark(_own(request, public_id), by=actor(request))
    return _back(request)


@require_POST
def unread(request: HttpRequest, public_id: str) -> HttpResponse:
    actions.mark(_own(request, public_id), by=actor(request), read=False)
    return _back(request)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    count, at = actions.mark_all(by=actor(request))
    if not count:
        tell(request, "Непрочитанных уведомлений нет.")
        return redirect("notices:notices")
    moment = int(at.timestamp()) * MICRO + at.microsecond
    tell(request, f"Отмечено прочитанным: {count}.", undo=reverse("notices:unread_all", args=[moment]))
    return redirect("notices:notices")


@require_POST
def unread_all(request: HttpRequest, moment: int) -> HttpResponse:
    """Undo: those that were marked at that moment (microseconds) are unread again."""
    if moment > LATEST:
        raise Http404
    at = dt.datetime.fromtimestamp(moment // MICRO, dt.UTC).replace(microsecond=moment % MICRO)
    actions.unmark(at, by=actor(request))
    tell(request, "Отметки сняты.")
    return redirect("notices:notices")


def _back(request: HttpRequest) -> HttpResponse:
    """To the list as it was, with its filters and page."""
    url = request.POST.get("back", "")
    inside = url.startswith(reverse("notices:notices")) and url_has_allowed_host_and_scheme(url, None)
    return HttpResponseRedirect(url if inside else reverse("notices:notices"))
