"""A school opens a questionnaire, five people answer on their phones, the school sees what they said."""

from __future__ import annotations

import re
from pathlib import Path

import pdfplumber
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opens
from tests.browser.pictures import take
from tests.browser.test_pages import violations, violations_in_the_dark

SMALL = {"width": 375, "height": 812}
PEOPLE = 5


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_school_asks_its_people_and_sees_what_five_said(visit: Opens, script: bool) -> None:
    school = visit("school", java_script_enabled=script)
    page = school.go("/questionnaires/new/")
    page.get_by_label(f"Анкета для {'родителей' if script else 'учеников'}").check()
    school.press("Открыть анкету")
    expect(page.get_by_role("main")).to_contain_text("Ответили меньше пяти человек")
    asked, link = page.url.removeprefix(school.site.url), page.locator(".asking-link").inner_text()

    person = visit(viewport=SMALL, java_script_enabled=script)
    phone = person.go(link.removeprefix(person.site.url))
    if script:
        assert violations(phone) == []
        assert violations_in_the_dark(phone) == []
        assert phone.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
        take(phone, "questionnaire-phone")
    person.press("Отправить ответы")
    expect(phone.get_by_role("alert")).to_contain_text("Ответы ещё не отправлены")
    for number in range(PEOPLE):
        answer(phone, number)
        person.press("Отправить ответы")
        expect(phone.get_by_role("heading", level=1)).to_have_text("Спасибо, ваш ответ принят")
        person.press("открыть пустую анкету")
    assert [one.get("name") for one in person.context.cookies()] == ["answered"]
    expect(person.go(link.removeprefix(person.site.url)).get_by_role("main")).to_contain_text("уже ответили")

    school.go(asked)
    expect(page.get_by_role("main")).to_contain_text("Ответов: 5 и больше")
    expect(page.get_by_role("main")).to_contain_text("По ответам 5 человек")
    if script:
        assert violations(page) == []
        take(page, "questionnaire")
    school.press("Закрыть анкету")
    person.expected.add(410)
    expect(person.go(link.removeprefix(person.site.url)).get_by_role("main")).to_contain_text("Анкета закрыта")


def test_a_code_from_a_printed_slip_lets_one_answer_once(visit: Opens, tmp_path: Path) -> None:
    school = visit("school")
    page = school.go("/questionnaires/new/")
    page.get_by_label("Анкета для учителей").check()
    page.get_by_label("одноразовые коды на листках").check()
    school.press("Открыть анкету")
    link = page.locator(".asking-link").inner_text()
    school.press("Напечатать листки с кодами")
    assert violations(page) == []
    page.get_by_label("Сколько листков").fill("5")
    with page.expect_download() as going:
        page.get_by_role("button", name="Скачать листки (PDF)").click()
    taken = tmp_path / "листки.pdf"
    going.value.save_as(taken)
    with pdfplumber.open(taken) as book:
        codes = re.findall(r"(?<![-\w])[A-Z2-9]{4}-[A-Z2-9]{4}(?![-\w])", book.pages[0].extract_text())
    assert len(set(codes)) == 5

    person = visit(viewport=SMALL)
    person.expected.add(422)
    for expected in ("Спасибо, ваш ответ принят", "Анкета для учителей"):
        phone = person.go(link.removeprefix(person.site.url))
        answer(phone, 0)
        phone.get_by_label("Код с вашего листка").fill(codes[0].lower())
        person.press("Отправить ответы")
        expect(phone.get_by_role("heading", level=1)).to_have_text(expected)
    expect(phone.get_by_role("alert")).to_contain_text("Такого кода нет, или по нему уже ответили")


def answer(page: Page, number: int) -> None:
    """Every question by one of its first two answers."""
    for question in page.get_by_role("group").all():
        question.locator("input[type=radio], input[type=checkbox]").nth(number % 2).check()
