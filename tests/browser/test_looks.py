"""Signs of objectivity, clusters and conditions as people look at them: with JavaScript, without, on a phone, dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Opens, Visitor
from tests.browser.pictures import take
from tests.browser.test_pages import violations, violations_in_the_dark

BOTH = pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])


def looked_at(page: Page, name: str, *, script: bool) -> None:
    """Nothing that axe finds wrong; the picture of the guide."""
    if script:
        assert violations(page) == []
        take(page, name)


def area(visitor: Visitor) -> str:
    """The address of the region's results."""
    return visitor.go("/results/look/").url.removeprefix(visitor.site.url)


@BOTH
def test_from_the_region_to_the_arithmetic_of_a_sign(visit: Opens, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go(area(visitor))
    visitor.press("Объективность")
    expect(page.get_by_role("main")).to_contain_text("Индекс объективности")
    looked_at(page, "results-signs", script=script)
    page.get_by_role("link", name=re.compile("Таких школ")).click()
    expect(page).to_have_url(re.compile("any=2"))
    rows = page.get_by_role("region", name=re.compile("Признаки необъективности, ")).locator("tbody tr")
    expect(rows.first).to_contain_text("Журнал противоречит работе")
    rows.first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Признаки, которые есть")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("коэффициент Спирмена")
    expect(page.get_by_role("main")).to_contain_text("(P25)")
    looked_at(page, "results-school-signs", script=script)
    page.get_by_role("link", name="Кластер и условия").click()
    page.get_by_text("Те же данные таблицей").click()
    expect(page.get_by_role("columnheader", name="Медиана кластера")).to_be_visible()
    looked_at(page, "results-peers", script=script)


@BOTH
def test_clusters_and_their_thresholds(visit: Opens, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go(f"{area(visitor)}clusters/")
    expect(page.get_by_role("img", name=re.compile("Результаты и условия школ"))).to_be_visible()
    page.get_by_text("Те же данные таблицей").click()
    expect(page.get_by_role("rowheader", name="резильентная", exact=True)).to_be_visible()
    page.get_by_text("Те же данные таблицей").click()
    page.get_by_role("img", name=re.compile("Результаты и условия школ")).scroll_into_view_if_needed()
    looked_at(page, "results-clusters", script=script)
    visitor.press("Пороги кластеров")
    visitor.expected.add(422)
    page.get_by_label(re.compile("Низкие результаты")).fill("90")
    visitor.press("Сохранить")
    expect(page.get_by_role("main")).to_contain_text("вместе больше 100")
    page.get_by_label(re.compile("Низкие результаты")).fill("20")
    looked_at(page, "results-thresholds", script=script)
    visitor.press("Сохранить")
    expect(page.get_by_role("main")).to_contain_text("Пороги сохранены")
    visitor.press("Пороги кластеров")
    visitor.press("Вернуть обычные пороги")
    expect(page.get_by_role("main")).to_contain_text("Действуют обычные пороги")


@BOTH
def test_conditions_are_looked_at_taken_and_taken_back(visit: Opens, tmp_path: Path, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go(f"{area(visitor)}conditions/")
    page.get_by_text("Из чего складывается индекс").click()
    expect(page.get_by_role("rowheader", name="Доля детей с ОВЗ")).to_be_visible()
    looked_at(page, "results-conditions", script=script)
    visitor.press("Загруженные условия")
    visitor.press("Загрузить таблицу")
    table = tmp_path / "Паспорта.csv"
    name = "МБОУ «Ясногорская СОШ № 1»"
    table.write_text(f"school_id;name;pupils;on_record\n1;{name};777;0,02\n9;Нет такой;5;\n", encoding="utf-8")
    page.get_by_label("Таблица").set_input_files(table)
    visitor.press("Посмотреть, что изменится")
    expect(page.get_by_role("main")).to_contain_text("→ 777")
    expect(page.get_by_role("main")).to_contain_text("Такой школы нет в реестре")
    looked_at(page, "context-preview", script=script)
    visitor.press("Принять: изменится школ 1")
    expect(page.get_by_role("main")).to_contain_text("изменено школ: 1")
    page.get_by_role("link", name="Паспорта.csv").first.click()
    visitor.press("Отменить загрузку")
    expect(page.get_by_role("main")).to_contain_text("действуют прежние условия")


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "laptop"])
def test_nothing_runs_over(visit: Opens, phone: bool) -> None:
    size = PHONE if phone else {"width": 1280, "height": 800}
    coordinator = visit("coordinator", viewport=size)
    at, head = area(coordinator), visit("school", viewport=size)
    own = head.go("/results/look/").url.removeprefix(head.site.url)
    region = [f"{at}{part}" for part in ("", "schools/", "points/", "signs/", "clusters/", "conditions/")]
    for visitor, paths in ((coordinator, region), (head, [own, f"{own}signs/", f"{own}peers/"])):
        for path in paths:
            page = visitor.go(path)
            for part in page.locator("main details").all():
                part.evaluate("one => { one.open = true }")
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert over <= 0, f"{path} runs over by {over} pixels"
            assert [*violations(page), *violations_in_the_dark(page)] == [], path
