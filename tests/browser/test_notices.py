"""Notices by the hands of those who are told: the bell, the list, choices, the calendar; without JavaScript too."""

from __future__ import annotations

import re
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opens
from tests.browser.pictures import take
from tests.browser.test_pages import violations

BELL = re.compile("^Уведомления")
NOTICE = ".notice-open"


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_notices_are_read_and_unread(visit: Opens, script: bool) -> None:
    visitor = visit("school", java_script_enabled=script)
    page = visitor.go("/")
    bell = page.get_by_role("link", name=BELL).first
    count = int(bell.locator(".menu-count").inner_text())
    bell.click()
    page.wait_for_url("**/notices/")
    if script:
        assert violations(page) == []
        take(page, "notices")
    first = page.locator(NOTICE).first
    text = first.inner_text()
    first.click()
    page.wait_for_url(lambda url: "/notices/" not in url)
    visitor.go("/notices/")
    row = page.locator("tbody tr", has_text=text).first
    expect(row).to_contain_text("прочитано")
    assert int(page.get_by_role("link", name=BELL).first.locator(".menu-count").inner_text()) == count - 1
    row.get_by_role("button", name="Снять отметку").click()
    page.wait_for_load_state()
    visitor.press("Отметить всё прочитанным")
    assert page.get_by_role("link", name=BELL).first.locator(".menu-count").count() == 0
    page.locator("#messages").get_by_role("button", name="Отменить").click()
    page.wait_for_load_state()
    assert int(page.get_by_role("link", name=BELL).first.locator(".menu-count").inner_text()) == count
    visitor.go("/notices/?read=yes")
    assert page.locator(NOTICE).count() == 0


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_choices_are_kept_and_forgotten(visit: Opens, script: bool) -> None:
    visitor = visit("municipality", java_script_enabled=script)
    page = visitor.go("/notices/choices/")
    if script:
        assert violations(page) == []
        take(page, "choices")
    page.get_by_label("Мой отчёт приняли").select_option("mail")
    page.get_by_label("Напоминать о сроке").select_option("7")
    visitor.press("Сохранить")
    expect(page.get_by_label("Мой отчёт приняли")).to_have_value("mail")
    expect(page.get_by_label("Напоминать о сроке")).to_have_value("7")
    visitor.press("Вернуть как обычно для моей роли")
    expect(page.get_by_label("Мой отчёт приняли")).to_have_value("page")


def test_a_calendar_is_opened_renewed_and_closed(visit: Opens) -> None:
    visitor = visit("school")
    page = visitor.go("/notices/choices/")
    visitor.press("Получить адрес календаря")
    address = page.get_by_label("Адрес календаря").input_value()
    assert violations(page) == []
    with urlopen(address, timeout=20) as answer:  # noqa: S310  (our own address)
        content = answer.read().decode()
    assert content.startswith("BEGIN:VCALENDAR")
    assert "BEGIN:VEVENT" in content
    visitor.press("Получить новый адрес…")
    visitor.press("Выдать новый адрес")
    assert page.get_by_label("Адрес календаря").input_value() != address
    visitor.press("Отключить календарь…")
    visitor.press("Отключить календарь")
    expect(page.locator("#calendar")).to_contain_text("Календарь не подключён")


def test_the_administrator_follows_the_mails(visit: Opens) -> None:
    visitor = visit("admin")
    page = visitor.go("/settings/mails/")
    assert violations(page) == []
    visitor.press("Не доставленные")
    expect(page.get_by_role("main")).to_contain_text("ничего не нашлось")
