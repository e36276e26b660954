"""A draft from its check to its visa, a protocol and reminders to all, as people do it, with JavaScript and without."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect

from opora.decrees import read
from tests.browser.conftest import Opens, Visitor
from tests.browser.pictures import take
from tests.browser.test_pages import violations

LETTER = re.compile(r"/letters/[0-9a-z]{26}/$")
DRAFT = re.compile(r"/drafts/[0-9a-z]{26}/$")


def order(path: Path) -> Path:
    """An order with a deadline on a Sunday and an executor whom nobody knows."""
    document = docx.Document()
    for line in ("ПРИКАЗ", "от 1 сентября 2026 года № 15", "О поддержке школ", "План мероприятий"):
        document.add_paragraph(line)
    rows = (
        ("№ п/п", "Мероприятие", "Срок", "Ответственные"),
        ("1", "Провести семинар для учителей", "до 6 декабря 2026", "МОУО"),
        ("2", "Подготовить сборник", "до 1 декабря 2026", "АНО «Ромашка»"),
    )
    table = document.add_table(rows=0, cols=4)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(str(path))
    return path


def picture(page: Page, name: str, *, script: bool) -> None:
    if script:
        take(page, name)


@pytest.mark.parametrize("script", [True, False], ids=["javascript", "without"])
def test_a_draft_is_checked_and_agreed(visit: Opens, tmp_path: Path, script: bool) -> None:
    coordinator = visit("coordinator", java_script_enabled=script)
    coordinator.expected = {422}
    title = f"О поддержке школ {'зимой' if script else 'весной'}"
    page = coordinator.go("/drafts/new/")
    page.get_by_label("Файл проекта").set_input_files(order(tmp_path / "Проект.docx"))
    page.get_by_label("О чём документ").fill(title)
    coordinator.press("Загрузить и проверить")
    if not script:  # the page of the job leads on by a link alone
        page.get_by_role("link", name="Открыть результат").click(timeout=60_000)
    findings = page.locator("#findings")
    expect(findings).to_contain_text("воскресенье", timeout=60_000)
    expect(findings).to_contain_text("Ромашка")
    assert DRAFT.search(page.url), page.url
    address = page.url
    row = findings.locator("li", has_text="Ромашка")
    row.get_by_role("textbox").fill("Подрядчик конкурса")
    row.get_by_role("button", name=re.compile("^Так и надо")).click()
    expect(findings.locator("li", has_text="Ромашка")).to_contain_text("Подрядчик конкурса")
    picture(page, "check", script=script)

    coordinator.follow(page.get_by_role("link", name="На согласование"))
    options = page.get_by_label("Кто согласует").first.locator("option")
    who = next(text for text in options.all_inner_texts() if "Управление образования Ясногорского" in text)
    page.get_by_label("Кто согласует").first.select_option(label=who)
    coordinator.press("Отправить на согласование")
    expect(page.locator("main")).to_contain_text("ждёт визы")

    municipality = visit("municipality", java_script_enabled=script)
    municipality.expected = {422}
    page = municipality.go("/")
    page.locator("main").get_by_role("link", name=title, exact=True).first.click()
    page.get_by_role("link", name="Поставить визу").first.click()
    page.get_by_label("согласовано с замечаниями").check()
    municipality.press("Поставить визу")
    expect(page.get_by_role("alert")).to_contain_text("комментарий")
    page.get_by_role("textbox", name=re.compile("^Замечания")).fill("Уточните срок")
    municipality.press("Поставить визу")
    expect(page.locator("main")).to_contain_text("Уточните срок")
    coordinator.page.goto(address)
    expect(coordinator.page.locator("main")).to_contain_text("согласован")
    if script:
        assert violations(coordinator.page) == []
        coordinator.page.goto(f"{address}sign/")
        assert violations(coordinator.page) == []


@pytest.mark.parametrize("script", [True, False], ids=["javascript", "without"])
def test_a_protocol_is_written_registered_and_read_back(visit: Opens, tmp_path: Path, script: bool) -> None:
    one = visit("coordinator", java_script_enabled=script)
    one.expected = {422}
    page = one.go("/letters/new/protocol/")
    page.get_by_label("Рабочая группа").select_option(index=1)
    one.press("Продолжить")
    page.get_by_label("Повестка").fill("О ходе диагностики")
    page.locator("#id_decision-0-text").fill("Представить сведения о методистах")
    page.locator("#id_decision-0-executor").fill("МОУО")
    page.locator("#id_decision-0-due").fill("2027-01-20")
    if script:
        assert violations(page) == []
    one.press("Сохранить проект")
    assert LETTER.search(page.url), page.url
    one.press("Зарегистрировать")
    expect(page.locator("h1")).to_contain_text("Протокол № ")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Word").click()
    path = tmp_path / "protocol.docx"
    path.write_bytes(waiting.value.path().read_bytes())
    activity = read(path).roadmaps[0].sections[0].activities[0]
    assert (activity.text, activity.responsible[0].text) == ("Представить сведения о методистах", "МОУО")
    assert activity.deadline is not None
    assert activity.deadline.windows == ((None, dt.date(2027, 1, 20)),)


def test_a_template_is_refused_with_its_place_and_taken_when_mended(visit: Opens) -> None:
    one = visit("coordinator")
    page = one.go("/letters/templates/")
    page.get_by_role("link", name="Выписка из дорожной карты").click()

    def upload(one: Visitor, text: str) -> None:
        document = docx.Document()
        document.add_paragraph(text)
        buffer = io.BytesIO()
        document.save(buffer)
        content = {"name": "свой.docx", "mimeType": "application/octet-stream", "buffer": buffer.getvalue()}
        page.get_by_label("Свой шаблон").set_input_files(content)  # type: ignore[arg-type]
        one.press("Проверить и заменить")

    upload(one, "{{ titel }}")
    expect(page.get_by_role("alert")).to_contain_text("абзац 1: поле «titel»: такого поля нет")
    upload(one, "{{ title }}")
    expect(page.locator("#messages")).to_contain_text("версия 1")
    one.press("Отказаться от своего шаблона")
    expect(page.locator("main")).to_contain_text("встроенный шаблон")


def test_all_who_are_late_are_reminded_in_one_press(visit: Opens) -> None:
    one = visit("coordinator", java_script_enabled=False)
    page = one.go("/letters/remind/")
    button = page.get_by_role("button", name=re.compile(r"^Отправить \d+"))
    count = int(re.findall(r"\d+", button.inner_text())[0])
    assert count > 1
    button.click()
    expect(page.locator("main")).to_contain_text("отправлен", timeout=90_000)
    page = one.go("/letters/?state=registered&kind=reminder&size=100")
    assert page.locator("tbody tr").count() >= count
