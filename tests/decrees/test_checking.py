"""What is pointed out before signature, and what is not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import opora
from opora import deadlines
from opora.deadlines import calendar
from opora.decrees import read
from opora.decrees.checking import STEPS, check
from opora.decrees.model import Activity, Clause, Decree, Item, Responsible, RoadMap, Section, Source
from opora.decrees.reading.responsible import read_responsible

DEMO = Path(opora.__file__).parent / "site" / "demo" / "documents"
DAY = dt.date(2026, 9, 1)


def plan(*rows: tuple[str, str], who: str = "МОУО") -> Decree:
    activities = [
        Activity(str(n), text, deadlines.read(due, DAY), read_responsible([who]), Source(line=n), 1.0)
        for n, (text, due) in enumerate(rows, 1)
    ]
    return Decree("order", "1", DAY, roadmaps=[RoadMap(sections=[Section(None, activities)])])


def codes(decree: Decree) -> list[str]:
    return [finding.code for finding in check(decree)]


@pytest.mark.parametrize("name", sorted(path.name for path in DEMO.glob("*.docx")))
def test_the_documents_of_the_demo_are_in_order(name: str) -> None:
    assert check(read(DEMO / name)) == []


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (
            [
                ("Утверждение программ перехода в эффективный режим", "до 20 ноября 2026"),
                ("Реализация программ перехода в эффективный режим", "до 30 октября 2026"),
            ],
            "step-order",
        ),
        (
            [
                ("Согласование программ перехода в эффективный режим", "до 30 октября 2026"),
                ("Утверждение программ перехода в эффективный режим", "до 20 ноября 2026"),
            ],
            "step-order",
        ),
        (
            [
                ("Проведение диагностики профессиональных дефицитов учителей", "до 20 ноября 2026"),
                ("Отчёт о диагностике профессиональных дефицитов учителей", "до 30 октября 2026"),
            ],
            "report-before-event",
        ),
        (
            [
                ("Собрать сведения о методистах", "до 20 ноября 2026"),
                ("По итогам пункта 1 составить график выездов", "до 30 октября 2026"),
            ],
            "deadline-before-need",
        ),
        (
            [
                ("Утвердить программы школ", "до 27 ноября 2026"),
                ("Разработать программы школ", "до 18 декабря 2026"),
            ],
            "step-order",
        ),
        (
            [
                ("Провести областное совещание", "до 20 ноября 2026"),
                ("Подготовить отчёт о проведении областного совещания", "до 30 октября 2026"),
            ],
            "report-before-event",
        ),
        ([("Собрать сведения", "до 21 ноября 2026")], "deadline-day-off"),
        ([("Собрать сведения", "4 ноября 2026")], "deadline-day-off"),
    ],
)
def test_what_is_wrong_is_found_once(rows: list[tuple[str, str]], code: str) -> None:
    assert codes(plan(*rows)) == [code]


@pytest.mark.parametrize(
    "rows",
    [
        [
            ("Утверждение программ развития школ", "до 20 ноября 2026"),
            ("Реализация плана вебинаров", "до 30 октября 2026"),
        ],
        [("Провести вебинары", "до 20 ноября 2026"), ("Составить график вебинаров", "до 27 ноября 2026")],
        [("Провести совещание", "до 30 октября 2026"), ("Представить отчёт о совещании", "до 20 ноября 2026")],
        [("Вебинары", "с 1 октября 2026 по 21 ноября 2026")],
        [("Отчёт", "ежемесячно до 5 числа")],
        [
            ("Утверждение программ перехода в эффективный режим", "до 30 октября 2026"),
            ("Реализация программ перехода в эффективный режим", "до 20 ноября 2026"),
        ],
    ],
)
def test_what_is_right_is_left_alone(rows: list[tuple[str, str]]) -> None:
    assert codes(plan(*rows)) == []


def test_owners_without_a_part_and_parts_in_a_wrong_order() -> None:
    decree = plan(("Программы школ", "до 20 ноября 2026"))
    activity = next(iter(decree.roadmaps[0].sections[0].activities))
    activity.responsible = [
        Responsible("МОУО (утверждение)", "group", "МОУО", "утверждение"),
        Responsible("ДОО ТО", "organisation", "ДОО ТО"),
    ]
    assert codes(decree) == ["owner-without-role"]
    activity.responsible[1].role = "согласование"
    assert codes(decree) == []
    days = ("до 20 ноября 2026", "до 30 октября 2026")
    activity.items = [
        Item(one.text, deadlines.read(day, DAY), [one]) for one, day in zip(activity.responsible, days, strict=True)
    ]
    assert codes(decree) == ["step-order"]


def test_a_clause_before_the_document() -> None:
    decree = plan()
    due = deadlines.read("до 20 августа 2026", dt.date(2026, 8, 1))
    decree.clauses = [Clause("3", "Направить списки", Source(line=9), 1.0, deadline=due)]
    assert codes(decree) == ["deadline-passed"]


days = st.dates(dt.date(2026, 9, 1), dt.date(2027, 6, 30)).filter(calendar.is_working_day)
WORDS = {1: "Разработка", 2: "Утверждение", 3: "Согласование", 4: "Реализация", 5: "Отчёт о реализации"}


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from([rank for rank, _, _ in STEPS]), days),
        min_size=2,
        max_size=5,
        unique_by=lambda x: x[0],
    )
)
def test_steps_are_found_exactly_where_their_days_are_turned(steps: list[tuple[int, dt.date]]) -> None:
    rows = [(f"{WORDS[rank]} антирисковых программ наставничества", f"до {day:%d.%m.%Y}") for rank, day in steps]
    turned = sum(1 for one in steps for other in steps if one[0] < other[0] and other[1] < one[1])
    assert len(check(plan(*rows))) == turned


@settings(max_examples=60)
@given(st.dates(dt.date(2026, 9, 1), dt.date(2026, 12, 31)))
def test_a_day_off_is_found_exactly_where_nobody_works(day: dt.date) -> None:
    found = codes(plan(("Собрать сведения", f"до {day:%d.%m.%Y}")))
    assert found == ([] if calendar.is_working_day(day) else ["deadline-day-off"])
