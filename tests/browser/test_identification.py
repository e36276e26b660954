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
TRIAL = re.compile(r"/results/trials/[0-9a-z]{26}/$")
OWN = """\
id: our-order-{name}
version: "1"
title: Наше правило {name}
source: Приказ министерства от 01.02.2026 № 1
join: any
indicators:
  - name: vpr
    title: ВПР по русскому языку и математике
    counted: vpr,rus,mat
    threshold: {threshold}
"""


def looked_at(page: Page, name: str, *, script: bool) -> None:
    """Nothing that axe finds wrong; the picture of the guide, where it has a name."""
    if script:
        assert violations(page) == []
        if name:
            take(page, name)


def wait_for(visitor: Visitor, place: re.Pattern[str], *, script: bool) -> None:
    """From the page of a job on to its result: by itself, or without JavaScript by a press."""
    page = visitor.page
    for _ in range(240):
        if place.search(page.url):
            return
        if page.get_by_role("link", name="Открыть результат").count():
            visitor.press("Открыть результат")
            continue
        page.wait_for_timeout(500)
        if not script:
            page.reload()
    raise AssertionError(f"the work is not done: {page.get_by_role('main').inner_text()[:300]}")


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
    wait_for(visitor, RUN, script=script)
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
    deputy.press("Утвердить список")
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


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_two_runs_are_compared_and_one_is_repeated(visit: Opens, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.page
    for threshold in ("20 %", "35 %"):
        visitor.go("/results/rules/fioko-2025/")
        page.get_by_label(re.compile("Доля участников")).fill(threshold)
        visitor.press("Посчитать")
        wait_for(visitor, RUN, script=script)
    page.get_by_text("Можно ли этот расчёт повторить").click()
    visitor.press("Повторить и сверить")
    wait_for(visitor, RUN, script=script)
    expect(page.get_by_role("main")).to_contain_text("совпало до бита")
    looked_at(page, "repeated", script=script)
    visitor.press("Сравнить")
    expect(page.get_by_role("heading", name="Чем расчёты отличаются")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="выходит").first).to_contain_text("В списке")
    page.locator(".list-filters summary").click()
    page.get_by_label("Изменение").select_option("0")
    visitor.press("Показать")
    page.wait_for_url(re.compile("change=0"))
    looked_at(page, "compare", script=script)


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_rule_of_the_regions_own_and_the_laboratory(visit: Opens, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    name = "script" if script else "plain"
    page = visitor.go("/results/rules/")
    visitor.press("Внести своё правило")
    page.get_by_label(re.compile("^Правило")).fill(OWN.format(name=name, threshold="30"))
    visitor.expected.add(422)
    visitor.press("Проверить")
    expect(page.get_by_role("alert")).to_contain_text("Строка 10: threshold: «30» не подходит.")
    looked_at(page, "own-rule-mistake", script=script)
    page.get_by_label(re.compile("^Правило")).fill(OWN.format(name=name, threshold="30 %"))
    visitor.press("Проверить")
    expect(page.get_by_role("main")).to_contain_text("в списке было бы")
    looked_at(page, "own-rule", script=script)
    visitor.press("Сохранить и включить")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Наше правило {name}, версия 1")
    looked_at(page, "", script=script)
    visitor.go(f"/results/rules/our-order-{name}/trial/?cost=500000&regions=1&parameter_threshold_vpr=12 %25")
    expect(page.get_by_label(re.compile("рублей"))).to_have_value("500000")
    visitor.press("Посчитать")
    wait_for(visitor, TRIAL, script=script)
    expect(page.get_by_role("img", name=re.compile("Насколько список устойчив"))).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("Кого список касается"))).to_be_visible()
    expect(page.get_by_role("heading", name="Там, где истина известна")).to_be_visible()
    looked_at(page, "laboratory", script=script)
    page.get_by_label(re.compile("рублей")).fill("1000000")
    visitor.press("Пересчитать стоимость")
    assert "cost=1000000" in page.url
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").first.click()
    assert download.value.suggested_filename.endswith(".xlsx")
    page.get_by_role("region", name=re.compile("По годам")).get_by_role("link").last.click()
    expect(page.get_by_role("main")).to_contain_text("Год пробы лаборатории")
