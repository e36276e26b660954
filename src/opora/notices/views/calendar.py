"""The calendar by its secret address: open to whoever has the address, and to nobody else."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from opora.notices import points
from opora.notices.actions import digest
from opora.notices.calendar import fingerprint, written
from opora.notices.models import Feed

ABSENT = "Такого календаря нет. Новый адрес можно получить в системе «Опора», на странице «Мои уведомления».\n"


@login_not_required
@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The deadlines of the address's owner. A wrong, an old and a closed address are answered alike, by one query."""
    rows = Feed.objects.select_related("user").filter(token_hash=digest(token), user__is_active=True)
    found = rows.first()
    if found is None:
        return HttpResponse(ABSENT, status=404, content_type="text/plain; charset=utf-8")
    events = [event for events in points.events.call(found.user) for event in events]
    tag = f'"{fingerprint(events, settings.OPORA_SITE)}"'
    if tag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        content = written(events, settings.OPORA_SITE)
        response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
        response.headers["Content-Disposition"] = 'inline; filename="opora.ics"'
    response.headers["ETag"] = tag
    patch_cache_control(response, private=True, no_cache=True)
    return response
