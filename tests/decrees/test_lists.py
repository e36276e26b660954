"""Plans, groups and approval sheets that are written as lists rather than tables, and the other way round."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests.decrees.layouts import HEAD, HEADING, SIGNATURE, Block, Sheet, alarms, reading, said

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.parametrize("form", ["docx", "pdf", "txt"])
FIRST = "1. Утвердить приложение."
CONTROL = "2. Контроль за исполнением приказа оставляю за собой."
ORDER: list[Block] = [*HEADING, FIRST, CONTROL, *SIGNATURE]
ANNEX: list[Block] = ["Приложение", "к приказу управления образования", "от 12.09.2023 № 318", ""]


def test_a_plan_as_points(tmp_path: Path, form: str) -> None:
    points = [
        *["1. Провести входную диагностику.", "Срок: октябрь 2023 года.", "Ответственный: ИРО."],
        *["2. Организовать наставничество.", "Срок: до 1 декабря 2023 года.", "Ответственные: МОУО, школы."],
    ]
    decree = reading(tmp_path, form, [*ORDER, *ANNEX, "План работы со школами на 2023-2024 учебный год", "", *points])
    assert decree.roadmaps[0].title == "План работы со школами на 2023-2024 учебный год"
    assert said(decree) == [
        ("1", "Провести входную диагностику.", "Срок – октябрь 2023 года", ["ИРО"]),
        ("2", "Организовать наставничество.", "Срок – до 1 декабря 2023 года", ["МОУО", "школы"]),
    ]
    assert len(decree.clauses) == 2
    assert alarms(decree) == []


def test_deadline_and_responsible_inside_a_point(tmp_path: Path, form: str) -> None:
    points = [
        "1. Провести мониторинг. Срок: до 1 ноября 2023 года. Ответственный: Ким А.С.",
        "2. Отделу оценки качества (Пак В.Н.) сопровождать проект в течение 2024 года.",
        "3. Контроль исполнения приказа возложить на заместителя начальника управления С.Ю. Белых.",
    ]
    decree = reading(tmp_path, form, [*HEADING, *points, *SIGNATURE])
    first, second, _ = decree.clauses
    assert first.text == "Провести мониторинг."
    assert first.deadline is not None
    assert first.deadline.windows == ((None, dt.date(2023, 11, 1)),)
    assert second.addressee == "Отделу оценки качества (Пак В.Н.)"
    assert second.deadline is not None
    assert second.deadline.windows == ((dt.date(2024, 1, 1), dt.date(2024, 12, 31)),)
    assert decree.control == "С.Ю. Белых"


def test_a_group_as_a_table_without_heads(tmp_path: Path, form: str) -> None:
    table = Sheet(
        [
            ["Зорина Марина Константиновна", "–", "начальник управления образования, председатель рабочей группы"],
            ["Белых С.Ю.", "–", "заместитель начальника, заместитель председателя"],
            ["Ким А.С.", "–", "методист"],
            ["Пак В.Н.", "–", "директор школы (по согласованию)"],
        ]
    )
    decree = reading(tmp_path, form, [*ORDER, *ANNEX, "СОСТАВ", "рабочей группы по сопровождению школ", "", table])
    group = decree.working_groups[0]
    assert group.title == "СОСТАВ рабочей группы по сопровождению школ"
    assert [(one.name, one.position, one.role) for one in group.members] == [
        ("Зорина Марина Константиновна", "начальник управления образования", "chair"),
        ("Белых С.Ю.", "заместитель начальника", "deputy"),
        ("Ким А.С.", "методист", "member"),
        ("Пак В.Н.", "директор школы", "member"),
    ]


def test_a_group_that_names_its_head_in_a_line(tmp_path: Path, form: str) -> None:
    members = [
        *["Руководитель рабочей группы – Зорина М.К., начальник управления;", "Члены группы:"],
        *["- Ким Анна Сергеевна, методист;", "- Пак В.Н. - директор МБОУ «Берёзовая СОШ»."],
    ]
    decree = reading(tmp_path, form, [*ORDER, *ANNEX, "Состав рабочей группы", "", *members])
    assert [(one.name, one.position, one.role) for one in decree.working_groups[0].members] == [
        ("Зорина М.К.", "начальник управления", "chair"),
        ("Ким Анна Сергеевна", "методист", "member"),
        ("Пак В.Н.", "директор МБОУ «Берёзовая СОШ»", "member"),
    ]


def test_an_approval_sheet_as_lines(tmp_path: Path, form: str) -> None:
    lines = ["Начальник отдела общего образования", "____________ Н.Н. Рыбин", "Юрисконсульт ____________ О.П. Щукина"]
    decree = reading(tmp_path, form, [*ORDER, "ЛИСТ СОГЛАСОВАНИЯ", "", *lines])
    assert [(one.name, one.position) for one in decree.approvals] == [
        ("Н.Н. Рыбин", "Начальник отдела общего образования"),
        ("О.П. Щукина", "Юрисконсульт"),
    ]


def test_a_letter_whose_plan_is_an_annex(tmp_path: Path, form: str) -> None:
    blocks: list[Block] = [
        *["МИНИСТЕРСТВО ОБРАЗОВАНИЯ", "ОЗЁРНОГО КРАЯ", "", "пр. Мира, д. 1, Озёрск, 600001"],
        *["Тел./факс (4912) 10-10-10", "E-mail: min@ozersk.example", "", "15.01.2024 № 02/55", "на № 77 от 10.01.2024"],
        *["", "Руководителям муниципальных органов управления образованием", ""],
        *["Директорам подведомственных организаций", "", "О направлении плана", "", "Уважаемые коллеги!", ""],
        "Министерство образования Озёрного края направляет план мероприятий для исполнения.",
        *["", "Приложение: на 2 л. в 1 экз.", "", "Заместитель министра              Е.Е. Дольская", ""],
        *["Приложение", "", "ПЛАН", "мероприятий по объективности оценивания на 2024 год", ""],
        Sheet([HEAD, ["1", "Семинар", "февраль-март", "МОУО"], ["2", "Перепроверка работ", "Апрель", "ОО"]]),
    ]
    decree = reading(tmp_path, form, blocks)
    assert (decree.kind, decree.number, decree.date) == ("letter", "02/55", dt.date(2024, 1, 15))
    assert decree.issuer == "Министерство образования Озёрного края"
    assert len(decree.addressees) == 2
    assert decree.signatory is not None
    assert (decree.signatory.name, decree.signatory.position) == ("Е.Е. Дольская", "Заместитель министра")
    assert decree.roadmaps[0].title == "ПЛАН мероприятий по объективности оценивания на 2024 год"
    assert [row[0] for row in said(decree)] == ["1", "2"]
    assert alarms(decree) == []
