"""A study is entered by the school that ordered it and collected by the region; with a script and without."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opens
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
    school.press("Назначить")
    school.press("Начать")
    page.get_by_role("region", name="Результаты школ").get_by_role("link", name="Внести").click()
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
