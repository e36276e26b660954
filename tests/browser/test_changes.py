"""An amendment from its file to the versions it leaves, and what a district takes of it, by the hands of both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opens, Visitor
from tests.browser.pictures import take
from tests.browser.test_pages import violations

AMENDMENT = """ДЕПАРТАМЕНТ ОБРАЗОВАНИЯ ЗАРЕЧНОЙ ОБЛАСТИ

РАСПОРЯЖЕНИЕ

от {day} № {number}

О внесении изменений в распоряжение от {of} № {amended}

1. Внести в дорожную карту, утверждённую распоряжением от {of} № {amended}, следующие изменения:
1.1. В пункте {row} слова «{old}» заменить словами «{new}».
1.2. Пункт 99 исключить.
2. Контроль за исполнением распоряжения оставляю за собой.

Директор департамента	А.В. Громов
"""


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_an_amendment_goes_down_to_the_district(visit: Opens, tmp_path: Path, script: bool) -> None:
    one = visit("coordinator", java_script_enabled=script)
    one.expected = {422}
    page = one.go("/road-maps/?q=адресной&state=sent")
    one.follow(page.locator("tbody a").first)
    roadmap = page.url
    stamp = page.locator("main").inner_text()
    found = re.search(r"Распоряжение от (\d\d\.\d\d\.\d{4}) № (\S+?),", stamp)
    assert found, stamp[:600]
    text = AMENDMENT.format(
        day=found[1],
        of=found[1],
        amended=found[2],
        number="611-р" if script else "612-р",
        row="9" if script else "11",
        old="рискового профиля" if script else "программ перехода",
        new="профиля рисков" if script else "школьных программ перехода",
    )
    read(one, text, tmp_path / f"Изменения {script}.txt")
    expect(page.get_by_role("heading", name="Что меняется в изменяемом документе")).to_be_visible()
    document = page.url
    one.press("Изменения")
    expect(page.locator("ins").first).to_be_visible()
    assert page.get_by_role("heading", name="Не понято и не применится").count() == 1
    if script:
        assert violations(page) == []
        take(page, "amendment")
    one.go(document.removeprefix(one.site.url))
    one.press("Утвердить")
    expect(page.get_by_text("изменяется 1 пункт")).to_be_visible()
    one.press("Утвердить")
    page.goto(roadmap)
    page.locator(".page-tabs summary").press("Enter")
    one.press("Редакции")
    one.press("Сравнить")
    expect(page.locator("ins").first).to_be_visible()
    if script:
        assert violations(page) == []
        take(page, "versions")
    page.goto(f"{roadmap}?on=2020-01-01")
    assert page.locator("table.activities tbody tr").count() > 5
    page.goto(roadmap)
    page.locator(".page-tabs summary").click()
    one.press("Ниже")
    assert "Муниципальная дорожная карта" in page.locator("main").inner_text()
    if script:
        assert violations(page) == []
        take(page, "below")
    _district(visit, script)
    if not script:  # the district has accepted
        one.go(document.removeprefix(one.site.url))
        one.press("Изменения")
        expect(page.get_by_text("Изменения уже приняты в дорожные карты ниже")).to_be_visible()


def read(one: Visitor, text: str, file: Path) -> None:
    """Upload a document and wait until it is read."""
    file.write_text(text, encoding="utf-8")
    page = one.go("/documents/upload/")
    page.get_by_label("Файлы").set_input_files(file)
    one.press("Загрузить")
    for _ in range(60):
        if page.get_by_role("heading", name="Реквизиты").count():
            break
        page.wait_for_timeout(1000)
        page.reload()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_an_amendment_is_taken_back(visit: Opens, tmp_path: Path, script: bool) -> None:
    one = visit("coordinator", java_script_enabled=script)
    page = one.go("/road-maps/?q=адресной&state=sent")
    one.follow(page.locator("tbody a").first)
    roadmap = page.url
    rows = page.locator("table.activities tbody tr").count()
    found = re.search(r"Распоряжение от (\d\d\.\d\d\.\d{4}) № (\S+?),", page.locator("main").inner_text())
    assert found
    number = "621-р" if script else "622-р"
    said = {"row": "12", "old": "таких слов нет", "new": "и не будет"}
    text = AMENDMENT.format(day=found[1], of=found[1], amended=found[2], number=number, **said)
    read(one, text.replace("Пункт 99", "Пункт 10"), tmp_path / f"Отмена {script}.txt")
    document = page.url.removeprefix(one.site.url)
    one.press("Утвердить")
    one.press("Утвердить")
    page.goto(roadmap)
    assert page.locator("table.activities tbody tr").count() == rows - 1
    one.go(document)
    one.press("Изменения")
    expect(page.get_by_text("отменятся изменения (исключается 1 пункт)")).to_be_visible()
    if script:
        take(page, "amended")
        assert violations(page) == []
    one.press("Отозвать документ и отменить изменения")
    expect(page.get_by_text(re.compile("Каждый исполнитель получит уведомление"))).to_be_visible()
    if script:
        assert violations(page) == []
    one.press("Отозвать")
    expect(page.locator("#messages")).to_contain_text("Документ отозван")
    page.goto(roadmap)
    assert page.locator("table.activities tbody tr").count() == rows


def _district(visit: Opens, script: bool) -> None:
    """Declines one change with a reason, accepts the rest."""
    one = visit("municipality", java_script_enabled=script)
    page = one.go("/road-maps/?q=Муниципальная")
    one.follow(page.get_by_role("link", name="Муниципальная дорожная карта поддержки школ").first)
    one.press("Сверху")
    waiting = page.locator("li.handed").count()
    assert waiting >= 1
    if script:
        assert violations(page) == []
        take(page, "above")
        page.locator(".handed summary").first.click()
        page.get_by_label("Почему не принимается").first.fill("Свои слова точнее.")
        one.press("Отклонить")
        expect(page.get_by_text("Свои слова точнее.")).to_be_visible()
    else:
        one.press("Принять все")
        expect(page.get_by_text("Новых изменений сверху нет.")).to_be_visible()
