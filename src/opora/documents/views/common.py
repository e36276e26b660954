from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.documents import queries
from opora.documents.actions.common import TO_EDIT
from opora.documents.models import Document, Fact
from opora.ui.requests import actor


def seen(request: HttpRequest, public_id: str) -> Document:
    """The document, or 404 where the person may not know of it."""
    return get_object_or_404(queries.visible(actor(request)), public_id=public_id)


def edited(request: HttpRequest, public_id: str) -> Document:
    """The document of somebody who may edit it; 403 where he may only see it."""
    found = seen(request, public_id)
    require(actor(request), Permission.DOCUMENTS_EDIT, found.organisation.path, to=TO_EDIT)
    return found


def fact_of(document: Document, fact_id: str) -> Fact:
    fact = get_object_or_404(document.facts.select_related("parent"), public_id=fact_id)
    fact.document = document
    return fact
