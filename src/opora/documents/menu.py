"""Where documents show: the menu."""

from __future__ import annotations

from django.db.models import Count, F, Window
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.documents.models import Document, DocumentState, Visa
from opora.ui.points import MenuItem, Task, TaskHeap


def items(user: Actor) -> list[MenuItem]:
    if not user.may(Permission.DOCUMENTS_VIEW):
        return []
    waiting = None
    if user.may(Permission.DOCUMENTS_APPROVE):
        mine = Document.objects.filter(user.scope(Permission.DOCUMENTS_APPROVE).q("organisation__path"))
        waiting = mine.filter(state=DocumentState.REVIEW).order_by()
    return [
        MenuItem("Документы", reverse("documents:documents"), icon="file-text", order=20, waiting=waiting),
        MenuItem("Проекты", reverse("documents:drafts"), icon="pencil", order=21),
        MenuItem("Письма", reverse("documents:letters"), icon="mail", order=22),
    ]


SHOWN = 10  # rows on the first page


def visas_waiting(user: Actor) -> TaskHeap | None:
    """What waits for the person's visa, for «Мои дела»; one query."""
    rows = Visa.objects.visible(user).waiting_for(user).select_related("draft__organisation")
    found = list(rows.annotate(in_all=Window(Count("*"))).order_by(F("due").asc(nulls_last=True), "pk")[:SHOWN])
    if not found:
        return None
    tasks = [
        Task(
            one.draft.title,
            reverse("documents:draft", args=[one.draft.public_id]),
            f"{one.draft.organisation.short_name}, версия {one.version}",
            one.due,
            "Поставить визу",
        )
        for one in found
    ]
    total = int(getattr(found[0], "in_all", 0))
    return TaskHeap("visas", "Ждут вашей визы", tasks, total, f"{reverse('documents:drafts')}?waiting=on")
