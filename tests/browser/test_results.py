"""Results from dirty files to a set that counts, as a specialist does it, with JavaScript and without."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from opora.identification import samples
from tests.browser.conftest import Opens, Visitor
from tests.browser.pictures import take
from tests.browser.test_pages import violations

LOADING = re.compile(r"/results/loadings/[0-9a-z]{26}/$")
HEAD = ("Фамилия", "Год", "Процедура", "Предмет", "Класс", "Логин ОО", "Номер участника", "Отметка")


def schools(data: Path) -> list[tuple[str, str]]:
    """Code and name of schools of the demo."""
    with sqlite3.connect(data / "opora.sqlite3") as base:
        found = base.execute("SELECT code, short_name FROM registry_organisation WHERE kind = 'school' ORDER BY code")
        return list(found.fetchmany(6))


def dirty(folder: Path, known: list[tuple[str, str]], year: int, place: str) -> list[Path]:
    """Marks with a name of a pupil, a mark of 7, an absent pupil, a school by its name; shares in percent; a riddle."""
    first, second, third, *_ = known
    rows = [list(HEAD)]
    for code, text in ((first[0], "22345"), (second[0], "2333445-"), (third[1].replace("МБОУ", "МОУ"), "2222334")):
        for number, mark in enumerate(text, 1):
            said = "отсутствовал" if mark == "-" else mark
            rows.append(["Тайнова", str(year), "ВПР", "Математика", "5", code, f"5А-{number}", said])
    rows.append(["Тайнова", str(year), "ВПР", "Математика", "5", first[0], "5А-77", "7"])
    rows.append(["Тайнова", str(year), "ВПР", "Математика", "5", f"нет такой школы {year}", "5А-1", "4"])
    marks = folder / f"ВПР математика 5 класс {year}.csv"
    samples.write_rows(marks, rows)
    places = [samples.SampleSchool(code, name, "") for code, name in known]
    counts = folder / f"ВПР {year} по школам.xlsx"
    given = [samples.SampleCounts(one, year, "rus", 5, (3, 5, 6, 2)) for one in places]
    samples.flat(counts, given, percent=True)
    riddle = folder / f"Срез {year}.csv"
    samples.write_rows(riddle, [[place, "Шифр", "Итог"], *([known[0][0], str(n), "4"] for n in range(5))])
    return [marks, counts, riddle]


def picture(page: Page, name: str, *, script: bool) -> None:
    if script:
        take(page, name)


def wait_for(visitor: Visitor, *, script: bool) -> None:
    """On from the page of a job to its result."""
    page = visitor.page
    for _ in range(180):
        if LOADING.search(page.url):
            return
        link = page.get_by_role("link", name="Открыть результат")
        if link.count():
            link.click()
        elif not script:
            page.reload()
        page.wait_for_timeout(500)
    raise AssertionError(page.url)


@pytest.mark.parametrize("script", [True, False], ids=["javascript", "without"])
def test_dirty_files_become_results(visit: Opens, tmp_path: Path, script: bool) -> None:
    coordinator = visit("coordinator", java_script_enabled=script)
    page, year = coordinator.page, 2024 if script else 2023
    place = "Учреждение" if script else "Заведение"
    files = dirty(tmp_path, schools(coordinator.site.data), year, place)
    coordinator.go("/results/loadings/")
    coordinator.press("Загрузить результаты")
    page.get_by_label("Файлы с результатами", exact=False).set_input_files([str(one) for one in files])
    page.get_by_label("Название загрузки", exact=False).fill(f"ВПР весна {year}")
    if script:
        assert violations(page) == []
    picture(page, "results-upload", script=script)
    coordinator.press("Загрузить", exact=True)
    wait_for(coordinator, script=script)
    expect(page.locator("main")).to_contain_text("ответьте на вопросы")
    if script:
        assert violations(page) == []
    picture(page, "results-questions", script=script)
    columns(coordinator, files[2].name, place, script=script)
    facts(coordinator, files[2].name, year, script=script)
    match(coordinator, script=script)
    expect(page.locator("main")).to_contain_text("имена")
    if script:
        assert violations(page) == []
    picture(page, "results-quality", script=script)
    aside(coordinator, script=script)
    coordinator.press("Принять результаты")
    wait_for(coordinator, script=script)
    expect(page.locator("main")).to_contain_text("Принял(а)")
    assert "Тайнова" not in page.content()
    picture(page, "results-taken", script=script)
    correct(coordinator, files[0], script=script)


def columns(coordinator: Visitor, name: str, place: str, *, script: bool) -> None:
    """What the columns of a file nobody has seen hold."""
    page = coordinator.page
    coordinator.press(name)
    coordinator.press("Исправить столбцы")
    for label, field in ((place, "school_id"), ("Шифр", "pupil_id"), ("Итог", "mark")):
        page.get_by_label(label, exact=False).select_option(field)
    if script:
        assert violations(page) == []
    picture(page, "results-columns", script=script)
    coordinator.press("Сохранить и прочитать заново")
    wait_for(coordinator, script=script)


def facts(coordinator: Visitor, name: str, year: int, *, script: bool) -> None:
    """What the file does not say itself."""
    page = coordinator.page
    coordinator.press(name)
    coordinator.press("Указать год, процедуру, предмет, класс")
    page.get_by_label("Год, в котором писали", exact=False).fill(str(year))
    page.get_by_label("Процедура", exact=False).select_option("regional")
    page.get_by_label("Предмет", exact=False).select_option("mat")
    page.get_by_label("Класс", exact=False).select_option("7")
    if script:
        assert violations(page) == []
    coordinator.press("Сохранить и прочитать заново")
    wait_for(coordinator, script=script)


def match(coordinator: Visitor, *, script: bool) -> None:
    """The school by its name is proposed, the unknown one is left out."""
    page = coordinator.page
    coordinator.press("Посмотреть школы")
    if script:
        assert violations(page) == []
    picture(page, "results-schools", script=script)
    propose = page.get_by_role("button", name=re.compile("Подтвердить предложенные"))
    if propose.count():
        propose.click()
        page.wait_for_load_state()
    page.get_by_role("button", name=re.compile("Не загружать ненайденные")).click()
    page.wait_for_load_state()
    coordinator.press("Не загружать", exact=True)
    page.locator(".breadcrumb a").nth(1).click()
    page.wait_for_load_state()


def aside(coordinator: Visitor, *, script: bool) -> None:
    """Rows that were not taken, with their place and reason."""
    page = coordinator.page
    back = page.url
    coordinator.go(re.sub(r"^https?://[^/]+", "", back) + "aside/")
    expect(page.locator("main")).to_contain_text("Отметка «7» невозможна")
    if script:
        assert violations(page) == []
    picture(page, "results-aside", script=script)
    page.goto(back)


def correct(coordinator: Visitor, first: Path, *, script: bool) -> None:
    """The same file changes nothing; a corrected one replaces its schools, and the versions can be compared."""
    page = coordinator.page
    text = first.read_text(encoding="cp1251")
    coordinator.go("/results/loadings/new/")
    page.get_by_label("Файлы с результатами", exact=False).set_input_files(str(first))
    coordinator.press("Загрузить", exact=True)
    wait_for(coordinator, script=script)
    expect(page.locator("main")).to_contain_text("уже загружен")
    fixed = first.with_name("Исправлено.csv")
    fixed.write_text(text.replace(";7\n", ";5\n").replace(";7\r\n", ";5\r\n"), encoding="cp1251", newline="")
    coordinator.go("/results/loadings/new/")
    page.get_by_label("Файлы с результатами", exact=False).set_input_files(str(fixed))
    coordinator.press("Загрузить", exact=True)
    wait_for(coordinator, script=script)  # who is not loaded is not asked again
    coordinator.press("Принять результаты")
    wait_for(coordinator, script=script)
    page.locator("main").get_by_role("link", name=re.compile("ВПР, математика")).first.click()
    coordinator.press("Что изменилось по сравнению с прежней версией")
    expect(page.locator("main tbody tr")).to_have_count(1)
    if script:
        assert violations(page) == []
    picture(page, "results-versions", script=script)
