"""Orders, protocols, decisions and letters in layouts that the real documents do not have."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests.decrees.layouts import HEAD, HEADING, SIGNATURE, Block, Sheet, alarms, plan, reading, said

if TYPE_CHECKING:
    from pathlib import Path

    from opora.decrees import Decree

pytestmark = pytest.mark.parametrize("form", ["docx", "pdf", "txt"])
CONTROL = "2. Контроль за исполнением приказа оставляю за собой."
ANNEX = ["Приложение", "к приказу управления образования", "от 12.09.2023 № 318", ""]


def clauses(decree: Decree) -> list[tuple[str | None, str | None, str | None]]:
    return [(one.number, one.addressee, one.deadline and one.deadline.text) for one in decree.clauses]


def pairs(decree: Decree) -> dict[str, list[str]]:
    return {pair.mentor: pair.mentored for pair in decree.partnerships}


def test_points_with_addressees_and_deadlines(tmp_path: Path, form: str) -> None:
    points = [
        "1. Провести мониторинг условий обучения.",
        "2. Руководителям муниципальных органов управления образованием:",
        "2.1. представить сведения о школах до 15 октября 2023 года;",
        "2.2. назначить ответственных в срок до 1 ноября 2023 года.",
        "3. Директору методического центра Ким А.С. обеспечить сопровождение ежемесячно до 5 числа.",
        "4. Муниципальным координатором назначить Пака В.Н.",
        "5. Контроль за исполнением приказа оставляю за собой.",
    ]
    decree = reading(tmp_path, form, [*HEADING, *points, *SIGNATURE])
    heads = "Руководителям муниципальных органов управления образованием"
    assert clauses(decree) == [
        ("1", None, None),
        ("2", heads, None),
        ("2.1", heads, "до 15 октября 2023 года"),
        ("2.2", heads, "в срок до 1 ноября 2023 года"),
        ("3", "Директору методического центра Ким А.С.", "ежемесячно до 5 числа"),
        ("4", None, None),
        ("5", None, None),
    ]
    assert (decree.kind, decree.number, decree.date) == ("order", "318", dt.date(2023, 9, 12))
    assert decree.issuer == "Управление образования администрации Лесного района"
    assert (decree.title, decree.place) == ("О мерах поддержки школ района", "Лесное")
    assert decree.control == "М.К. Зорина"
    assert alarms(decree) == []


def test_tabs_behind_numbers_and_control_by_full_name(tmp_path: Path, form: str) -> None:
    points = [
        "1.\tПровести мониторинг.",
        "1.1.\tСобрать сведения до 1 октября 2023 года.",
        "1.1.1.\tОбработать сведения.",
        "2.\tКонтроль за исполнением приказа возложить на Петрову Анну Сергеевну, заместителя начальника управления.",
    ]
    decree = reading(tmp_path, form, [*HEADING, *points, "", "И.о. начальника управления            Г.Г. Тарасов"])
    assert [one.number for one in decree.clauses] == ["1", "1.1", "1.1.1", "2"]
    assert decree.control == "Петрова Анна Сергеевна"
    assert decree.signatory is not None
    assert (decree.signatory.name, decree.signatory.position) == ("Г.Г. Тарасов", "И.о. начальника управления")


SIGNATURES: list[list[Block]] = [
    ["Начальник управления М.К. Зорина"],
    ["Начальник управления\tМ.К. Зорина"],
    ["Начальник управления", "", "", "М.К. Зорина"],
    ["Начальник управления образования", "администрации Лесного района                 М.К. Зорина"],
    ["Начальник управления ______________ М.К. Зорина"],
    [Sheet([["Начальник управления", "М.К. Зорина"]], bordered=False)],
    [
        Sheet([["Начальник управления", "", "М.К. Зорина"]], bordered=False),
        "",
        "Ким Анна Сергеевна",
        "8 (3452) 11-22-33",
    ],
]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signatures(tmp_path: Path, form: str, signature: list[Block]) -> None:
    table = Sheet([HEAD, ["1", "Слёт", "Май 2024", "ИРО"]])
    tail: list[Block] = [*ANNEX, "План работы", "", table]
    decree = reading(tmp_path, form, [*HEADING, "1. Утвердить план.", CONTROL, "", *signature, "", *tail])
    assert decree.signatory is not None
    assert decree.signatory.name == "М.К. Зорина"
    assert (decree.signatory.position or "").startswith("Начальник управления")
    assert decree.roadmaps[0].title == "План работы"
    assert len(decree.clauses) == 2


def test_spaced_kind_number_beside_the_date_and_brackets_of_the_issuer(tmp_path: Path, form: str) -> None:
    blocks: list[Block] = [
        *["РОССИЙСКАЯ ФЕДЕРАЦИЯ", "МИНИСТЕРСТВО ОБРАЗОВАНИЯ И НАУКИ", "ОЗЁРНОГО КРАЯ", "(МИНОБРНАУКИ ОЗЁРНОГО КРАЯ)"],
        *["", "П Р И К А З", "", "«12» сентября 2023 года            №318/1-од", "г. Озёрск", ""],
        *[
            "Об организации методической поддержки",
            "",
            "В целях обеспечения качества образования п р и к а з ы в а ю:",
            "",
        ],
        "1. Утвердить план.",
        "2. Признать утратившим силу приказ министерства от 10.09.2022 № 300 «О плане».",
        "3. Контроль за исполнением приказа возложить на заместителя министра Дольскую Е.Е.",
        *["", "Министр", "", "В.А. Лунина"],
    ]
    decree = reading(tmp_path, form, blocks)
    assert (decree.kind, decree.number, decree.date) == ("order", "318/1-од", dt.date(2023, 9, 12))
    assert (decree.issuer, decree.place) == ("Министерство образования и науки Озёрного края", "Озёрск")
    assert decree.control == "Дольская Е.Е."
    assert [(one.number, one.title) for one in decree.references] == [("300", "О плане")]
    assert alarms(decree) == []


def test_number_and_date_in_a_borderless_table(tmp_path: Path, form: str) -> None:
    blocks: list[Block] = [
        *["Администрация города Озёрска", "Управление образования", "", "РАСПОРЯЖЕНИЕ", ""],
        Sheet([["от 17 мая 2024 г.", "№ 204-р"]], bordered=False),
        *["", "Об организации летних школ", "", "На основании устава управления образования:", ""],
        "1. Организовать летние школы до 1 августа 2024 года.",
        "2. Контроль за исполнением распоряжения возложить на начальника отдела Громову С.С.",
        *["", "Начальник управления образования", "К.Д. Лебедев"],
    ]
    decree = reading(tmp_path, form, blocks)
    assert (decree.kind, decree.number, decree.date) == ("directive", "204-р", dt.date(2024, 5, 17))
    assert decree.title == "Об организации летних школ"
    assert decree.control == "Громова С.С."


def test_an_order_that_amends(tmp_path: Path, form: str) -> None:
    title = "О внесении изменений в приказ министерства образования от 12.01.2024 № 17 «Об утверждении дорожной карты»"
    blocks: list[Block] = [
        *["Министерство образования Озёрного края", "", "ПРИКАЗ", "", "03.06.2024 № 55-од", "", title, ""],
        *["В связи с уточнением сроков", "", "приказываю:", "", "1. Внести в дорожную карту следующие изменения:"],
        "1.1. В пункте 3 слова «до 1 мая» заменить словами «до 1 июня».",
        "2. Контроль за исполнением настоящего приказа возложить на первого заместителя министра Дольскую Е.Е.",
        *["", "Министр", "В.А. Лунина"],
    ]
    decree = reading(tmp_path, form, blocks)
    assert decree.amends is not None
    assert (decree.amends.kind, decree.amends.number, decree.amends.date) == ("order", "17", dt.date(2024, 1, 12))
    assert decree.amends.title == "Об утверждении дорожной карты"
    assert [one.deadline for one in decree.clauses] == [None, None, None]


def test_a_protocol_with_hearings(tmp_path: Path, form: str) -> None:
    blocks: list[Block] = [
        *["Министерство образования Озёрного края", "", "ПРОТОКОЛ № 4"],
        *["заседания координационного совета по качеству образования", ""],
        *["г. Озёрск                 14 февраля 2024 года", "", "Председательствующий: Лунина В.А."],
        *["Присутствовали: 12 человек", "", "Повестка дня:", "1. О результатах диагностики.", "2. О курсах.", ""],
        *["1. СЛУШАЛИ: Петрова П.П. о результатах диагностики.", "", "РЕШИЛИ:"],
        "1.1. Министерству образования (Орлова И.И.) в срок до 1 марта 2024 года подготовить сводный отчёт.",
        "1.2. Принять к сведению информацию докладчика.",
        *["", "2. СЛУШАЛИ: Кузнецову О.О. о курсах.", "", "ПОСТАНОВИЛИ:"],
        "2.1. Институту развития образования разработать программу курсов.",
        *["Ответственный: Соколова Н.Н.", "Срок: 25 марта 2024 года"],
        "2.2. Муниципальным органам управления образованием направить заявки до 10 апреля 2024 года.",
        *["", "Председатель", "В.А. Лунина"],
    ]
    decree = reading(tmp_path, form, blocks)
    assert (decree.kind, decree.number, decree.date) == ("protocol", "4", dt.date(2024, 2, 14))
    assert decree.place == "Озёрск"
    assert [one.number for one in decree.clauses] == ["1.1", "1.2", "2.1", "2.2"]
    assert [(row[0], row[2], row[3]) for row in said(decree)] == [
        ("1.1", "в срок до 1 марта 2024 года", ["Министерство образования (Орлова И.И.)"]),
        ("2.1", "Срок – 25 марта 2024 года", ["Соколова Н.Н."]),
        ("2.2", "до 10 апреля 2024 года", ["Муниципальные органы управления образованием"]),
    ]
    assert alarms(decree) == []


def test_a_decision_of_a_board(tmp_path: Path, form: str) -> None:
    blocks: list[Block] = [
        *["Коллегия министерства образования Озёрного края", "", "РЕШЕНИЕ", "", "от 28 июня 2024 года № 3/1", ""],
        *["г. Озёрск", "", "О ходе реализации проекта", "", "Заслушав и обсудив доклад, коллегия РЕШИЛА:", ""],
        "1. Информацию принять к сведению.",
        "2. Отделу общего образования (Ветрова О.И.):",
        "2.1. доработать план до 15 июля 2024 года;",
        "2.2. разместить план на сайте не позднее 20 июля 2024 года.",
        "3. Рекомендовать директорам школ и гимназий провести педсоветы в срок до 31 августа 2024 года.",
        "4. Контроль за исполнением решения возложить на заместителя министра Дольскую Е.Е.",
        *["", "Председатель коллегии", "В.А. Лунина"],
    ]
    decree = reading(tmp_path, form, blocks)
    assert (decree.kind, decree.number, decree.title) == ("decision", "3/1", "О ходе реализации проекта")
    assert [(row[0], row[3]) for row in said(decree)] == [
        ("2.1", ["Отдел общего образования (Ветрова О.И.)"]),
        ("2.2", ["Отдел общего образования (Ветрова О.И.)"]),
        ("3", ["Директора школ и гимназий"]),
    ]
    assert alarms(decree) == []


def test_a_letter_with_a_table(tmp_path: Path, form: str) -> None:
    blocks: list[Block] = [
        *["ГБУ ДПО «Институт развития образования Озёрного края»", "ул. Садовая, д. 5, г. Озёрск, 600000"],
        *["тел. (4912) 22-22-22, iro@ozersk.example", "", "05.03.2024 № 01-12/77", "На № ______ от ______", ""],
        *["Руководителям органов местного самоуправления, осуществляющих", "управление в сфере образования"],
        *["О проведении вебинаров", "", "Уважаемые руководители!", "", "Направляем график вебинаров.", ""],
        Sheet(
            [
                ["Тема вебинара", "Дата", "Ведущий", "Ответственный"],
                ["Смысловое чтение", "14.03.2024", "Орехова Т.Т.", "Кафедра филологии"],
                ["Решение задач", "21.03.2024", "Рябов К.К.", "Кафедра математики"],
            ]
        ),
        *["", "Ректор\t\tС.С. Громова", "", "Исп. Лесков И.И.", "(4912) 33-33-33"],
    ]
    decree = reading(tmp_path, form, blocks)
    assert (decree.kind, decree.number, decree.date) == ("letter", "01-12/77", dt.date(2024, 3, 5))
    assert decree.title == "О проведении вебинаров"
    assert decree.addressees == [
        "Руководителям органов местного самоуправления, осуществляющих управление в сфере образования"
    ]
    assert decree.roadmaps[0].title is None
    assert said(decree) == [
        (None, "Смысловое чтение", "14.03.2024", ["Кафедра филологии"]),
        (None, "Решение задач", "21.03.2024", ["Кафедра математики"]),
    ]
    assert decree.signatory is not None
    assert decree.signatory.name == "С.С. Громова"
    assert alarms(decree) == []


def test_annexes_in_another_order(tmp_path: Path, form: str) -> None:
    table = Sheet([HEAD, ["1", "Совещание", "До 1 октября 2023", "МОУО"], ["2", "Курсы", "Ноябрь 2023", "ИРО"]])
    blocks: list[Block] = [
        *[
            *HEADING,
            "1. Утвердить состав рабочей группы (приложение 1).",
            "2. Утвердить дорожную карту (приложение 2).",
        ],
        *[*SIGNATURE, "Приложение 2", "УТВЕРЖДЕНА", "приказом управления образования", "от 12.09.2023 № 318", ""],
        *["ДОРОЖНАЯ КАРТА", "поддержки школ", "", table, "", "Приложение 1", *ANNEX[1:]],
        *["Состав рабочей группы", "", "1. Зорина М.К., начальник управления – руководитель рабочей группы;"],
        *["2. Ким А.С., методист;", "3. Пак В.Н., директор школы.", "", "Приложение 3", *ANNEX[1:]],
        *[
            "ПЕРЕЧЕНЬ",
            "школ",
            "",
            Sheet([["№", "Наименование школы", "Адрес"], ["1", "МБОУ «Берёзовая СОШ»", "с. Берёзовое"]]),
        ],
    ]
    decree = reading(tmp_path, form, blocks)
    assert [(one.title, len(one.sections[0].activities)) for one in decree.roadmaps] == [
        ("ДОРОЖНАЯ КАРТА поддержки школ", 2)
    ]
    assert [(m.name, m.role) for m in decree.working_groups[0].members] == [
        ("Зорина М.К.", "chair"),
        ("Ким А.С.", "member"),
        ("Пак В.Н.", "member"),
    ]
    assert alarms(decree) == []


def test_stamps_side_by_side(tmp_path: Path, form: str) -> None:
    stamps = [
        "СОГЛАСОВАНО\nДиректор ИРО\n_________ К.Л. Мамин\n«10» января 2024 г.",
        "УТВЕРЖДАЮ\nМинистр образования Озёрного края\n_________ В.А. Лунина\n«12» января 2024 г.",
    ]
    head: list[Block] = ["", "КОМПЛЕКСНЫЙ ПЛАН", "мер по повышению качества образования на 2024 год", ""]
    table = Sheet([HEAD, ["1", "Совещание", "До 1 марта 2024", "ИРО"], ["2", "Курсы", "Апрель", "ИРО"]])
    decree = reading(tmp_path, form, [Sheet([stamps], bordered=False), *head, table])
    assert (decree.kind, decree.date) == ("plan", dt.date(2024, 1, 12))
    assert decree.issuer is None
    assert decree.title == "Комплексный план мер по повышению качества образования на 2024 год"
    assert decree.signatory is not None
    assert (decree.signatory.name, decree.signatory.position) == ("В.А. Лунина", "Министр образования Озёрного края")
    assert [(one.name, one.position) for one in decree.approvals] == [("К.Л. Мамин", "Директор ИРО")]
    assert alarms(decree) == []


def test_a_plan_of_a_school(tmp_path: Path, form: str) -> None:
    blocks: list[Block] = [
        *["УТВЕРЖДАЮ", "Директор МБОУ «Берёзовая СОШ»", "________ Ким А.С.", "Приказ от 30.08.2023 № 77", ""],
        *["План работы с учащимися, имеющими трудности в обучении,", "на 2023/2024 учебный год", ""],
        Sheet(
            [
                ["№", "Содержание работы", "Сроки", "Ответственные"],
                ["1", "Индивидуальные занятия", "еженедельно", "учителя-предметники"],
                ["2", "Беседы с родителями", "по мере необходимости", "классные руководители, психолог"],
                ["3", "Итоговый анализ", "Май", "заместитель директора по УВР"],
            ]
        ),
    ]
    decree = reading(tmp_path, form, blocks)
    assert (decree.kind, decree.number, decree.date) == ("plan", "77", dt.date(2023, 8, 30))
    assert decree.title == "План работы с учащимися, имеющими трудности в обучении, на 2023/2024 учебный год"
    assert [row[3] for row in said(decree)] == [
        ["учителя-предметники"],
        ["классные руководители", "психолог"],
        ["заместитель директора по УВР"],
    ]
    assert alarms(decree) == []


@pytest.mark.parametrize("merged", [[], [(1, 0, 2, 0)]])
def test_mentor_pairs(tmp_path: Path, form: str, merged: list[tuple[int, int, int, int]]) -> None:
    again = "" if merged else "МБОУ «Берёзовая СОШ»"
    table = Sheet(
        [
            ["Школа-наставник", "Курируемые школы"],
            ["МБОУ «Берёзовая СОШ» (директор Ким А.С.)", "МБОУ «Ольховая ООШ» (директор Пак В.Н.)"],
            [again, "МБОУ «Кедровая ООШ»"],
            ["МБОУ СОШ № 3 г. Лесного", "МБОУ ООШ № 7, МБОУ СОШ № 9"],
        ],
        merged,
    )
    decree = reading(tmp_path, form, [*HEADING, "1. Закрепить школы-наставники:", table, CONTROL, *SIGNATURE])
    assert pairs(decree) == {
        "МБОУ «Берёзовая СОШ»": ["МБОУ «Ольховая ООШ»", "МБОУ «Кедровая ООШ»"],
        "МБОУ СОШ № 3 г. Лесного": ["МБОУ ООШ № 7", "МБОУ СОШ № 9"],
    }
    assert decree.control == "М.К. Зорина"


def roles(decree: Decree) -> list[tuple[str, str, str]]:
    return [(one.name, one.position, one.role) for one in decree.working_groups[0].members]


def test_a_group_as_a_table(tmp_path: Path, form: str) -> None:
    table = Sheet(
        [
            ["№", "ФИО", "Должность", "Роль"],
            ["1", "Зорина М.К.", "начальник управления", "Председатель"],
            ["2", "Белых Светлана Юрьевна", "заместитель начальника", "Заместитель председателя"],
            ["3", "Ким А.С.", "методист", "Секретарь"],
            ["4", "Пак В.Н.", "директор школы", "Член группы"],
        ]
    )
    title = "Состав рабочей группы по поддержке школ"
    decree = reading(tmp_path, form, [*HEADING, "1. Утвердить состав.", CONTROL, *SIGNATURE, *ANNEX, title, "", table])
    assert decree.working_groups[0].title == title
    assert roles(decree) == [
        ("Зорина М.К.", "начальник управления", "chair"),
        ("Белых Светлана Юрьевна", "заместитель начальника", "deputy"),
        ("Ким А.С.", "методист", "secretary"),
        ("Пак В.Н.", "директор школы", "member"),
    ]


def test_a_group_in_a_point(tmp_path: Path, form: str) -> None:
    table = Sheet(
        [
            ["Фамилия, имя, отчество", "Должность"],
            ["Зорина Марина Константиновна", "начальник управления, руководитель рабочей группы"],
            ["Ким А.С.", "методист, секретарь рабочей группы"],
        ]
    )
    decree = reading(tmp_path, form, [*HEADING, "1. Создать рабочую группу в составе:", table, CONTROL, *SIGNATURE])
    assert roles(decree) == [
        ("Зорина Марина Константиновна", "начальник управления", "chair"),
        ("Ким А.С.", "методист", "secretary"),
    ]


def test_a_commission_as_a_list(tmp_path: Path, form: str) -> None:
    members = [
        *["Председатель комиссии:", "Зорина М.К. – начальник управления образования;"],
        *["Заместитель председателя комиссии:", "Белых С.Ю. – заместитель начальника;"],
        *["Секретарь комиссии: Ким А.С. – методист;", "Члены комиссии:"],
        *["Пак В.Н. – директор МБОУ «Берёзовая СОШ»;", "Тян Л.Р. – учитель математики (по согласованию)."],
    ]
    first = "1. Создать комиссию по отбору программ (приложение)."
    annex = [*ANNEX, "Состав комиссии по отбору программ", ""]
    decree = reading(tmp_path, form, [*HEADING, first, CONTROL, *SIGNATURE, *annex, *members])
    assert roles(decree) == [
        ("Зорина М.К.", "начальник управления образования", "chair"),
        ("Белых С.Ю.", "заместитель начальника", "deputy"),
        ("Ким А.С.", "методист", "secretary"),
        ("Пак В.Н.", "директор МБОУ «Берёзовая СОШ»", "member"),
        ("Тян Л.Р.", "учитель математики", "member"),
    ]
    assert alarms(decree) == []


def test_an_annex_that_cites_another_number_is_noticed(tmp_path: Path, form: str) -> None:
    blocks = plan(Sheet([HEAD, ["1", "Слёт", "Май 2024", "ИРО"], ["3", "Смотр", "Май 2024", ""]]))
    blocks = [
        one.replace("от 12.09.2023 № 318", "от 12.09.2023 № 381") if isinstance(one, str) else one for one in blocks
    ]
    codes = {finding.code for finding in reading(tmp_path, form, blocks).findings}
    assert {"reference-mismatch", "number-gap", "no-responsible"} <= codes
