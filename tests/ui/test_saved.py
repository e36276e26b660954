"""Filters that people keep of a list."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.workflow import Refused
from opora.ui import saved
from opora.ui.models import SavedFilter
from tests import factories

NAMES = st.sampled_from(["whose", "state", "q", "sort", "page", "to", "all"])
LIST = "/assignments/"


@given(st.lists(st.tuples(NAMES, st.text(max_size=5)), max_size=6))
def test_the_same_conditions_in_any_order_are_one_query(pairs: list[tuple[str, str]]) -> None:
    def query(given: list[tuple[str, str]]) -> str:
        data = QueryDict(mutable=True)
        for name, value in given:
            data.appendlist(name, value)
        return saved.query_of(data)

    one = dict(pairs)
    assert query(list(one.items())) == query(list(reversed(one.items())))
    found = QueryDict(query(pairs))
    assert not {"page", "to", "all"} & set(found)
    assert saved.query_of(found) == query(pairs)


@pytest.fixture
def user(region: factories.Region) -> User:
    return region.user(RoleCode.REGIONAL_COORDINATOR)


@pytest.fixture
def client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def keep(client: Client, name: str, query: str) -> None:
    data = {"table": "assignments", "name": name, "query": query, "next": f"{LIST}?{query}"}
    assert client.post("/filters/", data).status_code == 302


@pytest.mark.django_db
def test_a_filter_is_kept_found_renamed_and_removed(client: Client) -> None:
    assert "Сохранить отбор" not in client.get(LIST).content.decode()
    page = client.get(f"{LIST}?whose=mine&page=1").content.decode()
    assert "Сохранить отбор" in page
    keep(client, "  Мои   дела ", "whose=mine&page=3")
    found = SavedFilter.objects.get()
    assert (found.name, found.query) == ("Мои дела", "whose=mine")
    page = client.get(f"{LIST}?whose=mine").content.decode()
    assert "Сохранить отбор" not in page, "it is kept already"
    assert f'href="{LIST}?whose=mine" aria-current="true"' in page
    client.post(f"/filters/{found.public_id}/", {"do": "rename", "name": "Наши", "next": LIST})
    found.refresh_from_db()
    assert found.name == "Наши"
    asked = client.post(f"/filters/{found.public_id}/remove/", {"next": LIST})
    assert "Удалить отбор «Наши»?" in asked.content.decode()
    client.post(f"/filters/{found.public_id}/remove/", {"next": LIST, "confirmed": "1"})
    assert not SavedFilter.objects.exists()


@pytest.mark.django_db
def test_the_default_is_shown_at_once_and_left_by_one_press(client: Client) -> None:
    keep(client, "Мои", "whose=mine")
    keep(client, "Просроченные", "when=overdue")
    first, second = SavedFilter.objects.order_by("name")
    for one in (first, second):
        client.post(f"/filters/{one.public_id}/", {"do": "default", "next": LIST})
    assert list(SavedFilter.objects.filter(is_default=True)) == [second]
    assert client.get(LIST).headers["Location"] == f"{LIST}?when=overdue"
    whole = client.get(f"{LIST}?all=1")
    assert whole.status_code == 200
    page = client.get(f"{LIST}?when=overdue").content.decode()
    assert f'href="{LIST}?all=1"' in page, "«Показать всё» does not lead back to the default"
    client.post(f"/filters/{second.public_id}/", {"do": "usual", "next": LIST})
    assert client.get(LIST).status_code == 200


@pytest.mark.django_db
def test_what_cannot_be_kept_says_why(user: User, region: factories.Region) -> None:
    with pytest.raises(Refused, match="Назовите отбор"):
        saved.save_filter(by=user, table="assignments", name=" ", query="whose=mine")
    with pytest.raises(Refused, match="Сохранять нечего"):
        saved.save_filter(by=user, table="assignments", name="Все", query="page=2")
    one = saved.save_filter(by=user, table="assignments", name="Мои", query="whose=mine")
    assert saved.save_filter(by=user, table="assignments", name="Мои", query="state=open") == one
    two = saved.save_filter(by=user, table="assignments", name="Наши", query="whose=mine")
    with pytest.raises(Refused, match="уже есть"):
        saved.rename_filter(two, by=user, name="Мои")
    for number in range(saved.MOST - 2):
        saved.save_filter(by=user, table="assignments", name=f"Отбор {number}", query="whose=mine")
    with pytest.raises(Refused, match="Удалите ненужные"):
        saved.save_filter(by=user, table="assignments", name="Ещё", query="whose=mine")


@pytest.mark.django_db
def test_filters_are_ones_own_and_lead_nowhere_else(client: Client, region: factories.Region) -> None:
    keep(client, "Мои", "whose=mine")
    found = SavedFilter.objects.get()
    other = Client()
    other.force_login(region.user(RoleCode.SCHOOL_HEAD))
    assert "saved-list" not in other.get(LIST).content.decode()
    for path in ("", "remove/"):
        assert other.post(f"/filters/{found.public_id}/{path}", {"do": "rename", "name": "Чужие"}).status_code == 404
    away = client.post(f"/filters/{found.public_id}/", {"do": "default", "next": "https://example.org/"})
    assert away.headers["Location"] == "/"
