"""A form as a file: taken away, filled in without a network, brought back, seen, chosen, taken."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from opora.core.clock import today
from tests.browser.conftest import Opens
from tests.browser.pictures import take
from tests.browser.test_pages import violations


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_form_is_filled_in_as_a_file(visit: Opens, script: bool, tmp_path: Path) -> None:
    title = f"Кабинеты {'с окном' if script else 'без окна'}"
    region = visit("coordinator", java_script_enabled=script)
    page = region.go("/forms/new/")
    page.get_by_label("Название", exact=False).first.fill(title)
    region.press("Составить форму")
    region.press("Добавить раздел")
    page.get_by_label("Название раздела").fill("Кабинеты")
    region.press("Сохранить")
    for question in ("Всего", "Из них с техникой"):
        page.get_by_label("Добавить поле").select_option("number")
        page.get_by_role("button", name="Добавить", exact=False).first.click()
        page.get_by_label("Вопрос", exact=True).fill(question)
        region.press("Сохранить")
    region.press("Опубликовать версию 1")
    region.press("Разослать организациям")
    page.get_by_label("Срок", exact=True).fill((today() + dt.timedelta(days=20)).isoformat())
    page.get_by_label("Кто заполняет").select_option("picked")
    page.get_by_label("Список из письма").fill("МБОУ «Ясногорская СОШ № 1»")
    region.press("Дальше: кто получит")
    region.press("Разослать: 1 организация")

    school = visit("school", java_script_enabled=script)
    school.expected.add(422)
    form = school.go("/submissions/?state=open")
    school.press(title)
    with form.expect_download() as going:
        form.get_by_role("link", name="Скачать в Excel").click()
    taken = tmp_path / "форма.xlsx"
    going.value.save_as(taken)
    book = openpyxl.load_workbook(taken)
    sheet = book["Кабинеты"]
    sheet["C4"].value, sheet["C5"].value = 30, "почти все"
    book.save(taken)

    school.press("Кабинеты")  # meanwhile somebody answers on the site
    form.get_by_label("Всего").fill("28")
    school.press("Сохранить черновик")
    school.press("Ко всей форме")
    school.press("Загрузить из Excel")
    form.get_by_label("Заполненный файл").set_input_files(taken)
    school.press("Посмотреть, что изменится")
    main = form.get_by_role("main")
    expect(main).to_contain_text("ячейка C5, «почти все»")
    expect(main).to_contain_text("Расхождения: 1")
    if script:
        assert violations(form) == []
        take(form, "form-file")
    school.press("Внести ответы")
    expect(main).to_contain_text("не выбрано 1")
    form.get_by_role("group", name="Всего").get_by_label("В файле: 30", exact=False).check()
    school.press("Внести ответы")
    expect(main).to_contain_text("Ответы из файла внесены: 1")
    expect(main).to_contain_text("30")
