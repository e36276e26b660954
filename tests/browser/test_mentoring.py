"""Pairs are proposed, changed by hand, and worked in; with a script and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opens, Visitor
from tests.browser.pictures import take
from tests.browser.test_pages import violations


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_pairs_are_proposed_and_worked_in(visit: Opens, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go("/pairs/proposals/")
    visitor.press("Подобрать пары")
    result = page.get_by_role("heading", name="Насколько подбор хорош")
    if script:
        expect(result).to_be_visible(timeout=60_000)
    else:
        reload_until_done(visitor)
        visitor.press("Открыть результат")
        expect(result).to_be_visible()
    if script:
        assert violations(page) == []
        take(page, "mentoring-proposal")
    page.get_by_role("region", name="Подбор пар").locator("tbody tr").first.get_by_role("link").first.click()
    visitor.press("Запретить этого наставника")
    expect(page.get_by_role("main")).to_contain_text("запрещены:")
    if script:
        assert violations(page) == []
    visitor.go("/pairs/?state=active")
    if script:
        assert violations(page) == []
    page.get_by_role("region", name="Пары школ").locator("tbody tr").first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Совместный план")).to_be_visible()
    if script:
        assert violations(page) == []
        take(page, "mentoring-pair")
    visitor.press("Записать контакт")
    page.get_by_label("О чём").fill("Разобрали ошибки диагностической работы")
    visitor.press("Сохранить")
    expect(page.get_by_role("main")).to_contain_text(re.compile("Разобрали ошибки диагностической работы"))


def reload_until_done(visitor: Visitor) -> None:
    """Without a script the page of a job says so only when it is asked again."""
    for _ in range(60):
        if visitor.page.get_by_role("link", name="Открыть результат").count():
            return
        visitor.page.wait_for_timeout(500)
        visitor.page.reload()
    raise AssertionError(visitor.page.url)
