"""The main thread, from a file to the printed mark of completion, by the hands of all who take part in it."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from opora.decrees import read
from tests.browser import directive
from tests.browser.conftest import DESK, Opens, Visitor, sign_in
from tests.browser.pictures import keep, take
from tests.browser.places import places

DOCUMENT = re.compile(r"/documents/[0-9a-z]{26}/$")
ROADMAP = re.compile(r"/road-maps/[0-9a-z]{26}/$")
REPORT = "Совещание проведено, приняли участие 14 руководителей. Протокол приложен."


class Thread:
    """One run of the thread; with JavaScript or without, the presses are the same."""

    def __init__(self, visit: Opens, folder: Path, *, script: bool) -> None:
        self.visit, self.folder, self.script = visit, folder, script
        self.about = "О зимней поддержке школ" if script else "О весенней поддержке школ"
        self.unknown = directive.UNKNOWN if script else "Клуб наставников области"
        self.number = "901-р" if script else "902-р"
        self.roadmap = ""
        self.assignment = ""

    def enter(self, login: str) -> Visitor:
        visitor = self.visit(login, java_script_enabled=self.script)
        visitor.expected = {422}
        return visitor

    def picture(self, page: Page, name: str) -> None:
        if self.script:
            take(page, name)

    # -- the document ------------------------------------------------------------------------------------------------

    def upload(self, one: Visitor) -> None:
        file = directive.make(self.folder / "Распоряжение.docx", self.number, self.about, self.unknown)
        page = one.go("/documents/")
        one.press("Загрузить документы")
        page.get_by_label("Файлы").set_input_files(file)
        self.picture(page, "upload")
        twice(one, "Загрузить")
        expect(page.get_by_role("heading", name="Реквизиты")).to_be_visible(timeout=60_000)
        assert DOCUMENT.search(page.url), page.url
        self.document = page.url
        page.goto(f"{one.site.url}/documents/?state=review")
        assert page.locator("tbody tr", has_text=self.number).count() == 1  # pressed twice, there is one

    def correct(self, one: Visitor) -> None:
        page = one.page
        page.goto(self.document)
        self.picture(page, "review")
        row = page.locator(".fact", has_text=directive.UNCLEAR)
        expect(row).to_contain_text("срок непонятен")
        if self.script:
            page.keyboard.press("n")
            assert page.evaluate("document.activeElement.hasAttribute('data-doubt')")
            assert page.locator(".source-body .lit").count() == 1  # its place in the source
        row.get_by_role("link", name="Изменить").click()
        ahead = dt.date.today() + dt.timedelta(days=28)  # noqa: DTZ011  (the server stands beside the test)
        page.get_by_role("textbox", name="Срок").fill(f"до {directive.in_words(ahead)} года")
        self.picture(page, "correct")
        one.press("Сохранить")
        expect(page.locator(".fact", has_text=directive.MUNICIPAL)).to_contain_text("исправлено")
        expect(page.locator(".fact", has_text=directive.MUNICIPAL)).to_contain_text(directive.in_words(ahead))

    def approve(self, one: Visitor) -> None:
        page = one.page
        one.press("Утвердить")
        assert page.url.endswith("/approve/")
        self.picture(page, "approve")
        one.press("Утвердить")
        expect(page.locator("#messages")).to_contain_text("утверждён")

    # -- the sending -------------------------------------------------------------------------------------------------

    def send(self, one: Visitor) -> None:
        page = one.page
        one.press("Дорожная карта", exact=False)
        assert ROADMAP.search(page.url), page.url
        self.roadmap = page.url
        one.press("Рассылка")
        ask = page.locator(".ask", has_text=self.unknown)
        self.picture(page, "sending")
        ask.get_by_role("button", name="Запомнить").click()
        expect(page.get_by_role("alert")).to_contain_text("Выберите группу")
        ask.get_by_label("Группа организаций").select_option(label="институт развития образования")
        ask.get_by_role("button", name="Запомнить").click()
        expect(page.locator("#messages")).to_contain_text("Запомнено")
        expect(page.locator(".ask")).to_have_count(0)
        main = page.locator("main")
        total = int(re.sub(r"\D", "", main.get_by_role("button", name=re.compile("Разослать")).inner_text()))
        twice(one, re.compile("Разослать"))
        link = page.get_by_role("link", name="Открыть результат")
        expect(link.or_(page.locator(".summary"))).to_be_visible(timeout=60_000)  # HTMX goes on by itself
        if not ROADMAP.search(page.url):
            link.click()
        expect(page.locator(".summary")).to_contain_text(f"не сдано {total}")
        assert total > 4

    # -- reports and decisions ---------------------------------------------------------------------------------------

    def find(self, one: Visitor, text: str, query: str) -> None:
        """The assignment of this road map in the table, opened."""
        roadmap = self.roadmap.rstrip("/").rsplit("/", 1)[1]
        one.go(f"/assignments/?roadmap={roadmap}&{query}")
        one.press(text, exact=False)
        assert "/assignments/" in one.page.url

    def report(self, one: Visitor, text: str, name: str = "") -> None:
        page = one.page
        page.get_by_label("Что сделано").fill(text)
        page.get_by_label("Показатели").fill("Участников: 14")
        if name:
            content = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
            page.get_by_label("Файлы").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": content})
        self.picture(page, "report")
        twice(one, "Сдать отчёт")
        expect(page.locator("#messages")).to_contain_text("Отчёт сдан")

    def decide(self, one: Visitor, button: str, comment: str = "") -> None:
        page = one.page
        page.get_by_label("Комментарий к решению").fill(comment)
        twice(one, button)
        expect(page.locator("#messages")).to_contain_text("Отчёт принят" if button == "Принять" else "возвращён")


def twice(one: Visitor, name: str | re.Pattern[str]) -> None:
    """Press a button as an impatient person does: the second press must change nothing."""
    button = one.page.locator("main").get_by_role("button", name=name, exact=True)
    button.scroll_into_view_if_needed()
    with one.page.expect_navigation():
        button.evaluate("button => { button.click(); button.click(); }")


@pytest.mark.parametrize("script", [True, False], ids=["javascript", "without"])
def test_from_a_file_to_the_mark_of_completion(visit: Opens, tmp_path: Path, script: bool) -> None:
    thread = Thread(visit, tmp_path, script=script)
    coordinator = thread.enter("coordinator")
    thread.upload(coordinator)
    thread.correct(coordinator)
    thread.approve(coordinator)
    thread.send(coordinator)

    municipality = thread.enter("municipality")
    thread.find(municipality, directive.MUNICIPAL, "whose=mine")
    address = municipality.page.url
    thread.report(municipality, REPORT, "Протокол.pdf")
    assert municipality.page.locator(".timeline-list > li").count() == 1

    page = coordinator.page
    page.goto(address)
    thread.picture(page, "decision")
    coordinator.press("Вернуть на доработку")
    expect(page.get_by_role("alert")).to_contain_text("Комментарий")  # a return without a reason
    thread.decide(coordinator, "Вернуть на доработку", "Укажите, какие школы участвовали.")

    municipality.page.goto(address)
    expect(municipality.page.locator("#act")).to_contain_text("какие школы участвовали")
    thread.report(municipality, f"{REPORT} Участвовали все школы района.")

    page.goto(address)
    thread.decide(coordinator, "Принять")
    coordinator.press("Отменить")
    expect(page.locator("#messages")).to_contain_text("снова ждёт решения")
    thread.decide(coordinator, "Принять")
    assert page.locator(".timeline-list > li").count() == 4  # two reports, each with its decision
    assert [page.locator(f".decision-{state}").count() for state in ("returned", "accepted")] == [1, 1]

    school = thread.enter("school")
    thread.find(school, directive.SCHOOL, "whose=mine")
    address = school.page.url
    thread.report(school, "Педагогический совет состоялся, план обсуждён и принят.")
    municipality.page.goto(address)
    thread.decide(municipality, "Принять")

    check_print(thread, coordinator, tmp_path)


def check_print(thread: Thread, one: Visitor, folder: Path) -> None:
    page = one.page
    page.goto(thread.roadmap)
    page.locator("summary", has_text="Напечатать").click()
    thread.picture(page, "print")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Word").click()
    path = folder / "Дорожная карта.docx"
    waiting.value.save_as(path)
    decree = read(path)
    marks: list[Any] = [
        activity.completion
        for roadmap in decree.roadmaps
        for section in roadmap.sections
        for activity in section.activities
    ]
    assert len(marks) == 4
    assert sum("Исполнено" in (mark or "") for mark in marks) >= 2
    if thread.script:
        page.goto(thread.roadmap)
        page.locator("summary", has_text="Напечатать").click()
        with page.expect_download() as waiting:
            page.get_by_role("link", name="PDF").click()
        waiting.value.save_as(folder / "map.pdf")
        keep(picture_of(folder / "map.pdf"), "printed")


def picture_of(path: Path) -> bytes:
    """The first page of a PDF as a PNG as wide as the other pictures."""
    with pypdfium2.PdfDocument(str(path)) as document:
        leaf = document[0]
        picture = leaf.render(scale=DESK["width"] / leaf.get_width()).to_pil()
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("script", [True, False], ids=["javascript", "without"])
def test_a_file_that_is_no_document_is_told(visit: Opens, script: bool) -> None:
    visitor = visit("coordinator", java_script_enabled=script)
    page = visitor.page
    picture = b"\x89PNG\r\n\x1a\n" + bytes(2000)
    for name, content, words in (
        ("снимок.docx", picture, "изображение"),
        ("пустой.docx", b"", "Файл пуст"),
    ):
        visitor.go("/documents/upload/")
        page.get_by_label("Файлы").set_input_files({"name": name, "mimeType": "", "buffer": content})
        visitor.press("Загрузить")
        expect(page.get_by_role("alert").first).to_contain_text(words, timeout=60_000, ignore_case=True)
    visitor.go("/documents/upload/")
    page.get_by_label("Файлы").set_input_files({"name": "снимок.png", "mimeType": "", "buffer": picture})
    visitor.press("Загрузить")
    expect(page.get_by_role("alert").first).to_contain_text("такие файлы не загружаются")


def test_what_was_typed_outlives_the_session(visit: Opens) -> None:
    visitor = visit("school")
    page = visitor.go(places(visitor, "school")["open assignment"])
    address = page.url
    page.get_by_label("Что сделано").fill("Педагоги прошли обучение в октябре.")
    visitor.context.clear_cookies(name="sessionid")
    visitor.press("Сдать отчёт")
    assert "/accounts/login/" in page.url
    sign_in(page, "school", visitor.site.password)
    assert page.url == address
    expect(page.get_by_label("Что сделано")).to_have_value("Педагоги прошли обучение в октябре.")
    expect(page.get_by_role("status").first).to_contain_text("Восстановлено")
