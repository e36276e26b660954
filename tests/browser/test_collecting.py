"""A form from the collector to the school and back: sent, filled in, returned, mended, accepted, summed."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from opora.core.clock import today
from tests.browser.conftest import PHONE, Opens
from tests.browser.pictures import take
from tests.browser.test_pages import violations


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_form_goes_to_a_school_and_back(visit: Opens, script: bool) -> None:
    title = f"Кадры школы {'с окном' if script else 'без окна'}"
    region = visit("coordinator", java_script_enabled=script)
    page = region.go("/forms/new/")
    page.get_by_label("Название", exact=False).first.fill(title)
    region.press("Составить форму")
    region.press("Добавить раздел")
    page.get_by_label("Название раздела").fill("Кадры")
    region.press("Сохранить")
    for question in ("Учителей", "Вакансий"):
        page.get_by_label("Добавить поле").select_option("number")
        page.get_by_role("button", name=re.compile("^Добавить")).click()
        page.get_by_label("Вопрос", exact=True).fill(question)
        page.get_by_label("Ответ обязателен").check()
        region.press("Сохранить")
    region.press("Опубликовать версию 1")
    region.press("Разослать организациям")
    page.get_by_label("Срок", exact=True).fill((today() + dt.timedelta(days=20)).isoformat())
    page.get_by_label("Кто заполняет").select_option("picked")
    if script:
        page.get_by_label("Найти в списке «Выбранные организации").fill("ясногорская сош № 1")
    page.get_by_label("МБОУ «Ясногорская СОШ № 1», ").check()
    region.press("Дальше: кто получит")
    expect(page.get_by_role("heading", name="Кто получит форму: 1")).to_be_visible()
    region.press("Разослать: 1 организация")
    expect(page.get_by_role("main")).to_contain_text("не начата: 1")
    campaign = page.url.removeprefix(region.site.url)

    school = visit("school", java_script_enabled=script)
    form = school.go("/submissions/?state=open")
    school.press(title)
    school.press("Кадры")
    form.get_by_label("Учителей").fill("много")
    form.get_by_label("Вакансий").fill("2")
    if script:
        form.get_by_label("Вакансий").blur()
        expect(form.locator("#draft-state")).to_contain_text("Черновик сохранён")
        assert violations(form) == []
        take(form, "form-filling")
    school.press("Сохранить черновик")
    expect(form.get_by_role("main")).to_contain_text("«много» — не число")
    form.get_by_label("Учителей").fill("12")
    school.press("Сохранить и к проверке")
    school.press("Отправить на проверку")
    expect(form.get_by_role("main")).to_contain_text("отправлена на проверку")
    submission = form.url.removeprefix(school.site.url)

    district = visit("municipality", java_script_enabled=script)
    decided = district.go(submission)
    district.press("Вернуть с замечаниями")
    decided.get_by_label("Замечание: Вакансий").fill("Посчитайте и ставку логопеда")
    district.press("Вернуть на доработку")

    school.go(submission)
    expect(form.get_by_role("main")).to_contain_text("Посчитайте и ставку логопеда")
    if script:
        assert violations(form) == []
        take(form, "form-returned")
    school.press("Кадры")
    form.get_by_label("Вакансий").fill("3")
    school.press("Сохранить и к проверке")
    school.press("Отправить на проверку")

    district.go(submission)
    district.press("Принять")
    expect(decided.get_by_role("main")).to_contain_text("Форма принята.")
    region.go(f"{campaign}table/")
    expect(page.get_by_role("region", name="Итого", exact=True)).to_contain_text("Вакансий")
    if script:
        assert violations(page) == []
        take(page, "form-table")


def test_rows_of_a_form_fit_a_phone(visit: Opens) -> None:
    """As they are read in a form of the demo, and as they are filled in where it is returned."""
    district = visit("municipality", viewport=PHONE)
    page = district.go("/submissions/?state=accepted")
    district.follow(page.get_by_role("link", name="Самоанализ причин низких результатов").last)
    submission = page.url.removeprefix(district.site.url)
    wide = "document.documentElement.scrollWidth"
    assert page.evaluate(wide) <= PHONE["width"]
    district.press("Отменить принятие")
    district.press("Вернуть с замечаниями")
    assert page.evaluate(wide) <= PHONE["width"]
    page.get_by_label("Общее замечание").fill("Назовите причины точнее")
    district.press("Вернуть на доработку")
    district.follow(page.get_by_role("link", name="Внутренние причины"))
    cell = page.get_by_label("Что предлагается сделать, строка 1").bounding_box()
    assert cell
    assert cell["x"] >= 0
    assert cell["x"] + cell["width"] <= PHONE["width"]
    assert violations(page) == []
    district.go(submission)
    district.press("Отменить возврат")
    district.press("Принять")
