from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from opora.journal import queries
from opora.journal.forms import PeriodFilter
from opora.journal.models import Entry
from opora.ui.requests import actor
from opora.ui.tables import Column, Table


class EntryTable(Table[Entry]):
    """Without the numbers of the chain: a gap would tell how much is hidden from the reader (`opora journal show`)."""

    name = "journal"
    title = "Журнал"
    columns = (
        Column("at", "Когда", lambda entry: entry.at, sort=("number",), indexed=True),
        Column("actor", "Кто", lambda entry: entry.actor),
        Column("text", "Что", lambda entry: entry.text, clamp=True),
    )
    default_sort = "-at"
    filters = PeriodFilter


@require_GET
def entries(request: HttpRequest) -> HttpResponse:
    """What was done, by whom and when: where one may read the journal, and what one did oneself."""
    user = actor(request)
    return EntryTable(request, queries.visible(user), search=queries.search).response("journal/entries.html")
