"""The coordinator decides who may know of the lists: the region's policy, and schools entrusted to a curator."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opens
from tests.browser.pictures import take
from tests.browser.places import first_link
from tests.browser.test_pages import violations

METHODISTS = "Методисты видят школы своего муниципалитета"


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_widening_is_allowed_and_taken_back(visit: Opens, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go("/lists/policy/")
    card = page.locator(".card", has=page.get_by_role("heading", name=METHODISTS))
    expect(card).to_contain_text("запрещено")
    if script:
        assert violations(page) == []
        take(page, "policy")
    card.get_by_role("link", name="Разрешить").click()
    expect(page.get_by_role("main")).to_contain_text("узнают, какие школы их муниципалитета стоят в списках")
    visitor.press("Разрешить")
    expect(card).to_contain_text("разрешено")
    card.get_by_role("link", name="Запретить").click()
    visitor.press("Запретить")
    expect(card).to_contain_text("запрещено")


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_school_is_entrusted_to_a_curator_and_taken_back(visit: Opens, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go(first_link(visitor, "/lists/?category=adverse_conditions", r"/lists/[0-9a-z]{26}/"))
    visitor.press("Поручить школы куратору")
    page.get_by_label("Куратор").select_option(index=1)
    page.get_by_role("checkbox").nth(1).check()  # the first is for the whole list
    school = page.locator(".form-check-label").nth(1).inner_text().rsplit(", ", 1)[0]
    if script:
        assert violations(page) == []
    visitor.press("Сохранить")
    expect(page.get_by_role("main")).to_contain_text("узнает, что эти школы в списке")
    expect(page.get_by_role("main")).to_contain_text(school)
    visitor.press("Поручить 1 школу")
    expect(page.get_by_role("main")).to_contain_text("Поручено школ: 1")
    if script:
        assert violations(page) == []
        take(page, "curators")
    row = page.locator("tbody tr", has_text=school).filter(has_text="кураторство")
    row.get_by_role("link", name=re.compile("Прекратить")).click()
    visitor.press("Прекратить")
    expect(row.first).to_contain_text("прекращено")


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_whole_list_is_entrusted_and_undone(visit: Opens, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go(first_link(visitor, "/lists/?category=adverse_conditions", r"/lists/[0-9a-z]{26}/"))
    visitor.press("Поручить школы куратору")
    page.get_by_label("Куратор").select_option(index=1)
    page.get_by_label("Все школы списка").check()
    visitor.press("Сохранить")
    if script:
        assert violations(page) == []
    page.get_by_role("button", name=re.compile("Поручить")).click()
    expect(page.get_by_role("main")).to_contain_text("Поручено школ")
    page.get_by_role("button", name="Отменить").click()
    expect(page.get_by_role("main")).to_contain_text("Поручение отменено")
