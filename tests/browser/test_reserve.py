"""A candidate of the reserve is proposed by the municipality and sent by the region; with a script and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opens
from tests.browser.pictures import take
from tests.browser.test_pages import violations

SCHOOL = "МБОУ «Ясногорская СОШ № 2»"


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_candidate_is_proposed_included_and_sent(visit: Opens, script: bool) -> None:
    name = f"Новикова Дарья {'Первая' if script else 'Вторая'}"
    municipal = visit("municipality", java_script_enabled=script)
    page = municipal.go("/reserve/")
    page.get_by_role("link", name="Предложить в резерв").click()
    page.get_by_label("Где работает").fill(SCHOOL)
    page.get_by_label("Фамилия, имя, отчество").fill(name)
    page.get_by_label("Должность").fill("директор")
    page.get_by_label("Для наставничества").check()
    page.get_by_label("Основания").fill("Результаты школы растут третий год")
    page.get_by_label("Письменное согласие").fill("от 12.10.2026")
    if script:
        assert violations(page) == []
    page.get_by_role("button", name="Предложить").click()
    expect(page.get_by_role("main")).to_contain_text("на рассмотрении")
    region = visit("coordinator", java_script_enabled=script)
    page = region.go("/reserve/?state=proposed")
    if script:
        assert violations(page) == []
    page.get_by_role("link", name=name).click()
    region.press("Включить в резерв")
    page.get_by_label("Документ").fill("приказ от 25.11.2026 № 900")
    page.get_by_role("button", name="Включить в резерв").click()
    region.press("Назначить")
    page.get_by_label("В какую школу").fill(SCHOOL)
    page.get_by_role("button", name="Назначить").click()
    expect(page.get_by_role("region", name="Назначения")).to_contain_text("действует")
    if script:
        assert violations(page) == []
        take(page, "reserve-candidate")
        region.go("/reserve/")
        take(page, "reserve")
        region.go("/reserve/rewards/")
        assert violations(page) == []
