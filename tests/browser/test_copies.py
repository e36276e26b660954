"""A copy is taken, leaks, and is traced, with JavaScript and without."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opens
from tests.browser.pictures import take


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_leaked_copy_leads_to_who_took_it(visit: Opens, tmp_path: Path, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.go("/organisations/")
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    file = tmp_path / "leaked.csv"
    taken.value.save_as(file)
    page = visitor.go("/copies/check/")
    page.get_by_label("Файл, снимок экрана или фотография страницы").set_input_files(file)
    page.get_by_role("button", name="Проверить").click()
    expect(page.get_by_role("heading", name="Найдено")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("КП-")
    if script:
        take(page, "copy")
