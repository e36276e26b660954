"""Reading the journal."""

from __future__ import annotations

from django.db.models import QuerySet

from opora.core.actor import Actor
from opora.core.text import words
from opora.journal.models import Entry, EntryQuerySet


def visible(user: Actor) -> EntryQuerySet:
    """What the person may read; see `EntryQuerySet.visible`."""
    return Entry.objects.visible(user)


def search(entries: QuerySet[Entry], text: str) -> QuerySet[Entry]:
    """The entries whose actor and text contain every word of `text`."""
    for word in words(text):
        entries = entries.filter(search__contains=word)
    return entries
