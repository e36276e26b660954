"""An event from its draft to a waiting list, with a script and without; a certificate is checked by anybody."""

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
def test_people_are_registered_and_wait(visit: Opens, script: bool) -> None:
    title = "Тренинг тьюторов" if script else "Тренинг наставников"
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go("/events/calendar/")
    if script:
        assert violations(page) == []
        take(page, "events-calendar")
    visitor.press("Новое событие")
    page.get_by_label("Вид").select_option("training")
    page.get_by_label("Название").fill(title)
    page.get_by_label("День", exact=True).fill((today() + dt.timedelta(days=50)).isoformat())
    page.get_by_label("Начало").fill("10:00")
    page.get_by_label("Окончание").fill("12:00")
    page.get_by_label("Программа").fill("10:00 | Открытие | Орлов Д.С.")
    page.get_by_label("Мест", exact=False).last.fill("1")
    if script:
        assert violations(page) == []
    page.get_by_role("button", name="Сохранить черновик").click()
    visitor.press("Объявить")
    visitor.press("Объявить")
    expect(page.get_by_role("main")).to_contain_text("Событие объявлено")
    address = page.url.removeprefix(visitor.site.url)
    school = visit("school", java_script_enabled=script)
    theirs = school.go(address)
    theirs.get_by_role("link", name="Записать людей").click()
    theirs.get_by_label("Кого нет в списке").fill("Первая А.А. | учитель\nВторая Б.Б.")
    if script:
        assert violations(theirs) == []
    theirs.get_by_role("button", name="Записать", exact=True).click()
    expect(theirs.get_by_role("main")).to_contain_text("Записаны: 1. В листе ожидания: 1.")
    if script:
        assert violations(theirs) == []
        take(theirs, "event-places")
    theirs.get_by_role("button", name=re.compile("Снять запись.*Первая")).click()
    theirs.get_by_role("button", name="Снять запись", exact=True).click()
    second = theirs.get_by_role("listitem").filter(has_text="Вторая Б.Б.")
    expect(second).to_contain_text("место есть")


def test_a_certificate_is_checked_by_anybody(visit: Opens) -> None:
    visitor = visit("coordinator")
    page = visitor.go("/events/?when=past&q=Формирующее")
    page.get_by_role("link", name="Формирующее оценивание").click()
    expect(page.get_by_role("heading", name="Отзывы")).to_be_visible()
    assert violations(page) == []
    visitor.follow(page.get_by_role("link", name="Все участники"))
    row = page.get_by_role("row").filter(has_text="Сертификат (.pdf)").first
    assert violations(page) == []
    code = row.get_by_text(re.compile(r"^\w{4}(-\w{4}){3}$")).inner_text()
    stranger = visit("", java_script_enabled=False)
    theirs = stranger.go("/certificates/")
    theirs.get_by_label("Код сертификата").fill(code)
    theirs.get_by_role("button", name="Проверить").click()
    expect(theirs.get_by_role("main")).to_contain_text("Сертификат действует")
