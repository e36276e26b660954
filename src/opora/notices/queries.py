"""Reading notices and mails."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from opora.core.actor import Actor
from opora.core.text import words
from opora.notices.models import Mail, Notice


def unread(user: Actor) -> QuerySet[Notice]:
    return Notice.objects.visible(user).unread().order_by()


def mails(user: Actor) -> QuerySet[Mail]:
    return Mail.objects.visible(user).select_related("user__person")


def search_mails(found: QuerySet[Mail], text: str) -> QuerySet[Mail]:
    for word in words(text):
        found = found.filter(Q(user__search__contains=f" {word}") | Q(user__person__sort_name__startswith=word))
    return found
