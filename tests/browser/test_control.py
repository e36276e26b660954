"""Control by the hands of a school, its teacher and their municipality; with JavaScript and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opens
from tests.browser.pictures import take
from tests.browser.test_pages import violations

ASSIGNMENT = re.compile(r"/assignments/[0-9a-z]{26}/")


@pytest.mark.parametrize("script", [True, False], ids=["javascript", "without"])
def test_several_reports_are_accepted_at_once_and_taken_back(visit: Opens, script: bool) -> None:
    one = visit("coordinator", java_script_enabled=script)
    page = one.go("/assignments/?whose=controlled&state=decide&sort=executor")
    boxes = page.locator('input[name="assignment"]')
    for place in range(2):
        boxes.nth(place).check()
    if script:
        expect(page.get_by_role("button", name="Принять выбранные (2)")).to_be_visible()
        take(page, "several")
        assert violations(page) == []
    page.get_by_role("button", name=re.compile("Принять выбранные")).click()
    expect(page.get_by_role("heading", name="Будут приняты 2 отчёта")).to_be_visible()
    one.press("Принять 2 отчёта")
    expect(page.locator("#messages")).to_contain_text("Принято 2 отчёта")
    page.locator("#messages").get_by_role("button", name="Отменить").click()
    expect(page.locator("#messages")).to_contain_text("Принятие отменено: 2 отчёта")


def test_what_saves_by_itself_leads_nobody_away_from_his_text(visit: Opens) -> None:
    school = visit("school")
    page = school.go("/assignments/?whose=mine&state=open")
    page.locator("tbody th a").last.click()
    school.context.clear_cookies(name="sessionid")
    page.get_by_label("Что сделано").fill("Набрано после выхода")
    expect(page.locator("#draft-state")).to_contain_text("Вход закончился", timeout=15_000)
    assert ASSIGNMENT.search(page.url)
    expect(page.get_by_label("Что сделано")).to_have_value("Набрано после выхода")
