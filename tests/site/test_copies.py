"""Nothing leaves unmarked: whatever address answers with a file, the list of copies knows it by its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from opora.core.marks import marks_in
from opora.exports.models import Copy
from opora.exports.tracing import marks_of
from opora.journal.models import Entry
from tests.site.access_table import ALLAUTH, TABLE
from tests.site.asking import address
from tests.site.briefly import briefly
from tests.site.world import World

pytestmark = pytest.mark.django_db
PAGES = ("text/html", "text/plain", "application/json", "image/")
NOT_COPIES = ("text/calendar", "application/zip")  # a feed of one's own dates; packages of copies marked one by one
ASKED = ({}, {"to": "csv"}, {"to": "xlsx"})
SENT: dict[str, tuple[dict[str, str], ...]] = {
    "registry:export": tuple({"kind": k} for k in ("xlsx", "csv", "people.csv"))
}


def answers(world: World, client: Client) -> Iterator[tuple[str, HttpResponse]]:
    """What every address answers the coordinator, asked and sent to; whatever that changed is rolled back behind it."""
    for name, rules in TABLE.items():
        if name in ALLAUTH:
            continue
        for rule in rules:
            url = address(name, rule, world)
            asked = [("get", data) for data in ASKED] if "GET" in rule.methods else []
            sent = [("post", data) for data in (rule.data, *SENT.get(name, ()))] if "POST" in rule.methods else []
            for method, data in [*asked, *sent]:
                with transaction.atomic():
                    yield f"{method} {url} {data}", getattr(client, method)(url, data)
                    transaction.set_rollback(True)


def is_file(response: HttpResponse) -> bool:
    media = response.headers.get("Content-Type", "")
    attached = "attachment" in response.headers.get("Content-Disposition", "")
    return (
        response.status_code == 200 and (attached or not media.startswith(PAGES)) and not media.startswith(NOT_COPIES)
    )


@pytest.mark.any_engine
@briefly()
def test_every_file_that_leaves_is_a_known_copy(worlds: tuple[World, World]) -> None:
    world, unknown, kinds = worlds[0], [], set()
    client = Client(raise_request_exception=False)
    client.force_login(world.coordinator)
    for asked, response in answers(world, client):
        if not is_file(response):
            continue
        content = b"".join(response) if response.streaming else response.content
        copy = Copy.objects.filter(sha256=hashlib.sha256(content).hexdigest()).first()
        if copy is None:
            unknown.append(f"{asked}: no copy known")
            continue
        entry = Entry.objects.get(number=copy.entry)
        if marks_in(entry.text) != [copy.mark] or copy.actor_id != world.coordinator.actor_id:
            unknown.append(f"{asked}: not journalled as that copy")
        carried = [] if copy.as_it_was else marks_of(content)
        packed = copy.file_name.endswith(".zip")  # of copies that may have left one by one, each with its own
        known = Copy.objects.filter(mark__in=carried, actor_id=copy.actor_id).count() == len(carried) > 0
        if not copy.as_it_was and not (known if packed else carried == [copy.mark]):
            unknown.append(f"{asked}: without its mark")
        kinds.add(copy.file_name.rsplit(".", 1)[-1])
    assert not unknown, "\n".join(unknown)
    assert {"docx", "xlsx", "pdf", "csv", "txt"} <= kinds
