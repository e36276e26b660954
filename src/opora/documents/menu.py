"""Where documents show: the menu."""

from __future__ import annotations

from django.urls import reverse

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.documents.models import Document, DocumentState, Visa
from opora.ui.points import MenuItem


def items(user: Actor) -> list[MenuItem]:
    if not user.may(Permission.DOCUMENTS_VIEW):
        return []
    waiting = 0
    if user.may(Permission.DOCUMENTS_APPROVE):
        mine = Document.objects.filter(user.scope(Permission.DOCUMENTS_APPROVE).q("organisation__path"))
        waiting = mine.filter(state=DocumentState.REVIEW).count()
    asked = Visa.objects.waiting_for(user).count()
    return [
        MenuItem("Документы", reverse("documents:documents"), icon="file-text", order=20, count=waiting),
        MenuItem("Проекты", reverse("documents:drafts"), icon="pencil", order=21, count=asked),
        MenuItem("Письма", reverse("documents:letters"), icon="mail", order=22),
    ]
