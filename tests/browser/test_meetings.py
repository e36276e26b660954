"""A meeting from its agenda to assignments, with a script and without."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from opora.core.clock import today
from tests.browser.conftest import Opens
from tests.browser.pictures import take
from tests.browser.test_pages import violations


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_what_a_meeting_decides_is_sent_out(visit: Opens, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go("/meetings/")
    expect(page.get_by_role("region", name="Заседания рабочих групп")).to_contain_text("Итоги входной диагностики")
    if script:
        assert violations(page) == []
    visitor.press("Назначить заседание")
    page.get_by_label("Рабочая группа").select_option(index=1)
    page.get_by_label("О чём").fill("Помощь школам")
    page.get_by_label("Дата").fill((today() - dt.timedelta(days=1)).isoformat())
    page.get_by_label("Начало").fill("14:00")
    page.get_by_label("Повестка").fill("О помощи школам | Орлов Д.С.")
    if script:
        assert violations(page) == []
    page.get_by_role("button", name="Назначить заседание").click()
    visitor.press("Отметить присутствие")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Сохранить").click()
    visitor.press("Записать решение")
    page.get_by_label("Что решено").fill("Направить методистов")
    page.get_by_label("Срок").fill((today() + dt.timedelta(days=14)).isoformat())
    page.get_by_label("Ответственные").fill("Департамент образования Заречной области")
    if script:
        assert violations(page) == []
    page.get_by_role("button", name="Записать решение").click()
    expect(page.get_by_role("main")).to_contain_text("Направить методистов")
    if script:
        assert violations(page) == []
        take(page, "meeting")
    visitor.press("Утвердить протокол")
    expect(page.get_by_role("main")).to_contain_text("Поручения разошлёте")
    page.get_by_role("button", name="Утвердить протокол").click()
    expect(page).to_have_url(re.compile("/sending/"))
    expect(page.get_by_role("main")).to_contain_text("Направить методистов")


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_schools_are_opened_to_members(visit: Opens, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go("/meetings/?all=1")
    visitor.follow(page.get_by_role("link", name="Помощь школам, которым труднее всего"))
    visitor.press("Открыть школы участникам")
    page.get_by_role("group", name="Кому").get_by_role("checkbox").nth(0 if script else 1).check()
    schools = page.get_by_role("group", name="Какие школы")
    boxes = schools.locator("input[type=checkbox]")  # hidden ones too
    first, last = boxes.first, boxes.last
    first.check()
    if script:
        schools.get_by_role("searchbox").fill(last.locator("xpath=..").inner_text())
        expect(first).to_be_hidden()
        last.check()
        expect(schools.get_by_role("status")).to_have_text(re.compile("Отмечено: 2 из"))
        schools.get_by_role("searchbox").fill("")
        expect(first).to_be_visible()
    else:
        last.check()
    if script:
        assert violations(page) == []
        take(page, "meeting-schools")
    visitor.press("Открыть школы")
    expect(page.get_by_role("main")).to_contain_text("узнают, что эти школы в списке")
    if script:
        assert violations(page) == []
    visitor.press("Открыть школы")
    expect(page.get_by_role("main")).to_contain_text("Школы открыты участникам")
