"""What each page asks the database: a number that does not grow with the rows it shows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.site.costs import AT_MOST, COSTS
from tests.site.filled import Filled, filled

pytestmark = pytest.mark.django_db
FEW, MANY = 5, 40


def cost(client: Client, url: str) -> int:
    client.get(url)  # the opening of what is confidential is journalled once
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"{url}{'&' if '?' in url else '?'}size=50").status_code == 200, url
    return len(queries)


def costs(found: Filled) -> dict[str, int]:
    client = Client()
    client.force_login(found.user)
    return {name: cost(client, url) for name, url in found.pages().items()}


def test_no_page_asks_more_for_more_rows() -> None:
    few, many = costs(filled(FEW)), costs(filled(MANY))
    assert few == many
    assert many == COSTS


def test_pages_ask_little() -> None:
    assert not {name: count for name, count in COSTS.items() if count > AT_MOST}
