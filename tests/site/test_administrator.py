"""The administrator keeps accounts, and meets no results, no list and nothing that comes of them."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.test import Client

from opora.access.roles import RoleCode
from opora.core.secrecy import knowledge
from opora.ui.points import menu_of
from tests.site.access_table import TABLE
from tests.site.asking import address
from tests.site.rules import places
from tests.site.world import World

pytestmark = pytest.mark.django_db
ADMINISTRATOR = ("inside", RoleCode.ADMINISTRATOR.value)
SECRET = ("assessments:", "lists:")


def test_no_page_of_lists_or_results_is_his(worlds: tuple[World, World]) -> None:
    world = worlds[0]
    client = Client()
    client.force_login(world.user(*ADMINISTRATOR))
    asked = 0
    for name, rules in TABLE.items():
        if not name.startswith(SECRET):
            continue
        for rule in rules:
            assert ADMINISTRATOR not in places(rule.may), name
            if "GET" in rule.methods:
                asked += 1
                assert client.get(address(name, rule, world)).status_code in (403, 404), name
    assert asked > 50


def test_no_row_of_lists_or_results_is_his(worlds: tuple[World, World]) -> None:
    user = worlds[0].user(*ADMINISTRATOR)
    assert not knowledge(user).scope
    seen = 0
    for app in ("assessments", "lists"):
        for model in apps.get_app_config(app).get_models():
            visible = getattr(model._default_manager.all(), "visible", None)
            if visible is None:
                continue
            seen += model._default_manager.exists()
            assert not visible(user).exists(), model
    assert seen > 15  # with rows that others see


def test_his_menu_has_neither(worlds: tuple[World, World]) -> None:
    urls = [item.url for item in menu_of(worlds[0].user(*ADMINISTRATOR))]
    assert urls
    assert not [url for url in urls if url.startswith(("/results/", "/lists/"))]
