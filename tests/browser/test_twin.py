"""An order that names schools gets its open version: seen, corrected, saved, downloaded."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opens
from tests.browser.pictures import take
from tests.browser.places import first_link
from tests.browser.test_pages import violations

ORDERS = "/documents/?state=approved&kind=order&q=137"


def downloaded(page: Page, name: str) -> bytes:
    with page.expect_download() as taken:
        page.get_by_role("link", name=name, exact=True).click()
    return Path(taken.value.path()).read_bytes()


def words(content: bytes) -> str:
    """What a reader of the docx sees."""
    found = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in found.paragraphs), *cells])


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_an_order_gets_its_open_version(visit: Opens, script: bool) -> None:
    visitor = visit("municipality", java_script_enabled=script)
    page = visitor.go(first_link(visitor, ORDERS, r"/documents/[0-9a-z]{26}/"))
    page.get_by_role("link", name="Исходный документ").click()  # the demo has a twin of it, the newest is listed first
    page.get_by_role("link", name="Открытая версия").click()
    table = page.get_by_role("region", name="Замены")
    expect(table.get_by_role("row").nth(1)).to_be_visible()
    before = [cell.inner_text() for cell in table.locator("tbody tr td:nth-child(2)").all()]
    after = [cell.inner_text() for cell in table.locator("tbody tr td:nth-child(3)").all()]
    schools = [was for was, now in zip(before, after, strict=True) if now.startswith("общеобразовательн")]
    assert schools
    if script:
        assert violations(page) == []
        take(page, "twin")

    word = "Контроль" if script else "ПРИКАЗЫВАЮ"  # what was decided the last time is remembered
    page.get_by_label("Скрыть ещё слова").fill(word)
    visitor.press("Показать замены заново")
    expect(table).to_contain_text("[скрыто]")
    kept = page.get_by_label(f"Заменить «{word}»", exact=True)
    expect(kept).to_be_checked()
    kept.uncheck()
    visitor.press("Показать замены заново")
    expect(page.get_by_label(f"Заменить «{word}»", exact=True)).not_to_be_checked()
    visitor.press("Сохранить открытую версию")
    expect(page.get_by_role("main")).to_contain_text("Открытая версия сохранена")
    assert re.search(r"/documents/[0-9a-z]{26}/$", page.url)

    page.get_by_role("link", name="Исходный документ").click()
    page.get_by_role("link", name="Открытая версия").click()
    said = words(downloaded(page, "docx"))
    assert word in said
    assert "общеобразовательная организация 1" in said
    printed = "\n".join(one.get_textpage().get_text_bounded() for one in pypdfium2.PdfDocument(downloaded(page, "pdf")))
    for school in schools:
        assert school not in said
        assert school not in printed
    assert "КП-" in printed  # the mark of the copy
