"""A visit that took place: its lessons and advice are read, one more recommendation is written."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opens
from tests.browser.pictures import take
from tests.browser.test_pages import violations


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_visit_is_read_and_advises(visit: Opens, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go("/visits/?state=held")
    if script:
        assert violations(page) == []
        take(page, "visits")
    page.get_by_role("region", name="Визиты в школы").locator("tbody tr").first.get_by_role("link").first.click()
    expect(page.get_by_role("main")).to_contain_text("Учтены разные возможности учеников — нет")
    if script:
        assert violations(page) == []
        take(page, "visit")
    visitor.press("Добавить рекомендацию")
    page.get_by_label("Что сделать школе").fill("Провести открытый урок")
    page.get_by_label("До какого дня").fill("2027-02-01")
    visitor.press("Сохранить")
    expect(page.get_by_role("main")).to_contain_text("Провести открытый урок")
