"""A form that a protocol names: made with one press, sent to the executors of its point, filled in from the work."""

from __future__ import annotations

import datetime as dt
import re

from playwright.sync_api import expect

from opora.core.clock import today
from tests.browser.conftest import Opens
from tests.browser.pictures import take
from tests.browser.test_pages import violations

NUMBER_THREE = re.compile(r"^Протокол .* № 3$")


def test_a_form_of_a_protocol_reaches_its_executors(visit: Opens) -> None:
    region = visit("coordinator")
    page = region.go("/documents/?kind=protocol")
    page.get_by_role("link", name=NUMBER_THREE).click()
    page.get_by_role("link", name="Формы", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Ф.И.О. методиста")
    assert violations(page) == []
    take(page, "form-from-document")
    region.press("Сделать форму", exact=False)
    expect(page.get_by_role("main")).to_contain_text("Черновик формы составлен по документу")
    region.press("Опубликовать версию 1")
    page.get_by_role("main").get_by_role("link", name=NUMBER_THREE).click()
    region.press("Разослать исполнителям пункта 1.1")
    page.get_by_label("Название сбора").fill("Муниципальные методисты")
    page.get_by_label("Срок", exact=True).fill((today() + dt.timedelta(days=20)).isoformat())
    region.press("Дальше: кто получит")
    expect(page.get_by_role("main")).to_contain_text("По поручению")
    page.get_by_role("button", name="Разослать: ", exact=False).click()
    expect(page.get_by_role("main")).to_contain_text("Форма разослана")

    district = visit("municipality", java_script_enabled=False)
    work = district.go("/assignments/?q=методистах")
    work.get_by_role("main").get_by_role("link", name=re.compile("сведения о муниципальных методистах")).first.click()
    expect(work.get_by_role("heading", name="Форма по этому поручению")).to_be_visible()
    district.press("Заполнить форму", exact=False)
    expect(work.get_by_role("heading", level=1)).to_have_text("Муниципальные методисты")
