"""The case of a school as the region works in it: found by its step, carried on, undone; with a script and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Opens
from tests.browser.pictures import take
from tests.browser.test_pages import violations


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_step_is_done_and_undone(visit: Opens, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go("/cases/board/")
    expect(page.get_by_role("heading", name="Программа утверждена муниципалитетом")).to_be_visible()
    if script:
        assert violations(page) == []
        take(page, "cases-board")
    page.get_by_role("link", name=re.compile("ждут шага «Итоги подведены»")).click()
    expect(page).to_have_url(re.compile("step=evaluated"))
    rows = page.get_by_role("region", name="Дела школ").locator("tbody tr")
    expect(rows.first).to_contain_text("Итоги подведены")
    if script:
        assert violations(page) == []
        take(page, "cases")
    rows.first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Что дальше")).to_be_visible()
    if script:
        assert violations(page) == []
        take(page, "case")
    for part, heading in (("Люди", "Школа, муниципалитет, регион"), ("Документы", "Шаги")):
        page.get_by_role("navigation", name="Части дела").get_by_role("link", name=part).click()
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        if script:
            assert violations(page) == []
            take(page, f"case-{'people' if part == 'Люди' else 'documents'}")
    page.get_by_role("navigation", name="Части дела").get_by_role("link", name="События").click()
    page.get_by_text("Отбор", exact=True).click()
    page.get_by_label(re.compile("^Что")).select_option(label="Шаги")
    page.get_by_role("button", name="Показать", exact=True).click()
    expect(page).to_have_url(re.compile("kind=steps"))
    expect(page.get_by_role("region", name="События дела")).to_contain_text("Выполнен шаг")
    if script:
        assert violations(page) == []
        take(page, "case-events")
    page.get_by_role("link", name="Дело", exact=True).click()
    visitor.press("Отметить шаг")
    page.get_by_label("Название, дата и номер документа").fill("аналитическая справка от 25.11.2026")
    page.get_by_label("Файлы документа").set_input_files(files=[_note("Справка.pdf")])
    if script:
        assert violations(page) == []
        take(page, "case-step")
    visitor.press("Отметить выполненным")
    expect(page.get_by_role("main")).to_contain_text("Выполнено: Итоги подведены")
    _takes(page, "Справка.pdf")
    visitor.press("Приложить файл к шагу «Итоги подведены»")
    page.get_by_label("Файлы документа").set_input_files(files=[_note("Таблица.pdf")])
    visitor.press("Приложить")
    expect(page.get_by_role("main")).to_contain_text("Приложено.")
    visitor.press("Убрать «Таблица.pdf»")
    visitor.press("Убрать")
    expect(page.get_by_role("main")).to_contain_text("Файл убран.")
    expect(page.get_by_role("link", name="Таблица.pdf")).to_have_count(0)
    page.get_by_role("navigation", name="Части дела").get_by_role("link", name="Документы").click()
    expect(page.get_by_role("heading", name="Шаги", exact=True)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Справка.pdf")
    visitor.follow(page.get_by_role("link", name="Дело", exact=True))
    visitor.press("Отменить этот шаг")
    page.get_by_label("Почему шаг отменяется").fill("Справка отозвана")
    visitor.press("Отменить шаг")
    expect(page.get_by_role("main")).to_contain_text("Отменён шаг: Итоги подведены")


def _note(name: str) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": b"%PDF-1.7 note"}


def _takes(page: Page, name: str) -> None:
    """The file comes as it was, under its name."""
    with page.expect_download() as taken:
        page.get_by_role("link", name=name).click()
    assert taken.value.suggested_filename == name
    assert taken.value.path().read_bytes().startswith(b"%PDF-1.7 note")
