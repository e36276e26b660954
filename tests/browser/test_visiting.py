"""Visits: a season is planned, the sheet of lessons changed, one that took place read and advised."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from opora.core.clock import today
from tests.browser.conftest import Opens
from tests.browser.pictures import take
from tests.browser.test_mentoring import reload_until_done
from tests.browser.test_pages import violations


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_visit_is_read_and_advises(visit: Opens, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go("/visits/?state=held")
    if script:
        assert violations(page) == []
        take(page, "visits")
    page.get_by_role("region", name="Визиты в школы").locator("tbody tr").first.get_by_role("link").first.click()
    expect(page.get_by_role("main")).to_contain_text("Учтены разные возможности учеников — нет")
    if script:
        assert violations(page) == []
        take(page, "visit")
    visitor.press("Добавить рекомендацию")
    page.get_by_label("Что сделать школе").fill("Провести открытый урок")
    page.get_by_label("До какого дня").fill("2027-02-01")
    visitor.press("Сохранить")
    expect(page.get_by_role("main")).to_contain_text("Провести открытый урок")


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_season_is_planned_and_its_visits_are_made(visit: Opens, script: bool) -> None:
    """Each in days of its own."""
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go("/visits/seasons/")
    first = today() + dt.timedelta(days=14 if script else 35)
    page.get_by_label("Первый день").fill(first.isoformat())
    page.get_by_label("Последний день").fill((first + dt.timedelta(days=18)).isoformat())
    visitor.press("Составить визиты")
    result = page.get_by_role("heading", name="Насколько план хорош")
    if script:
        expect(result).to_be_visible(timeout=60_000)
    else:
        reload_until_done(visitor)
        visitor.press("Открыть результат")
        expect(result).to_be_visible()
    if script:
        assert violations(page) == []
        take(page, "visits-season")
    visitor.press("Назначить визиты")
    expect(page.get_by_role("main")).to_contain_text("уйдут уведомления")
    if script:
        assert violations(page) == []
    visitor.press("Назначить визиты")
    expect(page.get_by_role("main")).to_contain_text("Назначено визитов")


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_the_sheet_of_lessons_is_changed(visit: Opens, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go("/visits/sheets/")
    visitor.press("Изменить лист")
    visitor.press("Изменить критерии и шкалу")
    criteria = page.get_by_label("Критерии")
    criteria.fill(f"{criteria.input_value()}\nУченики объясняют друг другу")
    if script:
        assert violations(page) == []
        take(page, "observation-sheet")
    visitor.press("Сохранить")
    visitor.press("Ввести в действие")
    expect(page.get_by_role("main")).to_contain_text("чей день ещё впереди")
    visitor.press("Не нужно, вернуться")
    visitor.press("Отменить черновик")
    visitor.press("Отменить черновик")
    expect(page.get_by_role("main")).to_contain_text("Черновик отменён")
