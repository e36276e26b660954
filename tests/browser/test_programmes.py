"""A programme on its way: corrected by the school, approved by the municipality, judged and agreed by the region."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from opora.core.clock import today
from tests.browser.conftest import Opens, Visitor
from tests.browser.pictures import take
from tests.browser.test_pages import violations


def corrected(visitor: Visitor) -> None:
    """The school answers a remark, tries to add what is not whole, takes it away and sends."""
    page = visitor.page
    page.get_by_role("link", name="Добавить показатель").first.click()
    page.get_by_label("Название").fill("Доля открытых уроков")
    visitor.press("Сохранить")
    expect(page.get_by_role("heading", name="Чего не хватает")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Убрать.*Доля открытых уроков")).click()
    visitor.press("Убрать")
    page.get_by_role("button", name=re.compile("^Учтено")).first.click()
    visitor.press("Отправить на утверждение")
    visitor.press("Отправить")
    expect(page.get_by_role("main")).to_contain_text("Программа отправлена муниципалитету: версия 2")


def seen(page: Page, script: bool, name: str) -> None:
    if script:
        assert violations(page) == []
        take(page, name)


@pytest.mark.parametrize(("state", "script"), [("sent", True), ("returned", False)], ids=["script", "plain"])
def test_a_programme_is_approved_judged_and_agreed(visit: Opens, state: str, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go(f"/cases/programmes/?state={state}")
    page.get_by_role("region", name="Программы школ").locator("tbody tr").first.get_by_role("link").first.click()
    place = urlsplit(page.url).path
    if state == "returned":
        expect(page.get_by_role("main")).to_contain_text("Возвращена")
        corrected(visitor)
    visitor.press("Утвердить")
    page.get_by_label("Документ").fill("приказ № 12")
    visitor.press("Утвердить")
    expect(page.get_by_role("main")).to_contain_text("утверждена и передана на согласование")
    seen(page, script, "programme")
    page = visitor.go("/cases/programmes/?all=1")
    seen(page, script, "programmes")
    visitor.press("Назначить экспертов")
    for box in page.get_by_role("main").get_by_role("checkbox").all():
        box.check()
    page.get_by_label("Экспертов на программу").fill("2")
    page.get_by_label("Срок экспертизы").fill((today() + dt.timedelta(days=7)).isoformat())
    if script:
        assert violations(page) == []
    visitor.press("Назначить")
    expect(page.get_by_role("main")).to_contain_text("Назначено экспертиз")
    page = visitor.go(place)
    page.get_by_role("link", name="Дать экспертизу").click()
    for choice in page.get_by_role("main").get_by_role("combobox").all():
        choice.select_option("3")
    page.get_by_label("Заключение").fill("Программа готова")
    if script:
        assert violations(page) == []
    visitor.press("Дать экспертизу")
    expect(page.get_by_role("main")).to_contain_text("Экспертиза записана")
    page.get_by_role("button", name=re.compile("Снять назначение")).first.click()
    visitor.press("Снять назначение")
    visitor.press("Согласовать")
    page.get_by_label("Документ").fill("протокол региональной группы № 7")
    visitor.press("Согласовать")
    expect(page.get_by_role("main")).to_contain_text("Программа согласована")
    page = visitor.go(f"{place}progress/new/")
    for circle in page.get_by_role("main").get_by_role("radio", name="идёт по плану").all():
        circle.check()
    visitor.press("Записать разбор")
    expect(page.get_by_role("main")).to_contain_text("Разбор записан")
    seen(page, script, "progress")


def test_the_risk_profile_says_why(visit: Opens) -> None:
    visitor = visit("coordinator")
    page = visitor.go("/cases/programmes/?state=agreed")
    page.get_by_role("region", name="Программы школ").locator("tbody tr").first.get_by_role("link").first.click()
    page = visitor.go(urlsplit(page.url).path.replace("/programme/", "/risks/"))
    take(page, "risks")
    page.get_by_text("Из чего сложился балл").first.click()
    assert violations(page) == []
