"""The documents of the demonstration are read completely."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import opora
from opora.decrees import read
from tests.decrees.layouts import alarms, said, titles

if TYPE_CHECKING:
    from opora.decrees import Decree

FOLDER = Path(opora.__file__).parent / "site" / "demo" / "documents"
IRO = (
    "государственное автономное учреждение дополнительного профессионального образования "
    "«Институт развития образования Заречной области»"
)
MOUO = "муниципальные органы управления образованием"


def reading(name: str) -> Decree:
    decree = read(FOLDER / f"{name}.docx")
    assert alarms(decree) == []
    return decree


def heading(decree: Decree) -> tuple[str, str | None, dt.date | None, str | None, str | None, str | None]:
    signatory = decree.signatory.name if decree.signatory else None
    return decree.kind, decree.number, decree.date, decree.issuer, decree.place, signatory


def test_directive() -> None:
    decree = reading("directive")
    issuer = "Департамент образования Заречной области"
    assert heading(decree) == ("directive", "412-р", dt.date(2026, 8, 27), issuer, "Заречный", "А.В. Северцева")
    assert decree.title == "Об адресной поддержке школ с низкими образовательными результатами в 2026/27 учебном году"
    assert decree.control == "Орлов Д.С."
    assert decree.abbreviations == {
        "дорожная карта": "дорожная карта адресной поддержки школ с низкими образовательными результатами",
        "ИРО ЗО": IRO,
        "МОУО": MOUO,
    }
    assert [one.number for one in decree.clauses] == ["1", "2", "3", "4", "4.1", "4.2", "4.3", "5"]
    assert titles(decree) == [
        ("Организационные мероприятия", 5),
        ("Диагностика", 5),
        ("Программы перехода в эффективный режим работы", 7),
        ("Мониторинг", 7),
    ]
    rows = {number: (deadline, who) for number, _, deadline, who in said(decree)}
    assert rows["12"] == (
        "До 25 декабря 2026",
        ["МОУО (утверждение)", "Региональная рабочая группа (согласование)"],
    )
    assert rows["3"][1] == ["Департамент образования Заречной области", "ИРО ЗО"]
    webinars = decree.roadmaps[0].sections[2].activities[4]
    assert [item.deadline.windows[0][1] for item in webinars.items if item.deadline] == [
        dt.date(2026, 10, 15),
        dt.date(2026, 11, 12),
        dt.date(2027, 1, 21),
    ]
    assert [one.role for one in decree.working_groups[0].members] == ["chair", "deputy", "secretary", *["member"] * 5]


def test_order() -> None:
    decree = reading("order")
    issuer = "Управление образования администрации Ясногорского района"
    assert heading(decree) == ("order", "137", dt.date(2026, 10, 9), issuer, "Ясногорск", "А.Н. Соболев")
    assert decree.control == "А.Н. Соболев"
    assert {pair.mentor: len(pair.mentored) for pair in decree.partnerships} == {
        "МБОУ «Ясногорская СОШ № 1»": 1,
        "МБОУ «Ясногорская СОШ № 2»": 2,
        "МБОУ «Ясногорская гимназия»": 1,
    }
    assert [one.deadline and one.deadline.windows[0][1] for one in decree.clauses] == [
        *[None, None],
        dt.date(2026, 10, 23),
        None,
    ]
    assert titles(decree) == [(None, 7)]
    kinds = {
        one.text: one.kind for activity in decree.roadmaps[0].sections[0].activities for one in activity.responsible
    }
    assert kinds == {
        "Общеобразовательные организации": "group",
        "Муниципальная методическая служба": "organisation",
        issuer: "organisation",
    }
    assert [(one.number, one.date) for one in decree.references] == [("412-р", dt.date(2026, 8, 27))]


def test_letter() -> None:
    decree = reading("letter")
    issuer = "ГАУ ДПО «Институт развития образования Заречной области»"
    assert heading(decree) == ("letter", "01-25/684", dt.date(2026, 11, 16), issuer, None, "Н.П. Ковалёва")
    assert decree.title == "О мероприятиях по оценке качества подготовки обучающихся"
    assert decree.addressees == [
        "Руководителям муниципальных органов управления образованием",
        "Руководителям муниципальных методических служб",
    ]
    assert decree.abbreviations == {"ИРО ЗО": "Институт развития образования Заречной области", "МОУО": MOUO}
    assert decree.roadmaps[0].title is None
    assert titles(decree) == [(None, 5)]


def test_plan() -> None:
    decree = reading("plan")
    assert heading(decree) == ("plan", None, dt.date(2026, 1, 15), None, None, "А.В. Северцева")
    assert decree.roadmaps[0].title == decree.title
    assert titles(decree) == [
        ("Нормативное и организационное обеспечение", 4),
        ("Развитие кадров", 3),
        ("Поддержка школ", 4),
    ]
    assert decree.abbreviations == {"ИРО ЗО": IRO, "МОУО": MOUO}
    assert [one.name for one in decree.approvals] == ["Орлов Д.С.", "Ковалёва Н.П.", "Громов С.А."]


def test_protocol() -> None:
    decree = reading("protocol")
    issuer = "Департамент образования Заречной области"
    place = "г. Заречный, ул. Набережная, д. 12"
    assert heading(decree) == ("protocol", "3", dt.date(2026, 10, 30), issuer, place, "Д.С. Орлов")
    assert [(row[0], row[3]) for row in said(decree)] == [
        *[(number, ["Руководители муниципальных органов управления образованием"]) for number in ("1.1", "1.2", "1.3")],
        ("2.1", ["Муниципальные методические службы"]),
        (
            "3.1",
            [
                "Руководители общеобразовательных организаций, включённых в список школ с низкими образовательными "
                "результатами"
            ],
        ),
    ]
    assert decree.forms[0].activity == "1.1"
    assert len(decree.forms[0].columns) == 4
    assert decree.roadmaps[0].sections[0].activities[0].submit_to == ["school@zarechnaya.example"]
