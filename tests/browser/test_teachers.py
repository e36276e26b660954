"""A teacher sits a diagnosis, with a script and without; the region reads what groups have."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opens
from tests.browser.pictures import take
from tests.browser.test_pages import violations


def test_a_diagnosis_is_sat_with_a_script(visit: Opens) -> None:
    visitor = visit("teacher")
    page = visitor.go("/development/")
    page.get_by_role("link", name="Диагностика учителей математики, повторная").click()
    expect(page.get_by_text("Каждый ответ сохраняется сразу")).to_be_visible()
    assert violations(page) == []
    visitor.press("Начать")
    page.get_by_label("с цели").check()
    expect(page.get_by_text("Ответ сохранён")).to_be_visible()
    assert violations(page) == []
    take(page, "sitting")
    page.reload()
    expect(page.get_by_label("с цели")).to_be_checked()
    visitor.press("Сохранить и дальше")
    expect(page.get_by_role("heading", name="Задание 2 из 15")).to_be_visible()


def test_it_is_ended_without_a_script(visit: Opens) -> None:
    """The same teacher goes on with what the test before has begun, or begins."""
    visitor = visit("teacher", java_script_enabled=False)
    page = visitor.go("/development/")
    visitor.follow(page.get_by_role("link", name="Диагностика учителей математики, повторная"))
    if page.get_by_role("button", name="Начать").count():
        visitor.press("Начать")
    page.get_by_role("link", name=re.compile("^4")).click()
    page.get_by_label("Ответ — число").fill("20")
    visitor.press("Сохранить и дальше")
    expect(page.get_by_role("heading", name="Задание 5 из 15")).to_be_visible()
    page.get_by_role("link", name="Диагностика учителей математики, повторная").click()
    visitor.press("Завершить")
    visitor.press("Завершить и узнать результат")
    expect(page.get_by_role("heading", name="Дефициты", exact=True)).to_be_visible()
    visitor.press("Показать руководителю школы")
    expect(page.get_by_role("main")).to_contain_text("с вашего согласия")
    take(page, "sitting-result")


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_plan_is_made_from_deficits(visit: Opens, script: bool) -> None:
    """Of the diagnosis of autumn; whichever comes second goes on with the plan of the first."""
    visitor = visit("teacher", java_script_enabled=script)
    page = visitor.go("/development/")
    if script:
        assert violations(page) == []
        take(page, "development")
    visitor.follow(
        page.get_by_role("link", name=re.compile("лан.* по диагностике «Диагностика учителей математики, осень»"))
    )
    if page.get_by_role("button", name="Составить по дефицитам").count():
        visitor.press("Составить по дефицитам")
    expect(page.get_by_text("Формирующее оценивание на уроке", exact=True)).to_be_visible()
    before = page.get_by_text("сделано", exact=True).count()
    page.get_by_role("link", name=re.compile("^Сделано")).first.click()
    page.get_by_label("Чем подтверждается").fill("удостоверение № 17")
    visitor.press("Отметить сделанным")
    expect(page.get_by_text("сделано", exact=True)).to_have_count(before + 1)
    if script:
        assert violations(page) == []
        take(page, "plan")
        visitor.go("/development/")
        page.get_by_role("link", name=re.compile("^План развития.*весна")).click()
        expect(page.get_by_role("cell", name="стало лучше").first).to_be_visible()
        assert violations(page) == []
        page.get_by_role("heading", name="После плана: повторная диагностика").last.scroll_into_view_if_needed()
        take(page, "plan-change")


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_the_region_reads_groups(visit: Opens, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go("/development/diagnoses/")
    page.get_by_role("link", name="Диагностика учителей математики, осень").click()
    expect(page.get_by_text("Показаны только группы от пяти человек")).to_be_visible()
    if script:
        assert violations(page) == []
        take(page, "diagnosis")
    visitor.go("/development/overview/")
    expect(page.get_by_role("rowheader", name="Текстовые задачи")).to_be_visible()
    page.get_by_text(re.compile("групп")).first.click()
    if script:
        assert violations(page) == []
        take(page, "deficits")
    visitor.go("/development/instruments/")
    page.get_by_role("link", name=re.compile("Методика преподавания")).click()
    expect(page.get_by_role("heading", name="Шкалы")).to_be_visible()
    if script:
        assert violations(page) == []
        take(page, "instrument")
