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
    expect(page.get_by_role("main")).to_contain_text("Программа отправлена муниципалитету: версия")


def seen(page: Page, script: bool, name: str) -> None:
    if script:
        assert violations(page) == []
        take(page, name)


def sent_again(visit: Opens, place: str, script: bool) -> None:
    """Returned by the municipality with a remark, or begun anew by the school where it was agreed: sent once more."""
    school = visit("school", java_script_enabled=script)
    page = school.go(place)
    if page.get_by_role("button", name="Новая версия").count():
        school.press("Новая версия")
        school.press("Начать")
        expect(page.get_by_role("main")).to_contain_text("Действует версия")
        seen(page, script, "programme-versions")
        school.press("Отказаться от новой версии")
        school.press("Отказаться")
        expect(page.get_by_role("main")).to_contain_text("От новой версии отказались")
        school.press("Новая версия")
        school.press("Начать")
        school.press("Отправить на утверждение")
        school.press("Отправить")
        return
    area = visit("municipality", java_script_enabled=script)
    area.go(place)
    area.press("Замечание к программе")
    area.page.get_by_label("Замечание").first.fill("Уточните срок")
    area.press("Записать")
    area.press("Вернуть")
    area.page.get_by_label("Что исправить").fill("Смотрите замечание")
    area.press("Вернуть")
    school.go(place)
    corrected(school)


def withdrawn(school: Visitor, place: str) -> None:
    """Taken back before the municipality decides, and sent once more."""
    page = school.go(place)
    school.press("Отозвать")
    school.press("Отозвать")
    expect(page.get_by_role("main")).to_contain_text("Программа отозвана")
    school.press("Отправить на утверждение")
    school.press("Отправить")


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_programme_goes_from_one_to_the_next(visit: Opens, script: bool) -> None:
    """School, municipality, experts of whom one steps aside, region: each in his own browser."""
    place = _own(visit)
    sent_again(visit, place, script)
    withdrawn(visit("school", java_script_enabled=script), place)
    area = visit("municipality", java_script_enabled=script)
    page = area.go(place)
    area.press("Утвердить")
    page.get_by_label("Документ").fill("приказ № 12")
    area.press("Утвердить")
    expect(page.get_by_role("main")).to_contain_text("утверждена и передана на согласование")
    seen(page, script, "programme")
    region = visit("coordinator", java_script_enabled=script)
    page = region.go("/cases/programmes/?all=1")
    seen(page, script, "programmes")
    region.press("Назначить экспертов")
    for box in page.get_by_role("main").get_by_role("checkbox").all():
        box.check()
    page.get_by_label("Экспертов на программу").fill("2")
    page.get_by_label("Срок экспертизы").fill((today() + dt.timedelta(days=7)).isoformat())
    if script:
        assert violations(page) == []
    region.press("Назначить")
    expect(page.get_by_role("main")).to_contain_text("Назначено экспертиз")
    page = region.go(place)
    page.get_by_role("link", name="Дать экспертизу").click()
    page.get_by_label("У меня конфликт интересов", exact=False).check()
    page.get_by_label("Заключение").fill("Работала в этой школе")
    region.press("Дать экспертизу")
    expect(page.get_by_role("main")).to_contain_text("конфликт интересов, не оценивает")
    expert = visit("deputy", java_script_enabled=script)
    page = expert.go(place)
    expert.follow(page.get_by_role("link", name="Дать экспертизу"))
    for choice in page.get_by_role("main").get_by_role("combobox").all():
        choice.select_option("3")
    page.get_by_label("Заключение").fill("Программа готова")
    if script:
        assert violations(page) == []
    expert.press("Дать экспертизу")
    expect(page.get_by_role("main")).to_contain_text("Экспертиза записана")
    page = region.go(place)
    region.press("Согласовать")
    page.get_by_label("Документ").fill("протокол региональной группы № 7")
    region.press("Согласовать")
    expect(page.get_by_role("main")).to_contain_text("её мероприятия — поручения школы")
    school = visit("school", java_script_enabled=script)
    page = school.go(place)
    expect(page.get_by_role("columnheader", name="Исполнение").first).to_be_visible()
    if script:
        assert violations(page) == []
    page = school.go(f"{place}progress/new/")
    for circle in page.get_by_role("main").get_by_role("radio", name="идёт по плану").all():
        circle.check()
    school.press("Записать разбор")
    expect(page.get_by_role("main")).to_contain_text("Разбор записан")
    seen(page, script, "progress")


def _own(visit: Opens) -> str:
    """The address of the programme of the school that one of the accounts leads."""
    page = visit("school").go("/cases/programmes/?all=1")
    page.get_by_role("region", name="Программы школ").locator("tbody tr").first.get_by_role("link").first.click()
    page.wait_for_load_state()
    return urlsplit(page.url).path


def test_the_risk_profile_says_why(visit: Opens) -> None:
    visitor = visit("coordinator")
    page = visitor.go("/cases/programmes/?state=agreed")
    page.get_by_role("region", name="Программы школ").locator("tbody tr").first.get_by_role("link").first.click()
    page = visitor.go(urlsplit(page.url).path.replace("/programme/", "/risks/"))
    take(page, "risks")
    page.get_by_text("Из чего сложился балл").first.click()
    assert violations(page) == []
