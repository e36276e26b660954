"""The case of a school as the region works in it: found by its step, carried on, undone; with a script and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opens
from tests.browser.pictures import take
from tests.browser.test_pages import violations


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_step_is_done_and_undone(visit: Opens, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go("/cases/board/")
    expect(page.get_by_role("heading", name="Программа утверждена муниципалитетом")).to_be_visible()
    if script:
        assert violations(page) == []
        take(page, "cases-board")
    page.get_by_role("link", name=re.compile("ждут шага «Итоги подведены»")).click()
    expect(page).to_have_url(re.compile("step=evaluated"))
    rows = page.get_by_role("region", name="Дела школ").locator("tbody tr")
    expect(rows.first).to_contain_text("Итоги подведены")
    if script:
        assert violations(page) == []
        take(page, "cases")
    rows.first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Что дальше")).to_be_visible()
    if script:
        assert violations(page) == []
        take(page, "case")
    visitor.press("Отметить шаг")
    page.get_by_label("Документ").fill("аналитическая справка от 25.11.2026")
    visitor.press("Отметить выполненным")
    expect(page.get_by_role("main")).to_contain_text("Выполнено: Итоги подведены")
    visitor.press("Отменить этот шаг")
    page.get_by_label("Почему шаг отменяется").fill("Справка отозвана")
    visitor.press("Отменить шаг")
    expect(page.get_by_role("main")).to_contain_text("Отменено: Итоги подведены")
