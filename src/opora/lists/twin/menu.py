"""The tab «Открытая версия» of a document, and on the twin the way back to its original."""

from __future__ import annotations

from django.urls import reverse

from opora.core.actor import Actor
from opora.documents.models import Document, DocumentState
from opora.lists.twin.actions import may_make
from opora.lists.twin.models import Twin
from opora.ui.points import Tab


def tabs(user: Actor, document: Document) -> list[Tab]:
    """The same for every document of the organisation: that there is a tab tells nothing of what it names."""
    if not may_make(user, document):
        return []
    twin = None
    if document.state in (DocumentState.APPROVED, DocumentState.WITHDRAWN):  # no twin is ever in review
        twin = Twin.objects.visible(user).filter(document=document).select_related("original").first()
    if twin is not None:
        return [Tab("Исходный документ", twin.original.get_absolute_url(), order=80)]
    return [Tab("Открытая версия", reverse("lists:twin", args=[document.public_id]), order=80)]
