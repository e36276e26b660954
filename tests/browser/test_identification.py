"""From results to the list: looked at, a rule run, a draft decided by two people, a school objects; with and without
JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opens, Visitor
from tests.browser.pictures import take
from tests.browser.test_pages import violations

RUN = re.compile(r"/results/runs/[0-9a-z]{26}/$")


def looked_at(page: Page, name: str, *, script: bool) -> None:
    """Nothing that axe finds wrong; the picture of the guide."""
    if script:
        assert violations(page) == []
        take(page, name)


def wait_for_run(visitor: Visitor) -> None:
    page = visitor.page
    for _ in range(60):
        if page.get_by_role("link", name="Составить проект списка").count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"the run is not done: {page.get_by_role('main').inner_text()[:300]}")


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_results_are_looked_at(visit: Opens, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go("/results/look/")
    expect(page.get_by_role("img", name=re.compile("Отметки за"))).to_be_visible()
    page.get_by_text("Те же данные таблицей").first.click()
    expect(page.get_by_role("cell").first).to_be_visible()
    looked_at(page, "results-area", script=script)
    page.get_by_label("Работа").select_option("vpr-mat-5")
    visitor.press("Показать")
    page.get_by_role("link", name="Школы", exact=True).click()
    expect(page.get_by_role("img", name=re.compile("в пределах случайного"))).to_be_visible()
    looked_at(page, "results-funnel", script=script)
    page.get_by_role("link", name="Баллы", exact=True).click()
    expect(page.get_by_role("img", name=re.compile("первичные баллы"))).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_from_a_run_to_the_list_and_an_objection(visit: Opens, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go("/results/rules/")
    looked_at(page, "rules", script=script)
    page.get_by_role("link", name=re.compile("Низкие результаты по ФИОКО")).first.click()
    page.get_by_label(re.compile("Доля участников")).fill("28 %")
    visitor.press("Посчитать")
    expect(page).to_have_url(RUN)
    wait_for_run(visitor)
    looked_at(page, "run", script=script)
    page.locator("tbody a").first.click()
    expect(page.get_by_role("heading", name="Из каких чисел это получено")).to_be_visible()
    looked_at(page, "verdict", script=script)
    page.go_back()
    visitor.press("Составить проект списка")
    title = f"Проект из расчёта {'со скриптом' if script else 'без скрипта'}"
    page.get_by_label("Название").fill(title)
    visitor.press("Сохранить")
    page.get_by_role("link", name="Изменить решение").first.click()
    page.get_by_label("не включать").check()
    visitor.press("Сохранить")
    expect(page.get_by_role("main")).to_contain_text("Напишите основание")
    page.get_by_label("Основание").fill("Школа закрывается на капитальный ремонт.")
    visitor.press("Сохранить")
    visitor.press("Включить школу")
    page.get_by_label("Школа").fill("Ясногорская СОШ № 1")
    page.get_by_label("Основание").fill("Решение рабочей группы.")
    visitor.press("Сохранить")
    expect(page.get_by_role("main")).to_contain_text("не по правилу")
    looked_at(page, "selection", script=script)
    visitor.press("Передать на утверждение")
    expect(page.get_by_role("main")).to_contain_text("Утвердить должен другой человек")
    deputy = visit("deputy", java_script_enabled=script)
    page = deputy.go("/results/selections/")
    page.get_by_role("link", name=title).click()
    deputy.press("Утвердить список")
    page.get_by_label("Утверждающий документ").fill("приказ от 20.08.2026 № 412")
    deputy.press("Сохранить")
    expect(page.get_by_role("main")).to_contain_text("Список утверждён")
    head = visit("school", java_script_enabled=script)
    page = head.go("/results/look/")
    page.get_by_role("listitem").filter(has_text=title).get_by_role("link", name="Возразить").click()
    page.get_by_label("С чем школа не согласна и почему").fill("Работы 5 класса проверены неверно.")
    head.press("Отправить")
    expect(page.get_by_role("main")).to_contain_text("рассматривается")
    looked_at(page, "objection", script=script)
    page = visitor.go("/results/objections/?state=filed")
    page.locator("tbody a").first.click()
    visitor.press("Принять решение")
    page.get_by_label(re.compile("Отклонить")).check()
    page.get_by_label("Обоснование").fill("Перепроверка ошибок не нашла.")
    visitor.press("Сохранить")
    expect(page.get_by_role("main")).to_contain_text("отклонено")
