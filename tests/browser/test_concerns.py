"""A concern from the case of a school to a decision, with a script and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opens
from tests.browser.pictures import take
from tests.browser.test_pages import violations


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_concern_is_raised_checked_and_decided(visit: Opens, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go("/concerns/?state=open")
    expect(page.get_by_role("region", name="Тревожные сигналы").locator("tbody")).to_contain_text(
        "управленческой опеки"
    )
    if script:
        assert violations(page) == []
        take(page, "concerns")
    visitor.go("/cases/?state=open")
    page.get_by_role("region", name="Дела школ").locator("tbody tr").last.get_by_role("link").first.click()
    visitor.press("Подать сигнал")
    page.get_by_label("Что случилось").fill("Нет учителя химии")
    page.get_by_label("Уровень").select_option(label="На контроле региона")
    if script:
        assert violations(page) == []
    page.get_by_role("button", name="Подать сигнал").click()
    expect(page.get_by_role("main")).to_contain_text("Сигнал подан")
    page.get_by_role("link", name=re.compile("Проведён методический десант")).click()
    page.get_by_label("не нужно").check()
    page.get_by_label("Пояснение").fill("Нужен учитель, а не десант")
    page.get_by_role("button", name="Отметить").click()
    expect(page.get_by_role("main")).to_contain_text("Нужен учитель, а не десант")
    visitor.press("Записать решение")
    page.get_by_label("Что решено").fill("Учителя направит институт")
    page.get_by_role("button", name="Записать решение").click()
    expect(page.get_by_role("main")).to_contain_text("Учителя направит институт")
    if script:
        assert violations(page) == []
        take(page, "concern")
