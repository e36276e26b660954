"""What the views of the registry share."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.registry.models import Organisation
from opora.ui.requests import actor


def seen(request: HttpRequest, public_id: str) -> Organisation:
    """The organisation of the address, if the person may see it; else 404."""
    visible = Organisation.objects.visible(actor(request)).select_related("parent", "successor")
    return get_object_or_404(visible, public_id=public_id)


def editable(request: HttpRequest, public_id: str) -> Organisation:
    """The same, and 403 where the person may not change it."""
    organisation = seen(request, public_id)
    require(actor(request), Permission.REGISTRY_EDIT, organisation.path, to="изменять реестр организаций")
    return organisation


def form_page(request: HttpRequest, form: Form, **context: Any) -> HttpResponse:
    """A page with one form: needs `title`, `button`, `back`; may have `text`."""
    return render(request, "registry/form.html", {"form": form, **context})
