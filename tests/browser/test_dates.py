"""Deadlines that start later, the views of a road map and kept filters, with JavaScript and without."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opens, Visitor
from tests.browser.pictures import take
from tests.browser.places import first_link
from tests.browser.test_pages import violations

both = pytest.mark.parametrize("script", [True, False], ids=["javascript", "without"])
ROADMAP = r"/road-maps/[0-9a-z]{26}/"


def enter(visit: Opens, login: str, *, script: bool) -> Visitor:
    visitor = visit(login, java_script_enabled=script)
    visitor.expected = {422}
    return visitor


def picture(page: Page, name: str, *, script: bool) -> None:
    if script:
        take(page, name)


def ahead(days: int) -> str:
    return (dt.date.today() + dt.timedelta(days=days)).isoformat()  # noqa: DTZ011  (the server stands beside the test)


@both
def test_an_event_is_recorded_and_taken_back(visit: Opens, script: bool) -> None:
    one = enter(visit, "municipality", script=script)
    one.go(first_link(one, "/road-maps/?state=sent&q=совместной", ROADMAP))
    page = one.page
    one.press("Отметить событие", exact=False)
    expect(page.locator(".lead")).to_contain_text("5 рабочих дней после события (по производственному календарю)")
    if script:
        assert violations(page) == []
    page.get_by_label("Когда наступило событие").fill(ahead(0 if script else -1))
    picture(page, "event", script=script)
    page.get_by_label("Только для организации", exact=False).fill("Такой организации нет")
    one.press("Отметить событие")
    expect(page.get_by_role("alert").first).to_contain_text("Такой организации нет")
    page.get_by_label("Только для организации", exact=False).fill("")
    one.press("Отметить событие")
    expect(page.locator("#messages")).to_contain_text("Событие отмечено, исполнить до")
    expect(page.locator(".timeline-list")).to_contain_text("все исполнители")
    one.press("Отменить отметку", exact=False)
    expect(page.locator("#messages")).to_contain_text("Отметка о событии отменена")


@both
def test_the_owner_of_a_schedule_names_the_dates(visit: Opens, script: bool) -> None:
    one = enter(visit, "coordinator", script=script)
    page = one.go("/road-maps/?state=sent&q=адресной")
    one.go(first_link(one, "/road-maps/?state=sent&q=адресной", ROADMAP))
    one.press("Назвать даты" if script else "Даты графика", exact=False)
    if script:
        assert violations(page) == []
    page.get_by_label("Дата", exact=False).first.fill(ahead(30 if script else 31))
    if script:
        page.get_by_label("Ещё одна дата", exact=False).first.fill(ahead(60))
    picture(page, "schedule", script=script)
    one.press("Сохранить даты")
    expect(page.locator("#messages")).to_contain_text("Даты сохранены")
    expect(page.locator(".lead")).to_contain_text("даты названы")
    page.locator("summary", has_text="Убрать названную дату").click()
    page.get_by_role("link", name="Убрать").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Убрать дату")
    picture(page, "remove-date", script=script)
    if script:
        assert violations(page) == []
    page.get_by_label("Почему убираете", exact=False).fill("Названа по ошибке")
    one.press("Убрать дату")
    expect(page.locator("#messages")).to_contain_text("Дата убрана")
    one.press("Своя дата у каждого муниципалитета")
    expect(page.get_by_label("Управление образования Ясногорского района", exact=False)).to_be_visible()


@both
def test_a_road_map_on_a_line_of_days_in_a_calendar_in_a_matrix(visit: Opens, script: bool) -> None:
    one = enter(visit, "coordinator", script=script)
    page = one.go(first_link(one, "/road-maps/?state=sent&q=адресной", ROADMAP))
    one.press("Шкала времени")
    picture(page, "timeline", script=script)
    one.press("Квартал")
    expect(page.get_by_role("navigation", name="Масштаб").locator("[aria-current]")).to_have_text("Квартал")
    one.press("Просрочены")
    expect(page.locator(".plan tbody .overdue").first).to_contain_text("просрочено")
    bar = page.locator(".plan a[aria-label*='просрочено']").first
    with page.expect_navigation():
        bar.focus()
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Поручения", level=1)).to_be_visible()
    page.go_back()
    one.press("Календарь")
    picture(page, "calendar", script=script)
    one.press("Списком")
    one.press("Матрица")
    picture(page, "matrix", script=script)
    cell = page.locator(".cell-overdue[href]").first
    with page.expect_navigation():
        cell.click()
    expect(page.locator(".list-table tbody tr").first).to_be_visible()


@both
def test_a_filter_is_kept_under_a_name(visit: Opens, script: bool) -> None:
    name = "Просрочено у нас" if script else "Наши просроченные"
    one = enter(visit, "coordinator", script=script)
    page = one.go("/assignments/?all=1")
    one.press("Срок истёк")
    page.get_by_text("Сохранить отбор").click()
    page.get_by_label("Название отбора", exact=True).fill(name)
    one.press("Сохранить")
    expect(page.locator("#messages")).to_contain_text("сохранён")
    expect(page.locator(".saved nav [aria-current]")).to_contain_text(name)
    picture(page, "saved-filter", script=script)
    if script:
        assert violations(page) == []
    page.get_by_text("Изменить отборы").click()
    row = page.locator(".saved-list li", has=page.get_by_label(f"«{name}»", exact=False))
    row.get_by_role("button", name="Показывать сразу", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("Список открывается с отбором")
    one.go("/assignments/")
    assert page.url.endswith("?when=overdue")
    page.get_by_text("Изменить отборы").click()
    row.get_by_role("button", name="Удалить", exact=False).click()
    one.press("Удалить")
    expect(page.locator("#messages")).to_contain_text("удалён")
