"""What each page asks the database: a number that does not grow with the rows it shows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opora.access.models import User
from tests.site.costs import AT_MOST, COSTS, HOME
from tests.site.filled import Filled, filled

pytestmark = pytest.mark.django_db
FEW, MANY = 5, 40


def cost(client: Client, url: str) -> int:
    client.get(url)  # the opening of what is confidential is journalled once
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"{url}{'&' if '?' in url else '?'}size=50").status_code == 200, url
    return len(queries)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def costs(found: Filled) -> dict[str, int]:
    client = signed_in(found.user)
    return {name: cost(client, url) for name, url in found.pages().items()}


def first_pages(found: Filled) -> dict[str, int]:
    home = reverse("roadmaps:home")
    return {role: cost(signed_in(found.region.user(role)), home) for role in HOME}


def asked(count: int) -> dict[str, int]:
    found = filled(count)
    return costs(found) | first_pages(found)


def differing(found: dict[str, int], said: dict[str, int]) -> dict[str, tuple[int | None, int | None]]:
    names = found.keys() | said.keys()
    return {name: (found.get(name), said.get(name)) for name in names if found.get(name) != said.get(name)}


def test_no_page_asks_more_for_more_rows() -> None:
    few, many = asked(FEW), asked(MANY)
    assert not differing(few, many)
    assert not differing(many, COSTS | HOME)


def test_pages_ask_little() -> None:
    assert not {name: count for name, count in (COSTS | HOME).items() if count > AT_MOST}
