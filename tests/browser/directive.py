"""A directive with a road map of four rows, made on the spot: one deadline is unclear, the others lie ahead."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from docx import Document

MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
UNKNOWN = "Совет молодых педагогов"
MUNICIPAL = "Провести совещание с руководителями школ"
SCHOOL = "Обсудить план поддержки на педагогическом совете"
UNCLEAR = "срок уточняется"
HEAD = ("№ п/п", "Мероприятие", "Срок", "Ответственные")


def in_words(day: dt.date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def make(path: Path, number: str, about: str, unknown: str) -> Path:
    """The file; `number`, `about` and `unknown` tell it from others, so that it is nobody's duplicate."""
    today = dt.date.today()  # noqa: DTZ011  (the server of the test stands beside it)
    ahead = [in_words(today + dt.timedelta(days=days)) for days in (35, 49, 63)]
    rows = (
        (MUNICIPAL, UNCLEAR, "МОУО"),
        (SCHOOL, f"до {ahead[0]} года", "Школы с низкими образовательными результатами"),
        ("Собрать предложения молодых учителей", f"до {ahead[1]} года", unknown),
        ("Направить отчёт о проведённой работе", f"до {ahead[2]} года", "МОУО"),
    )
    document = Document()
    for text in (
        "ДЕПАРТАМЕНТ ОБРАЗОВАНИЯ ЗАРЕЧНОЙ ОБЛАСТИ",
        "РАСПОРЯЖЕНИЕ",
        f"от {in_words(today)} года № {number}",
        about,
        f"В целях поддержки школ и во исполнение плана работы департамента на {today.year} год:",
        f"1. Утвердить прилагаемую дорожную карту «{about}».",
        "2. Руководителям муниципальных органов управления образованием обеспечить её выполнение.",
        "3. Контроль за исполнением распоряжения оставляю за собой.",
        "Директор департамента\tА.В. Соколова",
    ):
        document.add_paragraph(text)
    document.add_page_break()
    for text in (
        "Приложение",
        f"к распоряжению департамента образования Заречной области от {in_words(today)} года № {number}",
        f"Дорожная карта «{about}»",
    ):
        document.add_paragraph(text)
    table = document.add_table(rows=1, cols=len(HEAD), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, HEAD, strict=True):
        cell.text = text
    for order, row in enumerate(rows, start=1):
        for cell, text in zip(table.add_row().cells, (str(order), *row), strict=True):
            cell.text = text
    document.save(str(path))
    return path
