"""Tables of more rows than are counted."""

from __future__ import annotations

import pytest
from django.test import Client

from opora.access.roles import RoleCode
from opora.ui import copies
from opora.ui.tables import table
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(region: factories.Region, client: Client) -> Client:
    client.force_login(region.user(RoleCode.REGIONAL_COORDINATOR))
    return client


def test_few_rows_are_counted(client: Client) -> None:
    page = client.get("/organisations/").content.decode()
    assert "из 10<" in page
    assert "Листать можно" not in page
    assert "sort=settlement" in page


def test_of_many_rows_only_the_first_are_counted_and_paged(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MANY", 6)
    monkeypatch.setattr(table, "SIZES", (2, 4))
    page = client.get("/organisations/?page=99&size=2").content.decode()
    assert "5–6 из более 6<" in page
    assert "Листать можно первые 6" in page


def test_many_rows_are_sorted_only_as_an_index_has_them(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MANY", 6)
    page = client.get("/organisations/?sort=settlement").content.decode()
    assert "sort=settlement" not in page.partition("<thead>")[2].partition("</thead>")[0]
    assert 'aria-sort="ascending"' in page
    assert 'aria-sort="descending"' not in client.get("/organisations/?sort=-name").content.decode()


def test_a_larger_copy_is_offered_in_the_background(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/organisations/?to=csv").headers["Content-Disposition"].startswith("attachment")
    monkeypatch.setattr(copies, "AT_ONCE", 9)
    page = client.get("/organisations/?to=csv")
    assert page.status_code == 200
    assert "Собрать копию" in page.content.decode()
