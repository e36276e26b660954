"""A study is entered by the school that ordered it and collected by the region; with a script and without."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opens, Visitor
from tests.browser.pictures import take
from tests.browser.test_pages import violations


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_study_is_ordered_entered_and_collected(visit: Opens, script: bool) -> None:
    title = f"Проверка чтения {'первая' if script else 'вторая'}"
    school = visit("school", java_script_enabled=script)
    page = school.go("/studies/")
    school.press("Назначить исследование")
    page.get_by_label("Название").fill(title)
    page.get_by_label("Предмет").select_option(label="русский язык")
    page.get_by_label("5 класс", exact=True).check()
    today = dt.date.today()  # noqa: DTZ011  (the server of the test stands beside it)
    for day in ("Первый день", "Последний день"):
        page.get_by_label(day).fill(today.isoformat())
    if script:
        assert violations(page) == []
    school.press("Дальше")
    expect(page.get_by_role("button", name="Объявить")).to_be_visible()
    announce(school)
    school.press("Начать")
    page.get_by_role("region", name="Школы исследования").get_by_role("link", name=re.compile("^Внести")).click()
    for label, number in (("«2»", "1"), ("«3»", "8"), ("«4»", "9"), ("«5»", "4")):
        page.get_by_label(f"5 класс, отметок {label}").fill(number)
    page.get_by_label("5 класс, не писали").fill("2")
    if script:
        assert violations(page) == []
    school.press("Сохранить")
    expect(page.get_by_role("main")).to_contain_text("«5» — 4")
    region = visit("coordinator", java_script_enabled=script)
    page = region.go("/studies/?state=running")
    if script:
        assert violations(page) == []
        take(page, "studies")
    region.follow(page.get_by_role("link", name=title))
    if script:
        assert violations(page) == []
        take(page, "study")
    region.press("Собрать внесённое в загрузку")
    region.press("Собрать")
    expect(page).to_have_url(re.compile("/tasks/|/results/loadings/"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_the_region_chooses_who_takes_part(visit: Opens, script: bool) -> None:
    """Nobody is told before the region has seen how many schools there are; the list makes it closed."""
    region = visit("coordinator", java_script_enabled=script)
    page = region.go("/studies/new/")
    page.get_by_label("Вид").select_option(label="региональный мониторинг")
    page.get_by_label("Название").fill(f"Работа по выбору {'первая' if script else 'вторая'}")
    page.get_by_label("Предмет").select_option(label="математика")
    page.get_by_label("7 класс", exact=True).check()
    today = dt.date.today()  # noqa: DTZ011  (the server of the test stands beside it)
    for day in ("Первый день", "Последний день"):
        page.get_by_label(day).fill(today.isoformat())
    region.press("Дальше")
    page.get_by_label("школы некоторых муниципалитетов").check()
    page.get_by_role("group", name="Муниципалитеты").get_by_role("checkbox").first.check()
    if script:
        assert violations(page) == []
        take(page, "study-who")
    region.press("Дальше")
    place = page.get_by_role("region", name=re.compile("Прим[еу]т участие"))
    expect(place).to_contain_text("Школы некоторых муниципалитетов")
    if script:
        assert violations(page) == []
        take(page, "study-draft")
    region.follow(page.get_by_role("link", name="Изменить, кто участвует"))
    page.get_by_label("школы утверждённого списка").check()
    page.get_by_label("Список школ").select_option(index=1)
    region.press("Дальше")
    expect(place).to_contain_text("с ограниченным доступом")
    announce(region)
    expect(page.get_by_role("main")).to_contain_text("запланировано")
    if script:
        assert violations(page) == []


def announce(keeper: Visitor) -> None:
    """Heads may have other studies on these days: that is said once, and confirmed."""
    keeper.press("Объявить")
    if keeper.page.get_by_role("heading", name="Объявить всё равно?").count():
        keeper.press("Объявить")
