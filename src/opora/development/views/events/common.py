"""What pages of events begin with."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from opora.core.actor import Denied, require
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.development.actions.events.common import TO_KEEP
from opora.development.models import Event
from opora.development.queries import events as queries
from opora.ui.pages import Trail
from opora.ui.requests import actor


def seen(request: HttpRequest, public_id: str) -> Event:
    return get_object_or_404(queries.events(actor(request)), public_id=public_id)


def keeps(request: HttpRequest, event: Event) -> bool:
    user, path = actor(request), event.territory.path
    return user.may(Permission.DEVELOPMENT_EDIT, path) and (not event.confidential or knowledge(user).of(path))


def kept(request: HttpRequest, public_id: str) -> Event:
    """The event, for those who keep it."""
    found = seen(request, public_id)
    require(actor(request), Permission.DEVELOPMENT_EDIT, found.territory.path, to=TO_KEEP)
    if not keeps(request, found):
        raise Denied("События для школ списка проводит тот, кому открыты списки всей территории.")
    return found


def trail(of: Event | None = None) -> Trail:
    above = ("События", reverse("development:events"))
    return (above, (of.title, of.get_absolute_url())) if of else (above,)
