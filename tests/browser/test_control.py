"""Control by the hands of a school, its teacher and their municipality; with JavaScript and without."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opens, Visitor
from tests.browser.pictures import take
from tests.browser.test_pages import violations

ASSIGNMENT = re.compile(r"/assignments/[0-9a-z]{26}/")


def open_work(one: Visitor) -> list[str]:
    """The addresses of work of the school that nobody was given and no time was asked for."""
    page = one.go("/assignments/?whose=mine&state=open&size=100")
    rows = page.locator("tbody tr").filter(has_not_text=re.compile("просят|поручено"))
    links = rows.filter(has_text=re.compile("через")).locator("th a")
    return [str(links.nth(place).get_attribute("href")) for place in range(links.count())]


def more(page: Page, name: str) -> None:
    page.locator(".page-action summary").click()
    page.locator(".page-action").get_by_text(name, exact=True).click()
    page.wait_for_load_state()


def in_days(days: int) -> str:
    return (dt.date.today() + dt.timedelta(days=days)).isoformat()  # noqa: DTZ011  (the server stands beside the test)


@pytest.mark.parametrize("script", [True, False], ids=["javascript", "without"])
def test_control_from_both_sides(visit: Opens, script: bool) -> None:
    school = visit("school", java_script_enabled=script)
    works = open_work(school)
    place = works[0 if script else 1]
    page = school.go(place)

    more(page, "Попросить перенести срок")
    page.get_by_label("Новый срок").fill(in_days(400))
    page.get_by_label("Причина").fill("Ждём методистов из центра")
    school.press("Отправить просьбу")
    expect(page.locator("#messages")).to_contain_text("отправлена")
    expect(page.locator(".timeline-list")).to_contain_text("Ждём методистов из центра")

    more(page, "Поручить сотруднику")
    teacher_option = page.get_by_label("Кому", exact=True).locator("option", has_text="сотрудник школы").first
    page.get_by_label("Кому", exact=True).select_option(teacher_option.get_attribute("value"))
    page.get_by_label("Что сделать").fill("Соберите сведения")
    if script:
        take(page, "delegate")
        assert violations(page) == []
    school.press("Поручить")
    expect(page.locator(".lead")).to_contain_text("поручено:")

    teacher = visit("teacher", java_script_enabled=script)
    desk = teacher.go(place)
    expect(desk.locator(".lead")).to_contain_text("поручено вам")
    text = desk.get_by_label("Что сделано")
    text.fill("Учитель начал")
    if script:
        expect(desk.locator("#draft-state")).to_contain_text("Черновик сохранён")
    else:
        teacher.press("Сохранить черновик")
    teacher.expected = {422}
    school.expected = {422}
    page = school.go(place)
    page.get_by_label("Что сделано").fill("Учитель начал, директор дополнил")
    school.press("Сохранить черновик")
    desk.get_by_label("Что сделано").fill("Учитель начал и закончил")
    if script:
        expect(desk.get_by_label("Текст, который сохранён сейчас")).to_have_value("Учитель начал, директор дополнил")
        take(desk, "two-texts")
        desk.evaluate("scrollTo(0, 0)")  # else the head of the page lies over its buttons
        assert violations(desk) == []
    else:  # the page was loaded before the head saved
        teacher.press("Сохранить черновик")
        expect(desk.get_by_label("Текст, который сохранён сейчас")).to_have_value("Учитель начал, директор дополнил")
    expect(desk.get_by_label("Что сделано")).to_have_value("Учитель начал и закончил")

    municipal = visit("municipality", java_script_enabled=script)
    board = municipal.go(place)
    board.get_by_label("Комментарий", exact=False).last.fill("Согласны, но не позже этого дня")
    if script:
        take(board, "postponement")
    municipal.press("Перенести срок")
    expect(board.locator(".lead")).to_contain_text("перенесён с")
    board.locator(".say > summary").click()
    say = board.locator(".say textarea")
    if script:
        say.press_sequentially("Вопрос к @")
        option = board.get_by_role("option").first
        expect(option).to_be_visible()
        say.press("Enter")
        expect(say).to_have_value(re.compile(r"Вопрос к @\S+ $"))
    else:
        say.fill("Вопрос всем")
    municipal.press("Отправить")
    expect(board.locator(".event-comment")).to_contain_text("Вопрос")
    if script:
        take(board, "thread")
        board.evaluate("scrollTo(0, 0)")
        assert violations(board) == []


@pytest.mark.parametrize("script", [True, False], ids=["javascript", "without"])
def test_several_reports_are_accepted_or_returned_at_once_and_taken_back(visit: Opens, script: bool) -> None:
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
    boxes.first.check()
    page.get_by_role("button", name=re.compile("Вернуть выбранные")).click()
    page.get_by_label("Что исправить").fill("Приложите протокол")
    one.press("Вернуть 1 отчёт")
    expect(page.locator("#messages")).to_contain_text("Возвращено 1 отчёт")
    page.locator("#messages").get_by_role("button", name="Отменить").click()
    expect(page.locator("#messages")).to_contain_text("Возврат отменён: 1 отчёт")


def test_what_saves_by_itself_leads_nobody_away_from_his_text(visit: Opens) -> None:
    school = visit("school")
    page = school.go("/assignments/?whose=mine&state=open")
    page.locator("tbody th a").last.click()
    school.context.clear_cookies(name="sessionid")
    page.get_by_label("Что сделано").fill("Набрано после выхода")
    expect(page.locator("#draft-state")).to_contain_text("Вход закончился")
    assert ASSIGNMENT.search(page.url)
    expect(page.get_by_label("Что сделано")).to_have_value("Набрано после выхода")
