"""The left menu: a long one is folded, save where the reader is."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from opora.access.models import User
from opora.ui import context, words
from opora.ui.context import Group, PageContext
from opora.ui.points import MenuItem


@pytest.fixture(autouse=True)
def no_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits is told as a number already; nobody has notices."""
    monkeypatch.setattr(PageContext, "bell", None)
    monkeypatch.setattr(context, "counts", lambda person, *numbers: list(numbers))


def menu(monkeypatch: pytest.MonkeyPatch, count: int, path: str) -> dict[str, Group]:
    """`count` entries: half of them in «Сбор данных», half in «Кадры», and «Мои дела» alone."""
    halves = ("Сбор данных", "/forms"), ("Кадры", "/staff")
    items = [MenuItem("Мои дела", "/", "home", 0)]
    items += [
        MenuItem(f"{n}", f"{halves[n % 2][1]}/{n}/", "home", n, halves[n % 2][0], waiting=n) for n in range(1, count)
    ]
    monkeypatch.setattr(context, "menu_of", lambda actor: [*items])
    request = RequestFactory().get(path)
    request.user = User()
    return {group.title: group for group in PageContext(request).menu}


def test_a_short_menu_stands_open(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(group.open for group in menu(monkeypatch, context.LONG_MENU, "/").values())


def test_a_long_menu_opens_the_group_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = menu(monkeypatch, context.LONG_MENU + 1, "/staff/1/plan/")
    assert [title for title, group in groups.items() if group.open] == ["Кадры"]
    assert groups["Сбор данных"].waiting_words == words.counted(sum(range(2, context.LONG_MENU + 1, 2)))


@pytest.mark.parametrize(("path", "current"), [("/events/7/", "true"), ("/events/month/", "page"), ("/events-2/", "")])
def test_an_entry_may_lead_deeper_than_what_is_inside_it(
    monkeypatch: pytest.MonkeyPatch, path: str, current: str
) -> None:
    item = MenuItem("События", "/events/month/?state=open", "home", 1, under="/events/")
    monkeypatch.setattr(context, "menu_of", lambda actor: [item])
    request = RequestFactory().get(path)
    request.user = User()
    assert [entry.current for group in PageContext(request).menu for entry in group.entries] == [current]
