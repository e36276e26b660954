"""Plans and road maps in layouts that the real documents do not have, each as .docx, .pdf and .txt."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests.decrees.layouts import HEAD, Sheet, alarms, plan, reading, said, titles, windows

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.parametrize("form", ["docx", "pdf", "txt"])


def test_columns_in_another_order_without_numbers(tmp_path: Path, form: str) -> None:
    table = Sheet(
        [
            ["Исполнитель", "Содержание деятельности", "Срок исполнения"],
            ["Методический кабинет", "Собеседование с директорами школ", "до 20 октября 2023 года"],
            ["МОУО", "Анализ расписания уроков", "Ноябрь 2023"],
            ["Директора школ", "Родительские собрания", "15.12.2023"],
        ]
    )
    decree = reading(tmp_path, form, plan(table))
    assert said(decree) == [
        (None, "Собеседование с директорами школ", "до 20 октября 2023 года", ["Методический кабинет"]),
        (None, "Анализ расписания уроков", "Ноябрь 2023", ["МОУО"]),
        (None, "Родительские собрания", "15.12.2023", ["Директора школ"]),
    ]
    assert alarms(decree) == []


def test_columns_under_other_names(tmp_path: Path, form: str) -> None:
    head = ["№ п/п", "Ответственные за исполнение", "Сроки проведения", "Наименование мероприятия"]
    table = Sheet(
        [
            [*head, "Ожидаемый результат"],
            ["1", "Отдел оценки качества", "Октябрь 2023", "Входная диагностика в 5 классах", "Справка"],
            ["2", "Методисты по предметам", "До 1 декабря 2023", "Посещение уроков", "Карта урока"],
        ]
    )
    decree = reading(tmp_path, form, plan(table))
    assert said(decree) == [
        ("1", "Входная диагностика в 5 классах", "Октябрь 2023", ["Отдел оценки качества"]),
        ("2", "Посещение уроков", "До 1 декабря 2023", ["Методисты по предметам"]),
    ]
    assert alarms(decree) == []


@pytest.mark.parametrize("divided", [False, True])
def test_beginning_and_end_apart(tmp_path: Path, form: str, divided: bool) -> None:
    rows = [
        ["1", "Создание банка заданий", "01.10.2023", "30.11.2023", "Методический кабинет"],
        ["2", "Стажировка учителей", "15.01.2024", "15.02.2024", "Отдел кадров"],
    ]
    flat = [["№", "Мероприятие", "Плановое начало", "Плановое окончание", "Исполнитель"]]
    two = [["№", "Мероприятие", "Сроки", "", "Исполнитель"], ["", "", "начало", "окончание", ""]]
    merged = [(0, 2, 0, 3), (0, 0, 1, 0), (0, 1, 1, 1), (0, 4, 1, 4)]
    decree = reading(tmp_path, form, plan(Sheet([*(two if divided else flat), *rows], merged if divided else [])))
    assert windows(decree) == [[("2023-10-01", "2023-11-30")], [("2024-01-15", "2024-02-15")]]
    assert [row[3] for row in said(decree)] == [["Методический кабинет"], ["Отдел кадров"]]
    assert alarms(decree) == []


@pytest.mark.parametrize("divided", [False, True])
def test_a_column_a_quarter(tmp_path: Path, form: str, divided: bool) -> None:
    flat = [["№", "Мероприятие", "1 квартал", "2 квартал", "3 квартал", "4 квартал", "Ответственный"]]
    two = [
        ["№", "Мероприятие", "Сроки, 2024 год", "", "", "", "Ответственный"],
        ["", "", "I кв.", "II кв.", "III кв.", "IV кв.", ""],
    ]
    rows = [
        ["1", "Мониторинг посещаемости", "х", "", "х", "", "Школы"],
        ["2", "Семинар для завучей", "", "+", "", "", "Методический кабинет"],
    ]
    merged = [(0, 2, 0, 5), (0, 0, 1, 0), (0, 1, 1, 1), (0, 6, 1, 6)]
    table = Sheet([*(two if divided else flat), *rows], merged if divided else [])
    decree = reading(tmp_path, form, plan(table, title="План работы на 2024 год"))
    assert windows(decree) == [
        [("2024-01-01", "2024-03-31"), ("2024-07-01", "2024-09-30")],
        [("2024-04-01", "2024-06-30")],
    ]
    assert alarms(decree) == []


def test_a_column_a_month(tmp_path: Path, form: str) -> None:
    table = Sheet(
        [
            ["№", "Мероприятие", "Сентябрь", "Октябрь", "Ноябрь", "Ответственный"],
            ["1", "Срезовые работы", "х", "", "х", "Школы"],
            ["2", "Консультации", "", "10-12", "", "Методический кабинет"],
        ]
    )
    decree = reading(tmp_path, form, plan(table, title="План работы на 2023 год"))
    assert windows(decree) == [
        [("2023-09-01", "2023-09-30"), ("2023-11-01", "2023-11-30")],
        [("2023-10-10", "2023-10-12")],
    ]


def test_sections_under_roman_numbers(tmp_path: Path, form: str) -> None:
    table = Sheet(
        [
            HEAD,
            ["I.", "Организационная работа", "", ""],
            ["1.", "Совещание директоров", "сентябрь", "Управление образования"],
            ["2.", "Издание приказа", "до 25.09", "Управление образования"],
            ["II.", "Методическая работа", "", ""],
            ["1.", "Семинар", "1 раз в четверть", "Методический кабинет"],
            ["2.", "Консультации", "постоянно", "Методический кабинет"],
        ]
    )
    decree = reading(tmp_path, form, plan(table))
    assert titles(decree) == [("Организационная работа", 2), ("Методическая работа", 2)]
    assert alarms(decree) == []


def test_sections_across_and_a_row_of_column_numbers(tmp_path: Path, form: str) -> None:
    table = Sheet(
        [
            HEAD,
            ["1", "2", "3", "4"],
            ["Раздел I. Организация"],
            ["1", "Совещание", "ежемесячно", "Орлова А.А., Петров Б.Б."],
            ["2", "Собрание", "01.10.2023 г.", "директор школы Сидорова В.В."],
            ["Направление 2: Диагностика"],
            ["3", "Срез знаний", "20-25 октября", "Методисты, руководители ШМО"],
            ["4", "Разбор работ", "в течение 5 дней после среза", "Учителя-предметники"],
        ]
    )
    decree = reading(tmp_path, form, plan(table))
    assert titles(decree) == [("Организация", 2), ("Направление 2: Диагностика", 2)]
    assert [row[3] for row in said(decree)] == [
        ["Орлова А.А.", "Петров Б.Б."],
        ["директор школы Сидорова В.В."],
        ["Методисты", "руководители ШМО"],
        ["Учителя-предметники"],
    ]
    assert alarms(decree) == []


def test_numbered_rows_that_only_head_others_are_sections(tmp_path: Path, form: str) -> None:
    table = Sheet(
        [
            HEAD,
            ["1", "Подготовка к диагностике", "", ""],
            ["1.1", "Подбор заданий", "до 1 октября", "ИРО"],
            ["1.2", "Обучение экспертов", "до 10 октября", "ИРО"],
            ["2", "Проведение диагностики", "", ""],
            ["2.1", "Тестирование", "15 октября", "Школы"],
        ]
    )
    decree = reading(tmp_path, form, plan(table))
    assert titles(decree) == [("Подготовка к диагностике", 2), ("Проведение диагностики", 1)]
    assert alarms(decree) == []


def test_a_direction_merged_down_is_no_activity(tmp_path: Path, form: str) -> None:
    table = Sheet(
        [
            ["№", "Направление деятельности", "Мероприятие", "Срок", "Ответственный", "Ожидаемый результат"],
            ["1", "Кадры", "Курсы для учителей физики", "октябрь", "ИРО", "Приказ"],
            ["2", "", "Наставничество", "в течение учебного года", "Школы", "Отчёт"],
            ["3", "Управление", "Аудит программ", "до 25.12", "Отдел оценки", "Справка"],
        ],
        [(1, 1, 2, 1)],
    )
    decree = reading(tmp_path, form, plan(table))
    assert [row[1] for row in said(decree)] == ["Курсы для учителей физики", "Наставничество", "Аудит программ"]
    assert alarms(decree) == []


def test_enumerations_side_by_side(tmp_path: Path, form: str) -> None:
    table = Sheet(
        [
            HEAD,
            ["1", "Цикл семинаров:\n1) чтение;\n2) счёт", "01.02.2024\n01.03.2024", "Ким А.С.\nПак В.Н."],
            ["2", "Выезды:\n- в школы севера района;\n- в школы юга района", "до 1 мая 2024", "МОУО"],
        ]
    )
    first, second = reading(tmp_path, form, plan(table)).roadmaps[0].sections[0].activities
    days = [
        (item.text, item.deadline and item.deadline.windows, [r.text for r in item.responsible]) for item in first.items
    ]
    assert days == [
        ("чтение", ((dt.date(2024, 2, 1),) * 2,), ["Ким А.С."]),
        ("счёт", ((dt.date(2024, 3, 1),) * 2,), ["Пак В.Н."]),
    ]
    assert [item.text for item in second.items] == ["в школы севера района", "в школы юга района"]


def test_a_long_plan(tmp_path: Path, form: str) -> None:
    rows = [HEAD]
    for section in range(1, 5):
        rows.append([f"{section}. Направление работы {'АБВГ'[section - 1]}"])
        rows += [
            [
                f"{section}.{n}",
                f"Семинар для учителей, занятие {n}",
                f"До {n} декабря 2023 года",
                "Методический кабинет",
            ]
            for n in range(1, 13)
        ]
    decree = reading(tmp_path, form, plan(Sheet(rows)))
    assert titles(decree) == [(f"Направление работы {letter}", 12) for letter in "АБВГ"]
    assert alarms(decree) == []


def test_a_legend_behind_the_table(tmp_path: Path, form: str) -> None:
    table = Sheet([HEAD, ["1", "Совещание", "До 1 октября 2023", "МОУО, ЦОКО"], ["2", "Курсы", "Ноябрь 2023", "ИРО"]])
    legend = ["", "Принятые сокращения:", "МОУО – муниципальные органы управления образованием;"]
    legend += ["ЦОКО – центр оценки качества образования;", "ИРО – институт развития образования."]
    decree = reading(tmp_path, form, [*plan(table), *legend])
    assert decree.abbreviations == {
        "МОУО": "муниципальные органы управления образованием",
        "ЦОКО": "центр оценки качества образования",
        "ИРО": "институт развития образования",
    }
    assert said(decree)[0][3] == ["МОУО", "ЦОКО"]
