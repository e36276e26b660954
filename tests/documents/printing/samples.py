"""Road maps as the system prints them."""

from __future__ import annotations

import datetime as dt

from opora.documents.printing import Heading, Printed, PrintedColumn, PrintedSection, PrintedTable, Signature

COLUMNS = [
    PrintedColumn("№ п/п", 6, "center"),
    PrintedColumn("Мероприятие", 36),
    PrintedColumn("Срок", 15),
    PrintedColumn("Ответственный исполнитель", 23),
    PrintedColumn("Отметка о выполнении", 20),
]
MADE_BY = "Копия: Иванова А. П. (региональный координатор), 20.08.2026 14:05"
STAMP = ["УТВЕРЖДЕНА", "распоряжением Департамента общего образования Томской области", "от 20.08.2026 № 814-р"]
SEMINAR = (
    "Проведение региональных методических семинаров для учителей-предметников общеобразовательных организаций, "
    "показывающих низкие образовательные результаты"
)
LONG = " ".join([f"{SEMINAR}, включая работу с родителями (законными представителями) обучающихся"] * 30)
DONE = " ".join(["Проведены семинары для руководителей школ, издан приказ, сведения направлены в Департамент."] * 30)


def heading(**changes: object) -> Heading:
    about: dict[str, object] = {
        "organisation": "Департамент общего образования Томской области",
        "kind": "Дорожная карта",
        "place": "г. Томск",
        "title": "Дорожная карта поддержки школ с низкими образовательными результатами на 2026/2027 учебный год",
        "stamp": STAMP,
    }
    return Heading(**{**about, **changes})  # type: ignore[arg-type]


def order(**changes: object) -> Heading:
    return heading(
        **{
            "kind": "Распоряжение",
            "number": "814-р",
            "date": dt.date(2026, 8, 20),
            "title": "Об утверждении региональной дорожной карты",
            "stamp": [],
            **changes,
        }
    )


def road_map(sections: list[PrintedSection], **changes: object) -> Printed:
    about: dict[str, object] = {
        "heading": heading(),
        "lead": ["Цель: повышение качества образования в школах с низкими образовательными результатами."],
        "tables": [PrintedTable(None, COLUMNS, sections)],
        "closing": ["Контроль исполнения осуществляет заместитель начальника Департамента."],
        "signature": Signature("Начальник Департамента", "И. Б. Грабцевич"),
        "made_by": MADE_BY,
    }
    return Printed(**{**about, **changes})  # type: ignore[arg-type]


def plain() -> list[PrintedSection]:
    """Three sections of sixty rows in all, and one without any."""
    deadlines = ["до 20.08.2026", "Сентябрь 2026 г.", "ежеквартально, до 10 числа"]
    done = ["", "Выполнено 12.09.2026, приказ № 12-од", "Проведено 3 семинара"]
    people = ["Департамент общего образования Томской области", "ТОИПКРО\nМОУО", "МОУО"]
    texts = [f"{SEMINAR} «Школа № 7»", "Диагностика профессиональных дефицитов"]
    sections = [
        PrintedSection(
            f"{number}. {title}",
            [
                [f"{number}.{row}", texts[row % 2], deadlines[row % 3], people[row % 3], done[row % 3]]
                for row in range(1, 21)
            ],
        )
        for number, title in enumerate(["Организация", "Работа с кадрами", "Мониторинг"], 1)
    ]
    return [*sections, PrintedSection("4. Итоги", [])]


def hard() -> list[PrintedSection]:
    """Cells that a form may trip over."""
    return [
        PrintedSection(
            None,
            [
                ["1", LONG, "до 01.10.2026", "МОУО", DONE],
                ["2", "Мониторинг\nитогов четверти", "–", "ТОИПКРО", "=1+1"],
                [
                    "3",
                    'Семинар "Teaching English" <b>&amp;</b> #let x = 1; $a_b$ *жирно* _курсив_ @ссылка',
                    "",
                    "МОУО",
                    "",
                ],
                ["4", "Размещение на https://edu.tomsk.ru/2026-2027", "", "", ""],
                ["5", "Анкетирование «Школа — это «мы»»", "в течение года", "МОУО", "+ 5 школ; -3"],
            ],
        )
    ]
